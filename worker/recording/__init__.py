"""What people say, checked against the ledger and made into facts: one file per subject, read through `asked`."""
