"""What people and the command line ask of the ledger: read from the current tables, nothing is folded or written.

Instants are aware UTC, amounts Money; balances are those of now. Every list is in a fixed order.
"""

from __future__ import annotations

from worker.ledger.views.aged import AgedRow, aged, totals
from worker.ledger.views.cases import CaseRow, cases, late_cases, next_wake
from worker.ledger.views.history import (
    DecisionRow,
    Recorded,
    decisions,
    facts_between,
    facts_like,
    facts_of,
    last_fact,
)
from worker.ledger.views.owners import (
    customer_of_contract,
    customer_of_number,
    customer_of_payment,
    customers_of_iban,
    owners,
)
from worker.ledger.views.queues import (
    ApprovalRow,
    HoldRow,
    MessageRow,
    ReviewRow,
    TaskRow,
    approvals,
    holds,
    messages,
    reviews,
    tasks,
)

__all__ = [
    "AgedRow",
    "ApprovalRow",
    "CaseRow",
    "DecisionRow",
    "HoldRow",
    "MessageRow",
    "Recorded",
    "ReviewRow",
    "TaskRow",
    "aged",
    "approvals",
    "cases",
    "customer_of_contract",
    "customer_of_number",
    "customer_of_payment",
    "customers_of_iban",
    "decisions",
    "facts_between",
    "facts_like",
    "facts_of",
    "holds",
    "last_fact",
    "late_cases",
    "messages",
    "next_wake",
    "owners",
    "reviews",
    "tasks",
    "totals",
]
