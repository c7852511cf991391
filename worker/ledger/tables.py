"""The tables. `fact` is the truth and only grows; the others are what the facts imply, or what hands and time need.

Amounts are minor units with an ISO currency, instants are UTC ISO text (so that both databases sort and compare them
alike), due dates are ISO local dates.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData()
_Serial = BigInteger().with_variant(Integer, "sqlite")

business = Table(
    "business",
    metadata,
    Column("id", String, primary_key=True),
    Column("clock", String),  # the instant of a test clock; null: the machine's
    Column("rulebook", String),  # the digest that new cases are bound to
    Column("last_fact", BigInteger, nullable=False, server_default="0"),  # of the business's own stream
)

rulebook = Table(
    "rulebook",
    metadata,
    Column("business", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    PrimaryKeyConstraint("business", "digest"),
)

rulebook_file = Table(
    "rulebook_file",
    metadata,
    Column("business", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("path", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("business", "digest", "path"),
    ForeignKeyConstraint(["business", "digest"], ["rulebook.business", "rulebook.digest"]),
)

fact = Table(
    "fact",
    metadata,
    Column("seq", _Serial, primary_key=True, autoincrement=True),
    Column("business", String, nullable=False),
    Column("stream", String, nullable=False),  # business, customer/ID or case/ID
    Column("position", Integer, nullable=False),  # from 1 in its stream
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("customer", String),
    Column("contract", String),
    Column("receivable", String),
    Column("effective_at", String, nullable=False),
    Column("recorded_at", String, nullable=False),
    Column("body", Text, nullable=False),
    Column("personal", String),  # the salted digest of what is personal in it
    Column("digest", String, nullable=False),
    UniqueConstraint("business", "key"),
    UniqueConstraint("business", "stream", "position"),
    Index("fact_of_customer", "business", "customer", "seq"),
    sqlite_autoincrement=True,
)

head = Table(
    "head",
    metadata,
    Column("business", String, nullable=False),
    Column("stream", String, nullable=False),
    Column("position", Integer, nullable=False),  # of the last fact of the stream
    Column("digest", String, nullable=False),
    PrimaryKeyConstraint("business", "stream"),
)

personal = Table(
    "personal",
    metadata,
    Column("fact", _Serial, primary_key=True, autoincrement=False),
    Column("salt", LargeBinary),  # null once forgotten
    Column("body", Text),  # null once forgotten
)

customer = Table(
    "customer",
    metadata,
    Column("business", String, nullable=False),
    Column("id", String, nullable=False),
    Column("country", String),
    Column("segment", String),
    Column("iban", String),  # salted digests would not be looked up by: personal, forgotten with the card
    Column("card", Text),  # name and contacts; null once forgotten
    Column("last_fact", BigInteger, nullable=False, server_default="0"),
    Column("decision", String),  # the digest of the last decision kept
    Column("account", String),  # the customer whose row is locked for all who are judged together; null: alone
    PrimaryKeyConstraint("business", "id"),
    Index("customer_by_iban", "business", "iban"),
    Index("customer_by_account", "business", "account"),
)

contract = Table(
    "contract",
    metadata,
    Column("business", String, nullable=False),
    Column("id", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("rulebook", String, nullable=False),
    Column("next_wake", String),  # what its workflow was last told; null: only when something happens
    Column("seen_fact", BigInteger, nullable=False, server_default="0"),  # the last fact its workflow has judged by
    Column("seen_shared", BigInteger),  # the last of the business's own; null: it waits for none of them
    Column("ended", Boolean, nullable=False, server_default=false()),  # nothing billable, open or claimable
    Column("run", String),  # the first run of its workflow's present life
    PrimaryKeyConstraint("business", "id"),
    Index("contract_of_customer", "business", "customer"),
    Index("contract_by_wake", "business", "next_wake"),
)

receivable = Table(
    "receivable",
    metadata,
    Column("business", String, nullable=False),
    Column("id", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("contract", String, nullable=False),
    Column("number", String, nullable=False),
    Column("issued", String, nullable=False),
    Column("due", String),
    Column("amount", BigInteger, nullable=False),
    Column("balance", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("policy", String),
    Column("step", String),  # the last that went out
    Column("level", String),  # its level
    Column("stopped", String),
    PrimaryKeyConstraint("business", "id"),
    UniqueConstraint("business", "number"),
    Index("receivable_open", "business", "balance"),
    Index("receivable_of_customer", "business", "customer"),
)

allocation = Table(
    "allocation",
    metadata,
    Column("business", String, nullable=False),
    Column("payment", String, nullable=False),
    Column("part", Integer, nullable=False),
    Column("customer", String, nullable=False),
    Column("receivable", String),  # null: on the account, unallocated
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("dated", String, nullable=False),
    Column("credit", Boolean, nullable=False),
    Column("reversed", Boolean, nullable=False),
    PrimaryKeyConstraint("business", "payment", "part"),
)

approval = Table(
    "approval",
    metadata,
    Column("business", String, nullable=False),
    Column("receivable", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("step", String, nullable=False),
    Column("who", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("asked", String, nullable=False),
    Column("state", String, nullable=False),  # asked, escalated, or the answer while the step has not left
    PrimaryKeyConstraint("business", "receivable"),
)

hold = Table(
    "hold",
    metadata,
    Column("business", String, nullable=False),
    Column("id", String, nullable=False),
    Column("customer", String),
    Column("kind", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("start", String, nullable=False),
    Column("until", String),
    Column("ended", String),
    Column("outcome", String),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("business", "id"),
)

task = Table(
    "task",
    metadata,
    Column("business", String, nullable=False),
    Column("id", String, nullable=False),
    Column("customer", String),
    Column("queue", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("scope", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("receivable", String),
    Column("step", String),
    Column("opened", String, nullable=False),
    Column("due", String),
    Column("done", Boolean, nullable=False),
    PrimaryKeyConstraint("business", "id"),
)

review = Table(
    "review",
    metadata,
    Column("business", String, nullable=False),
    Column("id", String, nullable=False),
    Column("customer", String),
    Column("scope", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("why", Text, nullable=False),
    Column("asked", String, nullable=False),
    Column("step", String),
    Column("answer", String),
    PrimaryKeyConstraint("business", "id"),
)

claim = Table(
    "claim",
    metadata,
    Column("business", String, nullable=False),
    Column("key", String, nullable=False),  # MESSAGE/INDEX
    Column("customer", String, nullable=False),
    Column("contract", String, nullable=False),
    Column("receivable", String, nullable=False),
    Column("step", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("template", String, nullable=False),
    Column("state", String, nullable=False),  # claimed (to be tried again), attempting, sent, failed, released, unknown
    Column("day", String, nullable=False),
    Column("changed_at", String, nullable=False),
    Column("worker", String, nullable=False),
    Column("reference", String, nullable=False),
    Column("reason", Text, nullable=False),
    PrimaryKeyConstraint("business", "key"),
    Index("claim_by_state", "business", "state"),
)

contact = Table(  # a customer contacted about something overdue
    "contact",
    metadata,
    Column("business", String, nullable=False),
    Column("day", String, nullable=False),
    Column("customer", String, nullable=False),
    PrimaryKeyConstraint("business", "day", "customer"),
)

decision = Table(
    "decision",
    metadata,
    Column("business", String, nullable=False),
    Column("customer", String, nullable=False),
    Column("at", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("engine", String, nullable=False),
    Column("seen_fact", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    PrimaryKeyConstraint("business", "customer", "at", "digest"),
)

number = Table(
    "number",
    metadata,
    Column("business", String, nullable=False),
    Column("year", Integer, nullable=False),
    Column("last", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("business", "year"),
)

bill = Table(
    "bill",
    metadata,
    Column("business", String, nullable=False),
    Column("receivable", String, nullable=False),
    Column("body", Text, nullable=False),  # the Bill as issued: lines, net, vat, gross
    PrimaryKeyConstraint("business", "receivable"),
)

paper = Table(  # what an invoice or a credit note of ours says; only grows, and may lose its names
    "paper",
    metadata,
    Column("business", String, nullable=False),
    Column("number", String, nullable=False),
    Column("kind", String, nullable=False),  # invoice, deposit, credit-note
    Column("customer", String, nullable=False),
    Column("receivable", String, nullable=False),  # billed or credited
    Column("issued", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("body", Text, nullable=False),  # without names once forgotten
    Column("digest", String, nullable=False, server_default=""),  # of the body as it was issued
    Column("forgotten", String),  # the day on which its names were erased
    PrimaryKeyConstraint("business", "number"),
    Index("paper_of_receivable", "business", "receivable"),
    Index("paper_of_customer", "business", "customer"),
    Index("paper_by_day", "business", "issued"),
)

document = Table(  # a paper as it was sent, under its SHA-256; only grows, and may be emptied
    "document",
    metadata,
    Column("business", String, nullable=False),
    Column("number", String, nullable=False),
    Column("media", String, nullable=False),  # pdf, cii, ubl, csv, xlsx
    Column("digest", String, nullable=False),
    Column("content", LargeBinary, nullable=False),  # empty once forgotten
    Column("forgotten", String),
    PrimaryKeyConstraint("business", "number", "media"),
    Index("document_by_digest", "business", "digest"),
)
