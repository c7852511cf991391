"""Words: one file per language, message and channel; letters. Data, not code."""
