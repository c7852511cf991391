"""The past judged by one version of the rules, or two: what would have left, when, and to whom.

`book.py` makes lives of a ledger's facts, `tally.py` counts one life, `wrong.py` proves from the facts alone that
nobody was contacted who should not have been, `run.py` lives them all over the cores, `report.py` shows the result.
"""
