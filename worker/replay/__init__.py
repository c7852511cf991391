"""The past judged by today's policy: somebody else's ledger, read by a mapping, and lived through again.

`mapfile.read_mapping` reads the mapping, `reading.read_ledger` the ledger, `run.simulate` lives it through the
simulator. Nothing is sent, and nothing is kept but the list of what would have happened.
"""
