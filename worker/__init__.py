"""Hands: the ledger, the gateways to the world, activities, the command line, start-up. Judges nothing."""
