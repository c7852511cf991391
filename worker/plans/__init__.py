"""Changes of rules on their way to running cases: what a change would do, written down, and exactly that done.

`versions.py` finds rules by a name, `effects.py` judges each case by both, `plan.py` makes the plan, `files.py` keeps
it, `applying.py` applies it. `going_live.py` is the same for a book of old receivables.
"""
