"""The pictures of docs/gallery."""
