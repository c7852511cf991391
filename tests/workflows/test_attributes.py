"""The search attributes of a case: within Temporal's room, made known to a server once each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from worker.main import Unprepared, register_attributes
from workflows.attributes import ALL, CONTRACT, INVOICES, updates

ROOM = {"KEYWORD": 10, "INT": 3, "DATETIME": 3, "KEYWORD_LIST": 3}  # custom attributes of a namespace on SQL


def test_there_is_room_for_them_on_every_server() -> None:
    kinds = Counter(IndexedValueType.Name(key.indexed_value_type).removeprefix("INDEXED_VALUE_TYPE_") for key in ALL)
    assert all(n <= ROOM[kind] for kind, n in kinds.items())


def test_only_what_changed_is_said_again() -> None:
    shown = TypedSearchAttributes([SearchAttributePair(CONTRACT, "M-1"), SearchAttributePair(INVOICES, ["F-1", "F-2"])])
    (paid,) = updates({"RelanceContract": "M-1", "RelanceInvoices": ["F-2"]}, None, shown)
    assert (paid.key, paid.value) == (INVOICES, ["F-2"])
    assert updates({"RelanceContract": "M-1", "RelanceInvoices": ["F-1", "F-2"]}, None, shown) == []


@dataclass
class Operator:
    """A server that knows some attributes, refuses a request that has one of them, and may let nobody add any."""

    known: set[str]
    refuses: RPCStatusCode | None = None

    async def add_search_attributes(self, given: AddSearchAttributesRequest) -> None:
        if self.refuses or not self.known.isdisjoint(given.search_attributes):
            raise RPCError("", self.refuses or RPCStatusCode.ALREADY_EXISTS, b"")
        self.known |= set(given.search_attributes)

    async def count_workflows(self, query: str) -> int:
        if not self.known.issuperset(key.name for key in ALL):
            raise RPCError(query, RPCStatusCode.INVALID_ARGUMENT, b"")
        return 0

    async def told(self) -> set[str]:
        client = SimpleNamespace(namespace="default", operator_service=self, count_workflows=self.count_workflows)
        await register_attributes(cast(Client, client))
        return self.known


@pytest.mark.asyncio
async def test_a_server_that_knows_an_older_relance_is_told_the_new_ones() -> None:
    every = {key.name for key in ALL}
    assert await Operator(every - {"RelanceContract", "RelanceInvoices"}).told() == every
    assert await Operator(set(every)).told() == every


@pytest.mark.asyncio
async def test_where_only_people_may_add_attributes_it_is_said_which_are_missing() -> None:
    every = {key.name for key in ALL}
    assert await Operator(set(every), RPCStatusCode.PERMISSION_DENIED).told() == every
    with pytest.raises(Unprepared, match="RelanceInvoices"):
        await Operator(set(), RPCStatusCode.PERMISSION_DENIED).told()
    with pytest.raises(RPCError):
        await Operator(set(), RPCStatusCode.UNAVAILABLE).told()
