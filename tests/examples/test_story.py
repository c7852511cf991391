"""The demo's year, lived through by the pure simulator: what the story promises happens, and nothing absurd does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

from rules import facts as f
from rules.money import Money
from rules.policy import LEVELS
from tests.examples.shelf import imported, year
from worker.imports.book import Book

HEAVY = ("formal-notice", "agency")


def sent(customer: str | None = None) -> list[tuple[date, str, str]]:
    """(day, step, channel) of every message of a ladder that left; invoices and reactions are none."""
    ended = (fact for fact in year().facts(customer) if isinstance(fact, f.ActionEnded) and fact.outcome == "sent")
    return [
        (fact.on, fact.message.split("/")[-2], fact.channel)  # RECEIVABLE/ROUND/STEP/OCCURRENCE
        for fact in ended
        if fact.message.startswith("M-")
    ]


def counted(customer: str) -> dict[tuple[str, str], int]:
    return dict(Counter((step, channel) for _, step, channel in sent(customer)))


def billed(contract: str) -> list[Money]:
    return [fact.amount for fact in year().facts() if isinstance(fact, f.Issued) and fact.contract == contract]


def collected(contract: str) -> int:
    shares = (share for fact in year().facts() if isinstance(fact, f.Paid) for share in fact.shares)
    return sum(share.minor for share in shares if share.receivable.startswith(contract))


def left(receivable: str) -> list[tuple[str, str]]:
    """(day, step) of what left for an invoice."""
    return [
        (str(fact.on), fact.step)
        for fact in year().facts()
        if isinstance(fact, f.Left) and fact.receivable == receivable
    ]


def open_at_the_end(contract: str) -> int:
    accounts = (life.account for life in year().lives.values())
    return sum(i.balance.minor for a in accounts for i in a.receivables.values() if i.contract == contract)


# --- the year as a whole ------------------------------------------------------------------------------------------


def test_a_hundred_and_twenty_invoices_are_issued() -> None:
    # Twelve each: M-2001, 2002, 2003, 2013, 2009 and 2010 in advance, 2008 in arrears on the last day of each month.
    # 2006 in arrears on the first of the next month: eleven. 2004 until September: nine. 2007 until 9 August: seven.
    # Two quarterly, four each; one yearly. 7 x 12 + 11 + 9 + 7 + 8 + 1 = 120.
    issued = Counter(fact.contract for fact in year().facts() if isinstance(fact, f.Issued))
    assert issued.total() == 120
    assert (issued["M-2006"], issued["M-2004"], issued["M-2007"], issued["M-2005"], issued["M-2012"]) == (
        11,
        9,
        7,
        4,
        1,
    )


def test_every_invoice_reaches_its_customer_by_email() -> None:
    issued = [fact for fact in year().facts() if isinstance(fact, f.Issued)]
    delivered = {
        item.id for life in year().lives.values() for item in life.account.receivables.values() if item.delivered
    }
    assert {fact.receivable for fact in issued} == delivered


def test_most_are_paid_by_their_due_date() -> None:
    due = {fact.receivable: fact.due for fact in year().facts() if isinstance(fact, f.Issued)}
    last = {s.receivable: fact.on for fact in year().facts() if isinstance(fact, f.Paid) for s in fact.shares}
    # A due date on a Saturday, Sunday or holiday is paid on the next working day, three days later at most.
    in_time = [name for name, on in last.items() if (on - (due[name] or on)).days <= 3]
    assert len(in_time) > len(due) / 2


def test_messages_are_many_and_of_every_channel() -> None:
    channels = Counter(channel for _, _, channel in sent())
    assert set(channels) == {"email", "sms", "letter", "handoff"}
    assert 80 <= channels.total() <= 150
    assert channels["email"] > channels["sms"] > channels["letter"]


def test_the_four_letters_are_those_of_the_story_and_one_file_goes_to_the_agency() -> None:
    heavy = [(fact.receivable, fact.step) for fact in year().facts() if isinstance(fact, f.Left) and fact.step in HEAVY]
    assert sorted(heavy) == [
        ("M-2003/2026-02-01", "formal-notice"),  # the broken promise
        ("M-2004/2026-06-01", "formal-notice"),  # two days before the insolvency
        ("M-2007/2026-05-10", "agency"),
        ("M-2007/2026-05-10", "formal-notice"),
        ("M-2010/2026-08-01", "formal-notice"),  # the letter before action
    ]


def test_nobody_is_written_to_twice_on_a_day() -> None:
    for customer in year().lives:
        days = Counter(day for day, _, _ in sent(customer))
        assert all(count == 1 for count in days.values()), customer


def test_no_question_is_put_that_nobody_answers() -> None:
    asked = [(fact.review, fact.why) for fact in year().facts() if isinstance(fact, f.ReviewAsked)]
    assert [why for _, why in asked] == ["formal-notice was refused: what follows?"]
    assert [fact.review for fact in year().facts() if isinstance(fact, f.Answered)] == [review for review, _ in asked]


def test_everything_the_story_tells_happens_once() -> None:
    told = Counter(key for fact in year().facts() if (key := story_key(fact)))
    events = [event for events in year().story.invoices.values() for event in events] + list(year().story.others)
    for event in events:
        assert told[f"dispute/{event.subject}/ended" if event.what == "resolved" else event.key] == 1, event


def story_key(fact: f.Fact) -> str:
    match fact:
        case f.Paid() | f.PaymentFailed():
            return fact.payment
        case f.Credited():
            return fact.credit
        case f.HoldPlaced():
            return fact.hold.id
        case f.HoldEnded():
            return f"{fact.hold}/ended"
        case f.ContractEnded():
            return f"end/{fact.contract}"
    return ""


def test_what_is_open_at_the_end_of_the_year() -> None:
    overdue = {
        item.id: (item.ladder.stopped if item.ladder else None)
        for life in year().lives.values()
        for item in life.account.receivables.values()
        if item.open and item.due is not None and item.due < date(2026, 12, 31)
    }
    assert overdue == {
        **dict.fromkeys(("M-2004/2026-06-01", "M-2004/2026-07-01", "M-2004/2026-08-01"), "insolvency"),
        "M-2007/2026-05-10": "handed-off",
        **dict.fromkeys(("M-2007/2026-06-10", "M-2007/2026-07-10"), None),  # paused while the agency has the first
    }


# --- three contracts, reckoned by hand ----------------------------------------------------------------------------


def test_the_model_customer_to_the_cent() -> None:
    # January to June 420.00 + 20% = 504.00, from July 435.00 + 20% = 522.00: 6 x 504.00 + 6 x 522.00 = 6156.00, all
    # paid three days early, December's (due 31st) on Monday 28th; July's is forgotten until 6 August, due+6d.
    assert sum(m.minor for m in billed("M-2001")) == 6156_00 == collected("M-2001")
    assert open_at_the_end("M-2001") == 0
    # Courtesy five days before. Twice (due 1 October and 31 December) that day is a Saturday: it would leave on the
    # Monday on which the money comes in. So ten, and one reminder: 31 July + 3d is Monday 3 August, when the bank's
    # data go to Sunday; they must cover the first working day after the due date, so Tuesday 4th. Paid before the text.
    assert counted("C-101") == {("courtesy", "email"): 10, ("reminder-1", "email"): 1}
    assert left("M-2001/2026-07-01") == [("2026-07-27", "courtesy"), ("2026-08-04", "reminder-1")]


def test_the_british_customer_to_the_penny() -> None:
    # Twelve times 1180.00; 236.00 credited; December's, due on the 31st, not paid yet:
    # 14160.00 - 236.00 - 1180.00 = 12744.00. Never above 4500.00, so no courtesy note and no call.
    assert sum(m.minor for m in billed("M-2010")) == 14160_00
    assert collected("M-2010") == 12744_00
    assert open_at_the_end("M-2010") == 1180_00
    # January's due+4d 4 February, paid on the 6th. April's, due Friday 1 May: Monday 4th is a bank holiday, and the
    # bank's data must cover Tuesday 5th; then text and second reminder. August's, due the 31st: the whole ladder.
    assert left("M-2010/2026-01-01") == [("2026-02-04", "reminder-1")]
    assert left("M-2010/2026-04-01") == [
        ("2026-05-06", "reminder-1"),
        ("2026-05-11", "text-nudge"),
        ("2026-05-15", "reminder-2"),
    ]
    assert left("M-2010/2026-08-01") == [
        ("2026-09-04", "reminder-1"),
        ("2026-09-09", "text-nudge"),
        ("2026-09-14", "reminder-2"),
        ("2026-10-06", "formal-notice"),  # due+35d is Monday 5 October, approved on the morrow
    ]
    charges = [fact for fact in year().facts("C-110") if isinstance(fact, f.Charged)]
    assert [(c.amount, c.law) for c in charges] == [(Money(70_00, "GBP"), "GB")]  # from 1000.00 to 10000.00 GBP


def test_the_printer_until_the_agency_has_the_file() -> None:
    # Seven invoices of 880.00 + 20% = 1056.00; January's to April's are paid four days late, the last on 15 May
    # because the 14th is Ascension Day: 4 x 1056.00 = 4224.00; 3168.00 stay open.
    assert [m.minor for m in billed("M-2007")] == [1056_00] * 7
    assert collected("M-2007") == 4224_00
    assert open_at_the_end("M-2007") == 3168_00
    assert left("M-2007/2026-05-10") == [
        ("2026-06-04", "courtesy"),  # due 9 June
        ("2026-06-12", "reminder-1"),
        ("2026-06-17", "text-nudge"),
        ("2026-06-22", "reminder-2"),  # due+12d is a Sunday
        ("2026-07-10", "formal-notice"),  # due+30d is the 9th
        ("2026-07-27", "agency"),  # deadline 18 July, fifth working day after it Friday 24th, approved on Monday
    ]


# --- what each customer is there for ------------------------------------------------------------------------------


def test_a_debit_that_fails_is_told_and_paid_otherwise() -> None:
    failed = [fact for fact in year().facts("C-102") if isinstance(fact, f.PaymentFailed)]
    assert [(fact.receivable, fact.reason) for fact in failed] == [("M-2002/2026-05-05", "AC04")]
    reactions = [
        fact
        for fact in year().facts("C-102")
        if isinstance(fact, f.ActionEnded) and fact.message.startswith("reaction")
    ]
    assert [(fact.channel, fact.on) for fact in reactions] == [("email", date(2026, 6, 4))]
    assert counted("C-102") == {("reminder-1", "email"): 1}  # no courtesy note to who is debited, no text refused


def test_a_promise_is_broken_and_the_ladder_goes_on_at_the_formal_notice() -> None:
    holds = [fact for fact in year().facts("C-103") if isinstance(fact, f.HoldEnded)]
    # Promised on the telephone for 23 April, two working days of grace to Monday 27th, the bank's data of the 28th
    # come in on the 29th at 07:30. Three working days after the contact of the 27th: asked on the 30th; 1 May is a
    # holiday, approved on Monday.
    assert [(fact.hold, fact.outcome, fact.on) for fact in holds] == [
        ("promise/M-2003/2026-02-01", "broken", date(2026, 4, 29))
    ]
    assert left("M-2003/2026-02-01")[-2:] == [("2026-04-14", "reminder-2"), ("2026-05-04", "formal-notice")]
    titles = [fact.title for fact in year().facts("C-103") if isinstance(fact, f.TaskOpened)]
    assert "Call about the broken promise" in titles


def test_the_insolvent_customer_hears_nothing_more() -> None:
    opened = date(2026, 8, 27)
    assert [day for day, _, _ in sent("C-104") if day >= opened] == []
    assert max(day for day, _, _ in sent("C-104")) == date(2026, 8, 25)
    tasks = {fact.title: fact.due for fact in year().facts("C-104") if isinstance(fact, f.TaskOpened)}
    assert tasks["Declare the claim in the insolvency"] == date(2026, 11, 4)  # published 4 September


def test_the_strategic_account_gets_a_person_and_never_a_text() -> None:
    assert {channel for _, _, channel in sent("C-105")} == {"email"}
    tasks = [fact.title for fact in year().facts("C-105") if isinstance(fact, f.TaskOpened)]
    assert tasks == [
        "Call the customer before any letter",
        "reminder-2 of M-2005/2026-04-01 is planned for 2026-06-14",  # the account manager is told, without a veto
        "call:second-reminder",
    ]
    refused = [fact for fact in year().facts("C-105") if isinstance(fact, f.Refused)]
    assert [(fact.step, fact.by, fact.outcome) for fact in refused] == [
        ("formal-notice", "paul@martin.example", "skip")  # above 10000.00 EUR it is the director's to sign
    ]


def test_a_part_is_paid_and_the_rest_is_reminded() -> None:
    paid = [fact for fact in year().facts("C-106") if isinstance(fact, f.Paid) and "2026-05-01" in fact.payment]
    # 540.00 + 20% = 648.00: 300.00 on 1 July, when it is due, 348.00 a fortnight later.
    assert [(fact.amount.minor, fact.on) for fact in paid] == [(300_00, date(2026, 7, 1)), (348_00, date(2026, 7, 15))]
    assert left("M-2006/2026-05-01")[1:] == [("2026-07-06", "reminder-1"), ("2026-07-09", "text-nudge")]


def test_an_unfounded_dispute_holds_and_then_the_ladder_resumes() -> None:
    # Due 30 April; disputed on 6 May, the day after the reminder; the text of the 8th is held; decided on Friday 15th,
    # nothing leaves in the instant of a release, so Monday; the second reminder three working days after it.
    assert left("M-2008/2026-03-01") == [
        ("2026-05-05", "reminder-1"),
        ("2026-05-18", "text-nudge"),
        ("2026-05-21", "reminder-2"),
    ]
    ended = [fact for fact in year().facts("C-108") if isinstance(fact, f.HoldEnded)]
    assert [(fact.outcome, fact.on) for fact in ended] == [("unfounded", date(2026, 5, 15))]


def test_a_founded_dispute_about_a_part_is_credited() -> None:
    credited = [fact for fact in year().facts("C-110") if isinstance(fact, f.Credited)]
    assert [fact.amount for fact in credited] == [Money(236_00, "GBP")]
    ended = [fact for fact in year().facts("C-110") if isinstance(fact, f.HoldEnded)]
    assert [fact.outcome for fact in ended] == ["founded"]
    paid = [fact.amount for fact in year().facts("C-110") if isinstance(fact, f.Paid) and "2026-04-01" in fact.payment]
    assert paid == [Money(944_00, "GBP")]  # 1180.00 - 236.00, without being told


def test_after_the_hand_off_nothing_firm_leaves_to_that_customer() -> None:
    life = year().lives["C-107"]
    after = [fact for fact in year().facts("C-107") if isinstance(fact, f.Left) and fact.on > date(2026, 7, 27)]
    assert after != []
    assert all(LEVELS.index(fact.level) < LEVELS.index("firm") for fact in after)
    assert life.account.receivables["M-2007/2026-05-10"].handed_off == date(2026, 7, 27)


def test_who_pays_in_time_hears_courtesy_notes_or_nothing() -> None:
    assert counted("C-109") == {}
    assert counted("C-111") == {("courtesy", "email"): 4}


# --- how a story answers ------------------------------------------------------------------------------------------


def test_the_same_fact_is_answered_the_same_and_never_in_the_past() -> None:
    story = year().story
    for at, fact in year().told():
        answers = list(story.answers(fact, at))
        assert answers == list(story.answers(fact, at))
        assert all(instant >= at for instant, _ in answers)


def test_the_opening_holds_what_is_dated_outright_in_order() -> None:
    story = year().story
    instants = [at for at, _ in story.opening]
    assert instants == sorted(instants)
    assert [type(fact).__name__ for _, fact in story.opening_of("C-104")] == ["HoldPlaced", "ContractEnded"]
    assert story.opening_of("C-101") == []
    # 2 January 2026 is the first working day: at 07:30 in Paris the bank's data of the 1st are in.
    assert story.opening[0] == (
        datetime(2026, 1, 2, 6, 30, tzinfo=UTC),
        f.BankConfirmed(datetime(2026, 1, 2, 6, 30, tzinfo=UTC), date(2026, 1, 1)),
    )


def test_the_import_files_hold_twelve_customers_and_thirteen_contracts() -> None:
    book: Book = imported(year().rulebook, datetime(2026, 1, 1, tzinfo=UTC))
    assert len(book.people) == 12
    assert sum(isinstance(fact, f.ContractRecorded) for fact in book.facts) == 13
    assert book.notes == {}
