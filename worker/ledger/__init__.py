"""The ledger: append-only facts, hash-chained, and the current tables that they imply. SQLite or PostgreSQL."""
