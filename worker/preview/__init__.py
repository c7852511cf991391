"""A page on this machine that shows every message as the workspace writes it now. Sends nothing, asks nobody."""
