"""Contracts that bill themselves: which period, when, how much, and when nothing more is billed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rules import facts as f
from rules.moments import Duration
from tests.rules.judgement.kit import Life, day, money

POLICY = "steps: [{id: one, at: due+1d, do: [{email: {template: reminder, to: billing}}]}]"
LINE = f.Line("Maintenance", money(100), Decimal(20))


def schedule(every: str = "1m", start: str = "2026-01-01", **more: object) -> f.Schedule:
    """A schedule of one line of 100 euros and 20% VAT; dates in `more` are written as text."""
    keys = {key: day(str(value)) if key in ("end", "billed_through") else value for key, value in more.items()}
    return f.Schedule(Duration.parse(every), day(start), **{"lines": (LINE,), **keys})  # type: ignore[arg-type]


def billing(plan: f.Schedule, until: str, start: str = "2025-12-31") -> Life:
    """The life of a contract with that schedule."""
    life = Life(POLICY)
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=plan)
    life.happens(f.ContractRecorded(life.instant(start), contract, life.book.digest))
    return life.until(until)


def invoices(life: Life) -> list[tuple[str, str, str]]:
    """(first day of the period, day issued, sum) of every invoice."""
    found = (fact for _, fact in life.simulation.told if isinstance(fact, f.Issued))
    return [(str(i.period[0]), str(i.issued), str(i.amount)) for i in found if i.period]


def issued(plan: f.Schedule, until: str, start: str = "2025-12-31") -> list[str]:
    """The days on which invoices were issued."""
    return [on for _, on, _ in invoices(billing(plan, until, start))]


@pytest.mark.parametrize(
    ("plan", "until", "days"),
    [
        (schedule("1m"), "2026-03-31", ["2026-01-01", "2026-02-01", "2026-03-01"]),
        (schedule("2w", "2026-01-05"), "2026-02-10", ["2026-01-05", "2026-01-19", "2026-02-02"]),
        (schedule("3m", "2026-01-15"), "2026-08-01", ["2026-01-15", "2026-04-15", "2026-07-15"]),
        (schedule("12m", "2026-02-01"), "2028-03-01", ["2026-02-01", "2027-02-01", "2028-02-01"]),
        # the 31st is the last day where a month is shorter, and never drifts
        (schedule("1m", "2026-01-31"), "2026-05-30", ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (schedule("12m", "2024-02-29"), "2028-03-01", ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        # in arrears: the day after the last of the period
        (schedule("1m", billing="arrears"), "2026-03-31", ["2026-02-01", "2026-03-01"]),
        # on the 31st, in advance: the last day of the month before the period
        (schedule("1m", "2026-02-01", day=31), "2026-04-30", ["2026-02-01", "2026-02-28", "2026-03-31", "2026-04-30"]),
        # a start in a shorter month stands for the 31st
        (schedule("1m", "2026-02-28", day=31), "2026-05-30", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        (schedule("3m", "2026-04-30", day=31), "2026-11-15", ["2026-04-30", "2026-07-31", "2026-10-31"]),
        # on the 31st, in arrears: the last day of the period itself
        (schedule("1m", day=31, billing="arrears"), "2026-03-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
    ],
)
def test_each_period_is_billed_on_its_day(plan: f.Schedule, until: str, days: list[str]) -> None:
    start = "2024-12-31" if plan.start.year == 2024 else "2025-12-31"
    known = plan if start == "2025-12-31" else schedule("12m", "2024-02-29", billed_through="2025-02-27")
    assert issued(known, until, start) == days


def test_the_sum_is_net_and_vat() -> None:
    assert invoices(billing(schedule(), "2026-01-15")) == [("2026-01-01", "2026-01-01", "120.00 EUR")]


def test_vat_is_rounded_once_per_rate() -> None:
    # 3 x 0.33 at 20%: 0.99 net, 0.198 VAT, 0.20; line by line it would be 0.21
    lines = tuple(f.Line("x", money("0.33"), Decimal(20)) for _ in range(3))
    assert invoices(billing(schedule(lines=lines), "2026-01-15"))[0][2] == "1.19 EUR"


def test_a_price_changes_with_the_first_period_that_starts_on_its_date_or_later() -> None:
    changes = (f.PriceChange(day("2026-02-15"), 1, money(150)),)
    sums = [total for _, _, total in invoices(billing(schedule(changes=changes), "2026-03-31"))]
    assert sums == ["120.00 EUR", "120.00 EUR", "180.00 EUR"]


def test_what_was_billed_before_is_not_billed_again() -> None:
    plan = schedule("1m", "2025-01-01", billed_through="2026-01-31")
    assert issued(plan, "2026-03-31") == ["2026-02-01", "2026-03-01"]


def test_one_missed_period_is_billed_when_it_is_noticed() -> None:
    # 1 February was missed; the contract is known on the 10th
    plan = schedule("1m", "2025-01-01", billed_through="2026-01-31")
    assert issued(plan, "2026-03-31", "2026-02-10") == ["2026-02-10", "2026-03-01"]


def missing_three() -> Life:
    """January to March were missed; the contract is known on 10 March."""
    return billing(schedule("1m", "2025-01-01", billed_through="2025-12-31"), "2026-03-12", "2026-03-10")


def test_more_than_one_missed_period_asks_before_anything_is_billed() -> None:
    life = missing_three()
    assert invoices(life) == []
    assert life.reviews() == [("2026-03-10", "3 periods were missed, the first from 2026-01-01: bill them all?")]


def test_one_yes_bills_all_that_were_missed() -> None:
    life = missing_three()
    life.answers("proceed", on="2026-03-16")
    life.until("2026-04-15")
    assert [(period, on) for period, on, _ in invoices(life)] == [
        ("2026-01-01", "2026-03-16"),
        ("2026-02-01", "2026-03-16"),
        ("2026-03-01", "2026-03-16"),
        ("2026-04-01", "2026-04-01"),
    ]
    assert len(life.reviews()) == 1


def test_to_skip_bills_none_that_were_missed_and_goes_on() -> None:
    life = missing_three()
    life.answers("skip", on="2026-03-16")
    life.until("2026-04-15")
    assert [period for period, _, _ in invoices(life)] == ["2026-04-01"]


def test_the_last_period_is_cut_at_the_end_and_nothing_follows() -> None:
    life = billing(schedule("1m", end="2026-02-28"), "2026-06-30")
    assert [period for period, _, _ in invoices(life)] == ["2026-01-01", "2026-02-01"]


def test_an_ended_contract_bills_no_more_but_is_dunned_on() -> None:
    life = Life(POLICY)
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule(net=f.Net(10)))
    life.happens(f.ContractRecorded(life.instant("2025-12-31"), contract, life.book.digest))
    life.happens(f.ContractEnded(life.instant("2026-01-05"), "M-1", day("2026-01-31")))
    life.until("2026-06-30")
    assert [period for period, _, _ in invoices(life)] == ["2026-01-01"]
    assert life.steps("M-1/2026-01-01") == [("2026-01-12", "one")]  # due on Sunday 11 January


def test_an_invoice_is_sent_when_it_is_issued_and_that_is_no_contact() -> None:
    life = billing(schedule(), "2026-01-15")
    assert [message.line for message in life.messages] == [("2026-01-01", "invoice", ("M-1/2026-01-01",))]
    assert life.account.last_contact is None


def test_an_invoice_goes_by_post_where_there_is_no_email() -> None:
    life = Life(POLICY, reachable={"billing": ("letter",)})
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule())
    life.happens(f.ContractRecorded(life.instant("2025-12-31"), contract, life.book.digest))
    assert life.until("2026-01-15").messages[0].said.channel == "letter"


@pytest.mark.parametrize(("wants", "gets"), [(None, "email"), ("email", "email"), ("letter", "letter")])
def test_an_invoice_goes_as_its_customer_wants_it(wants: str | None, gets: str) -> None:
    life = Life(POLICY, reachable={"billing": ("email", "letter")}, invoices_by=wants)
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule())
    life.happens(f.ContractRecorded(life.instant("2025-12-31"), contract, life.book.digest))
    assert life.until("2026-01-15").messages[0].said.channel == gets


def test_a_customer_who_wants_letters_and_has_no_postal_address_gets_an_email() -> None:
    life = Life(POLICY, reachable={"billing": ("email",)}, invoices_by="letter")
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule())
    life.happens(f.ContractRecorded(life.instant("2025-12-31"), contract, life.book.digest))
    assert life.until("2026-01-15").messages[0].said.channel == "email"


def test_an_invoice_without_any_address_asks() -> None:
    life = Life(POLICY, reachable={})
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule())
    life.happens(f.ContractRecorded(life.instant("2025-12-31"), contract, life.book.digest))
    assert life.until("2026-01-15").reviews()[0][1] == "no address to send invoice M-1/2026-01-01 to"


@pytest.mark.parametrize(
    ("net", "due"),
    [
        (f.Net(30), "2026-01-31"),
        (f.Net(30, "after"), "2026-01-31"),
        (f.Net(30, "before"), "2026-03-02"),
        (f.Net(0), "2026-01-01"),
    ],
)
def test_an_invoice_falls_due_by_its_terms(net: f.Net, due: str) -> None:
    # issued on 1 January: 30 days are the 31st; the end of the month and 30 days are 2 March
    life = billing(schedule(net=net), "2026-01-15")
    assert str(life.account.receivables["M-1/2026-01-01"].due) == due


def test_age_counts_from_the_day_of_issue_not_of_the_period() -> None:
    """T10: a period that began long ago and is issued today is due from today."""
    life = billing(schedule("1m", "2025-01-01", billed_through="2025-12-31", net=f.Net(10)), "2026-02-20", "2026-01-20")
    assert str(life.account.receivables["M-1/2026-01-01"].due) == "2026-01-30"


def test_a_case_is_over_when_nothing_is_billable_or_open() -> None:
    life = billing(schedule("1m", end="2026-01-31"), "2026-01-15")
    assert life.now("2026-01-20").ended == frozenset()
    life.pays(120, on="2026-01-25", of="M-1/2026-01-01")
    life.until("2026-02-15")
    assert life.now("2026-02-15").ended == {"M-1"}


def test_a_case_is_not_over_while_an_invoice_that_is_paid_has_not_left() -> None:
    life = Life(POLICY, reachable={})
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule("1m", end="2026-01-31"))
    life.happens(f.ContractRecorded(life.instant("2025-12-31"), contract, life.book.digest))
    life.until("2026-01-15")
    life.pays(120, on="2026-01-25", of="M-1/2026-01-01")
    life.until("2026-02-15")
    assert life.now("2026-02-15").ended == frozenset()


def test_a_reversal_starts_the_case_again() -> None:
    life = billing(schedule("1m", end="2026-01-31"), "2026-01-15")
    life.reverses(life.pays(120, on="2026-01-25", of="M-1/2026-01-01"), on="2026-02-10")
    life.until("2026-02-15")
    assert life.now("2026-02-15").ended == frozenset()


def test_two_contracts_bill_at_once_and_what_is_on_its_way_leaves_beside_them() -> None:
    # at six in the morning of 1 February; the contracts, and the credit notes, by their names
    life = Life(POLICY)
    for name in ("M-1", "L-1"):
        life.contract(name, kind="recurring", schedule=schedule(start="2026-02-01"))
    at, on, january = life.instant("2026-02-01"), day("2026-02-01"), (day("2026-01-01"), day("2026-01-31"))
    life.account.record(f.Issued(at, "INV-1", "M-1", "INV-1", on, day("2026-03-03"), money(100), period=january))
    for note in ("N-2", "N-1"):
        share = f.Share("INV-1", 1000)
        life.account.record(f.Credited(at, note, "C-1", money(10), on, (share,), invoice="INV-1"))
    assert [act.key for act in life.now("2026-02-01", "06:00").acts] == [
        "bill/L-1/2026-02-01",
        "bill/M-1/2026-02-01",
        "deliver/INV-1/0",
        "note/N-1/0",
        "note/N-2/0",
    ]


def test_deposit_is_deducted_once_and_what_it_leaves_from_the_next() -> None:
    """A deposit of 150: the first invoice of 120 is paid by it whole, the second is lowered by the 30 left."""
    life = Life(POLICY)
    start = life.instant("2025-12-31")
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule("1m"))
    deposit = f.Issued(
        start, "D-1", "M-1", "A-1", day("2025-12-15"), day("2026-01-15"), money(150), kind="deposit", document=False
    )
    life.happens(f.ContractRecorded(start, contract, life.book.digest))
    life.happens(deposit)
    sums = [amount for _, _, amount in invoices(life.until("2026-03-02"))]
    assert sums == ["0.00 EUR", "90.00 EUR", "120.00 EUR"]
    sent = [message.said.lines for message in life.messages if message.said.template == "invoice"]
    assert [name for (name,) in sent] == ["M-1/2026-01-01", "M-1/2026-02-01", "M-1/2026-03-01"]


@pytest.mark.parametrize(("outcome", "issued"), [("proceed", ["2026-01-01"]), ("skip", [])])
def test_invoice_whose_mentions_a_person_is_asked_about_waits_for_the_answer(outcome: str, issued: list[str]) -> None:
    life = Life(POLICY)
    start = life.instant("2025-12-31")
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule("1m", end="2026-01-31"))
    review = "mentions/M-1/2026-01-01/0a1b2c3d"
    life.happens(f.ContractRecorded(start, contract, life.book.digest))
    life.happens(f.ReviewAsked(start, review, "contract", "M-1", "the IBAN is wrong", day("2025-12-31")))
    assert invoices(life.until("2026-01-03")) == []
    at = life.instant("2026-01-04")
    life.happens(f.Answered(at, review, "contract", "M-1", "anne", outcome))  # type: ignore[arg-type]
    assert [first for first, _, _ in invoices(life.until("2026-01-05"))] == issued


def test_a_due_date_that_must_move_passes_over_the_holidays_of_the_business() -> None:
    # 6 November 2026 + 5 days: Wednesday 11 November, a public holiday in France; the working day after is the 12th
    net = f.Net(5, weekend="next")
    life = Life("calendar: fr-paris\n" + POLICY)
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule("1m", "2026-11-06", net=net))
    life.happens(f.ContractRecorded(life.instant("2026-11-05"), contract, life.book.digest))
    life.until("2026-11-07")
    assert [str(fact.due) for _, fact in life.simulation.told if isinstance(fact, f.Issued)] == ["2026-11-12"]


def test_a_due_date_beyond_the_calendar_asks_before_anything_is_billed() -> None:
    # fr-paris ends with 2029, and 31 December 2029 + 5 days lies beyond
    net = f.Net(5, weekend="next")
    life = Life("calendar: fr-paris\n" + POLICY)
    contract = f.Contract("M-1", "C-1", "recurring", "FR", schedule=schedule("12m", "2029-12-31", net=net))
    life.happens(f.ContractRecorded(life.instant("2029-12-30"), contract, life.book.digest))
    life.until("2029-12-31")
    told = [fact for _, fact in life.simulation.told]
    assert not any(isinstance(fact, f.Issued) for fact in told)
    assert any(isinstance(fact, f.ReviewAsked) and fact.review == "calendar/fr-paris" for fact in told)
