"""The search attributes of a case: what operators list, filter and save views by in Temporal UI."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, SearchAttributeUpdate, TypedSearchAttributes

from workflows.messages import Attributes

STAGE = SearchAttributeKey.for_keyword("RelanceStage")  # the heaviest level reached: none, courtesy, ..., handoff
WAITING = SearchAttributeKey.for_keyword("RelanceWaiting")  # planned, held, ...; approval and review before all others
CONTRACT = SearchAttributeKey.for_keyword("RelanceContract")
CUSTOMER = SearchAttributeKey.for_keyword("RelanceCustomer")
POLICY = SearchAttributeKey.for_keyword("RelancePolicy")
COUNTRY = SearchAttributeKey.for_keyword("RelanceCountry")
CURRENCY = SearchAttributeKey.for_keyword("RelanceCurrency")
INVOICES = SearchAttributeKey.for_keyword_list("RelanceInvoices")  # numbers of what is open, the oldest ones only
OVERDUE = SearchAttributeKey.for_int("RelanceOverdue")  # minor units of the currency
NEXT = SearchAttributeKey.for_datetime("RelanceNextAction")

_TEXTS = (STAGE, WAITING, CUSTOMER, POLICY, COUNTRY, CURRENCY, CONTRACT)  # Temporal has room for ten
ALL: tuple[SearchAttributeKey[Any], ...] = (*_TEXTS, OVERDUE, NEXT, INVOICES)


def at_birth(contract: str, customer: str, country: str | None) -> TypedSearchAttributes:
    """What is known of a case before it has judged anything: a start with it spares the first upsert most of it."""
    known = ((CONTRACT, contract), (CUSTOMER, customer), (COUNTRY, country))
    return TypedSearchAttributes([SearchAttributePair(key, value) for key, value in known if value is not None])


def updates(
    attributes: Attributes, wake: datetime | None, shown: TypedSearchAttributes
) -> list[SearchAttributeUpdate[Any]]:
    """The upserts that bring what is `shown` to what a verdict says; none where nothing changed."""
    wanted: dict[str, object] = {**attributes, NEXT.name: wake}
    changes: list[SearchAttributeUpdate[Any]] = []
    for key in ALL:
        value = wanted.get(key.name)
        if shown.get(key) != value:
            changes.append(key.value_unset() if value is None else key.value_set(value))
    return changes
