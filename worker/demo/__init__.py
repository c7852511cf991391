"""The demo: a year in the life of a business, on the real server, with a clock that does not wait."""
