"""Who is written to, by which channel, what takes its place, and when a call is over."""

from __future__ import annotations

import pytest

from rules import facts as f
from tests.rules.judgement.kit import Life, day, money, reaching

EMAIL = "{email: {template: reminder, to: billing}}"
LETTER = "{letter: {template: notice, to: billing, registered: paper}}"
CALL = "{call: {queue: credit-control, script: first, attempts: 3}}"


def life_of(*do: str, more: str = "", **customer: object) -> Life:
    """One step on Wednesday 1 April 2026 with these actions, `more` further steps; due on Tuesday 31 March."""
    life = Life(f"steps:\n  - {{id: one, at: due+1d, do: [{', '.join(do)}]}}\n{more}", **customer)  # type: ignore[arg-type]
    life.invoice("INV-1", 1000, due="2026-03-31")
    return life


FALLBACK = "{email: {template: reminder, to: billing, fallback: letter}}"


def channels(life: Life) -> list[tuple[str, str, str]]:
    """(day, channel, role) of every message."""
    return [(message.on, message.said.channel, message.said.role) for message in life.messages]


# --- addresses ---------------------------------------------------------------------------------------------------


def test_a_message_goes_to_the_first_role_that_has_an_address() -> None:
    first = "{email: {template: reminder, to: {first_of: [finance-director, billing]}}}"
    life = life_of(first, reachable=reaching(billing=["email"], legal_representative=["email"]))
    assert channels(life.until("2026-12-31")) == [("2026-04-01", "email", "billing")]


def test_without_an_address_the_fallback_takes_its_place() -> None:
    life = life_of(FALLBACK, reachable=reaching(billing=["letter"]))
    assert channels(life.until("2026-12-31")) == [("2026-04-01", "letter", "billing")]


def test_without_an_address_and_a_fallback_a_person_is_asked_and_nothing_leaves() -> None:
    life = life_of(EMAIL, reachable=reaching(billing=["letter"]))
    life.until("2026-12-31")
    assert life.messages == []
    assert life.reviews() == [("2026-04-01", "no address for the email of one")]


def test_an_address_that_becomes_known_lets_the_step_leave() -> None:
    life = life_of(EMAIL, reachable=reaching(billing=["letter"]))
    life.changes(on="2026-04-07", reachable=reaching(billing=["email"]))
    assert life.until("2026-12-31").steps() == [("2026-04-07", "one")]


def test_to_say_go_on_without_an_address_sends_nothing_and_goes_on_waiting() -> None:
    life = life_of(EMAIL, reachable=reaching(billing=["letter"]))
    life.answers("proceed", on="2026-04-07")
    assert life.until("2026-12-31").steps() == []


def test_to_say_skip_without_an_address_skips_the_step() -> None:
    life = life_of(EMAIL, reachable=reaching(billing=["letter"]))
    life.answers("skip", on="2026-04-07")
    assert life.until("2026-12-31").outcomes() == [("2026-04-07", "one", "skipped: review")]


TWO = f"  - {{id: two, at: due+15d, do: [{FALLBACK}]}}\n"


def test_after_a_bounce_the_next_step_uses_its_fallback() -> None:
    life = life_of(EMAIL, more=TWO, reachable=reaching(billing=["email", "letter"]))
    life.bounces("email", on="2026-04-02", role="billing")
    life.until("2026-12-31")
    assert channels(life) == [("2026-04-01", "email", "billing"), ("2026-04-15", "letter", "billing")]


def test_a_bounce_concerns_one_role_only() -> None:
    first = "{email: {template: reminder, to: {first_of: [billing, finance-director]}}}"
    more = f"  - {{id: two, at: due+15d, do: [{first}]}}\n"
    life = life_of(first, more=more, reachable=reaching(billing=["email"], finance_director=["email"]))
    life.bounces("email", on="2026-04-02", role="billing")
    life.until("2026-12-31")
    assert channels(life)[1] == ("2026-04-15", "email", "finance-director")


def test_no_text_goes_to_who_refused_texts() -> None:
    sms = "{sms: {template: nudge, to: billing, fallback: email}}"
    life = life_of(sms, sms_refused=True, reachable=reaching(billing=["email", "sms"]))
    assert channels(life.until("2026-12-31")) == [("2026-04-01", "email", "billing")]


def test_a_step_with_two_messages_sends_both_and_leaves_once() -> None:
    life = life_of(EMAIL, LETTER)
    life.until("2026-12-31")
    assert [message.said.channel for message in life.messages] == ["email", "letter"]
    assert life.steps() == [("2026-04-01", "one")]


# --- what could not be sent --------------------------------------------------------------------------------------


def test_a_step_of_which_everything_failed_asks_a_person_and_may_be_tried_again() -> None:
    life = life_of(EMAIL)
    life.fails("one", on="2026-04-01")
    life.until("2026-04-05")
    (review,) = life.account.reviews.values()
    assert review.asked.why == "one could not be sent: 550 no such user"
    assert (review.asked.on, review.asked.receivable, review.asked.step) == (day("2026-04-01"), "INV-1", "one")
    life.answers("proceed", on="2026-04-08")
    assert life.until("2026-12-31").steps()[-1] == ("2026-04-08", "one")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("skip", [("2026-04-03", "one", "skipped: failed"), ("2026-04-15", "two", "sent")]),
        ("stop", [("2026-04-03", "", "stopped: stopped")]),
    ],
)
def test_a_step_that_failed_may_be_given_up_or_be_the_end(answer: str, said: list[tuple[str, str, str]]) -> None:
    life = life_of(EMAIL, more=TWO)
    life.fails("one", on="2026-04-01")
    life.answers(answer, on="2026-04-03")
    assert life.until("2026-04-20").outcomes()[1:] == said
    again = [fact.occurrence for _, fact in life.simulation.told if isinstance(fact, f.Skipped)]
    assert again == ([2] if answer == "skip" else [])  # what would have been the second try


def dies(life: Life, *, on: str, role: str = "billing") -> None:
    """The e-mail of step one is refused that afternoon, because nobody lives at the address."""
    life.fails("one", on=on)
    life.happens(f.Bounced(life.instant(on, "16:30"), "C-1", role, "email", "INV-1/1/one/1"))


def test_a_message_to_a_dead_address_leaves_by_its_fallback_on_the_next_day_and_nobody_is_asked() -> None:
    # refused on Wednesday 1 April: no contact, so no gap; one step a day, so Thursday 2 April
    life = life_of(FALLBACK, reachable=reaching(billing=["email", "letter"]))
    dies(life, on="2026-04-01")
    life.until("2026-12-31")
    assert channels(life) == [("2026-04-02", "letter", "billing")]
    assert life.reviews() == []


def test_a_fallback_is_that_of_the_variant_which_the_step_left_by_and_of_its_own_customer() -> None:
    # C-2 is written to for itself, though C-1 pays for it
    special = f"{{id: special, at: due+1d, do: [{FALLBACK}]}}"
    life = Life(
        "steps: [{id: one, at: due, do: [{task: {queue: collections, title: Look at it}}]}]\n"
        f"variants: [{{id: big, when: {{customer.segment: big}}, insert: [{{after: one, step: {special}}}]}}]\n"
    )
    life.pays_for("C-2", "M-2", segment="big", reachable=reaching(billing=["email", "letter"]))
    life.invoice("INV-2", 1000, due="2026-03-31", contract="M-2")
    act = life.claims("special", on="2026-04-01")
    at, on = life.instant("2026-04-01", "16:30"), day("2026-04-01")
    life.happens(f.ActionEnded(at, act.message, 0, "INV-2", "email", "failed", on, "550 no such user"))
    life.happens(f.Bounced(at, "C-2", "billing", "email", act.message))
    life.until("2026-04-10")
    assert channels(life) == [("2026-04-02", "letter", "billing")]
    assert life.reviews() == []


def test_a_step_that_failed_and_stands_in_the_policy_no_longer_has_no_fallback() -> None:
    life = life_of(FALLBACK, reachable=reaching(billing=["email", "letter"]))
    dies(life, on="2026-04-01")
    life.binds(f"steps: [{{id: other, at: due+15d, do: [{EMAIL}]}}]\n", on="2026-04-01")
    life.until("2026-04-10")
    assert life.reviews() == [("2026-04-01", "one could not be sent: 550 no such user")]


def test_a_message_to_a_dead_address_leaves_to_the_next_role_that_has_one() -> None:
    first = "{email: {template: reminder, to: {first_of: [billing, finance-director]}}}"
    life = life_of(first, reachable=reaching(billing=["email"], finance_director=["email"]))
    dies(life, on="2026-04-01")
    life.until("2026-12-31")
    assert channels(life) == [("2026-04-02", "email", "finance-director")]


def test_without_a_fallback_a_person_is_asked_about_a_dead_address() -> None:
    life = life_of(EMAIL, reachable=reaching(billing=["email", "letter"]))
    dies(life, on="2026-04-01")
    life.until("2026-12-31")
    assert life.messages == []
    assert life.reviews() == [("2026-04-01", "one could not be sent: 550 no such user")]


def test_a_fallback_keeps_the_later_steps_on_their_days() -> None:
    life = life_of(FALLBACK, more=TWO, reachable=reaching(billing=["email", "letter"]))
    dies(life, on="2026-04-01")
    life.until("2026-12-31")
    assert [on for on, *_ in channels(life)] == ["2026-04-02", "2026-04-15"]


def test_a_reminder_that_failed_is_none_even_if_another_action_of_the_step_went_through() -> None:
    notice = f"  - {{id: notice, level: notice, at: due+15d, do: [{LETTER}]}}\n"
    life = life_of(EMAIL, CALL, more=notice)
    life.fails("one", on="2026-04-01")
    life.until("2026-12-31")
    assert ("2026-04-15", "no reminder went out before notice") in life.reviews()


@pytest.mark.parametrize(
    "beside",
    ["{charge: {terms: late-payment, claim: mention}}", "{task: {queue: q, title: Look}}", "{webhook: {to: crm}}"],
)
def test_a_notice_of_which_the_letter_failed_is_none_whatever_went_with_it(beside: str) -> None:
    # the letter of Wednesday 15 April is refused; tried again on Monday the 20th, its 8 days end on the 28th
    notice = f"level: notice, at: due+15d, deadline: {{of: 8d, from: sent}}, do: [{LETTER}, {beside}]"
    agency = "level: handoff, at: notice.deadline+1d, requires: [notice], do: [{handoff: {to: recouvra, kind: agency}}]"
    each = (f"id: one, at: due+1d, do: [{EMAIL}]", f"id: notice, {notice}", f"id: agency, {agency}")
    steps = "steps:\n" + "".join(f"  - {{{step}}}\n" for step in each)
    life = Life(steps, business="gateways: {crm: {url: https://crm.example/hook}}\n", kind="business", country="FR")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.fails("notice", on="2026-04-15")
    if "webhook" in beside:  # that one goes through
        called = life.instant("2026-04-15", "16:31")
        life.happens(f.ActionEnded(called, "INV-1/1/notice/1", 1, "INV-1", "webhook", "sent", day("2026-04-15")))
    life.until("2026-04-19")
    assert life.reviews() == [("2026-04-15", "notice could not be sent: 550 no such user")]
    life.answers("proceed", on="2026-04-20")
    assert life.until("2026-12-31").steps()[2:] == [("2026-04-20", "notice"), ("2026-04-29", "agency")]


def test_an_unknown_outcome_stops_its_ladder_until_somebody_resolves_it() -> None:
    """S85: no automatic re-send of what may have been sent."""
    life = life_of(EMAIL, more=TWO)
    life.fails("one", on="2026-04-01", outcome="unknown")
    assert life.until("2026-06-30").steps() == [("2026-04-01", "one")]
    life.happens(
        f.ActionEnded(life.instant("2026-07-01"), "INV-1/1/one/1", 0, "INV-1", "email", "sent", day("2026-07-01"))
    )
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-07-01", "two")]


EVERYTHING = """
steps:
  - id: one
    at: due+1d
    do:
      - {email: {template: reminder, to: billing, cc: [credit-director], bcc: [account-manager],
         from: credit-controller, attach: [invoice]}}
      - {sms: {template: nudge, to: billing}}
      - {letter: {template: notice, to: billing, registered: paper, from: credit-controller, attach: [statement]}}
      - {webhook: {to: crm}}
  - {id: file, level: handoff, at: due+15d, requires: [], reason: agreed, do: [{handoff: {to: recouvra, kind: agency}}]}
"""


def test_each_channel_is_handed_what_its_action_says() -> None:
    business = "gateways: {crm: {url: https://crm.example/hook}}\n"
    life = Life(EVERYTHING, business=business)
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.until("2026-04-20")
    email, sms, letter, webhook, file = (message.said for message in life.messages)
    assert (email.channel, email.cc, email.bcc) == ("email", ("credit-director",), ("account-manager",))
    assert (email.sender, email.attach) == ("credit-controller", ("invoice",))
    assert (sms.channel, sms.template, sms.attach) == ("sms", "nudge", ())
    assert (letter.channel, letter.registered) == ("letter", "paper")
    assert (letter.sender, letter.attach) == ("credit-controller", ("statement",))
    assert (webhook.channel, webhook.role) == ("webhook", "crm")
    assert (file.channel, file.handoff_to, file.attach) == ("handoff", "recouvra", ("invoice", "statement", "history"))
    assert file.handoff is not None
    assert file.handoff.kind == "agency"


# --- calls -------------------------------------------------------------------------------------------------------

AFTER = f"  - {{id: two, at: previous+1bd, do: [{EMAIL}]}}\n"


def test_a_call_step_has_gone_out_when_it_is_put_on_the_list() -> None:
    life = life_of(CALL)
    life.until("2026-04-02")
    assert life.steps() == [("2026-04-01", "one")]
    assert life.tasks() == [("2026-04-01", "call:first")]


def test_the_next_step_waits_until_the_call_is_out_of_attempts() -> None:
    # one attempt on each of Wednesday 1, Thursday 2, Friday 3 April; then Monday the 6th (Saturday is no slot)
    life = life_of(CALL, more=AFTER)
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-06", "two")]


def test_the_next_step_comes_sooner_when_somebody_was_reached() -> None:
    # reached on Thursday 2 April, a contact: three working days later is Tuesday the 7th
    life = life_of(CALL, more=AFTER)
    life.calls("one", on="2026-04-02")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-07", "two")]


def test_a_call_of_a_variant_is_waited_for_as_well() -> None:
    # put on the list on Wednesday 1 April; its two attempts are over when Friday the 3rd begins
    special = "{id: special, at: due+1d, do: [{call: {queue: phone, script: polite, attempts: 2}}]}"
    life = Life(
        f"steps: [{{id: one, at: due-7d, do: [{EMAIL}]}}, {{id: two, at: due+2d, do: [{EMAIL}]}}]\n"
        f"variants: [{{id: big, when: {{customer.segment: big}}, insert: [{{after: one, step: {special}}}]}}]\n",
        segment="big",
    )
    life.invoice("INV-1", 1000, due="2026-03-31")
    assert life.until("2026-04-10").steps()[1:] == [("2026-04-01", "special"), ("2026-04-03", "two")]


def test_a_call_without_an_answer_is_no_contact() -> None:
    life = life_of(CALL, more=AFTER)
    life.calls("one", on="2026-04-02", outcome="no-answer")
    assert life.until("2026-12-31").steps() == [("2026-04-01", "one"), ("2026-04-06", "two")]


def test_a_call_about_several_invoices_is_one_call() -> None:
    life = life_of(CALL, more=AFTER)
    life.invoice("INV-2", 500, due="2026-03-31")
    life.calls("one", on="2026-04-02")
    life.until("2026-12-31")
    assert life.tasks() == [("2026-04-01", "call:first")]
    assert life.steps("INV-2") == [("2026-04-01", "one"), ("2026-04-07", "two")]


# --- hand-off ----------------------------------------------------------------------------------------------------

AGENCY = f"""  - {{id: notice, level: notice, at: due+15d, do: [{LETTER}]}}
  - {{id: agency, level: handoff, at: due+29d, do: [{{handoff: {{to: recouvra, kind: agency}}}}]}}
  - {{id: last, level: handoff, at: due+60d, do: [{{letter: {{template: last, to: billing}}}}]}}
"""
CLIMBED = [("2026-04-01", "one"), ("2026-04-15", "notice"), ("2026-04-29", "agency")]


def test_a_handed_over_ladder_stops() -> None:
    life = life_of(EMAIL, more=AGENCY)
    life.until("2026-12-31")
    assert life.steps() == CLIMBED
    assert ("2026-04-29", "", "stopped: handed-off") in life.outcomes()


def test_while_one_is_handed_over_the_others_pause_at_firm_and_above() -> None:
    life = life_of(EMAIL, more=AGENCY)
    life.invoice("INV-2", 500, due="2026-05-18")
    life.until("2026-12-31")
    assert life.steps("INV-2") == [("2026-05-19", "one")]
    assert life.waits_for("INV-2") == "handed-off"


def test_when_the_handed_over_one_is_paid_the_others_go_on() -> None:
    # the notice of INV-2, due on Tuesday 2 June, leaves after the payment of Wednesday 1 July
    life = life_of(EMAIL, more=AGENCY)
    life.invoice("INV-2", 500, due="2026-05-18")
    life.pays(1000, on="2026-07-01", of="INV-1")
    assert life.until("2026-07-03").steps("INV-2") == [("2026-05-19", "one"), ("2026-07-01", "notice")]


def test_when_all_but_a_residue_of_the_handed_over_one_is_paid_the_others_go_on_too() -> None:
    life = Life(f"money: {{tolerance: 1.00 EUR}}\nsteps:\n  - {{id: one, at: due+1d, do: [{EMAIL}]}}\n{AGENCY}")
    life.invoice("INV-1", 1000, due="2026-03-31")
    life.invoice("INV-2", 500, due="2026-05-18")
    life.pays("999.50", on="2026-07-01", of="INV-1")
    assert life.until("2026-07-03").steps("INV-2") == [("2026-05-19", "one"), ("2026-07-01", "notice")]
    assert not life.account.receivables["INV-1"].open


def test_a_recall_resumes_at_the_named_step() -> None:
    # recalled on Monday 11 May: `last` is due on Saturday 30 May, so Monday 1 June
    life = life_of(EMAIL, more=AGENCY)
    life.happens(f.Recalled(life.instant("2026-05-11"), "INV-1", life.instant("2026-05-11").date(), "last"))
    assert life.until("2026-12-31").steps() == [*CLIMBED, ("2026-06-01", "last")]


@pytest.mark.parametrize(
    ("step", "later"),
    [
        ("one", [("2026-05-11", "one"), ("2026-05-19", "notice"), ("2026-05-22", "agency")]),  # 8d after `one`; the gap
        ("notice", [("2026-05-11", "notice"), ("2026-05-14", "agency")]),
        ("agency", [("2026-05-11", "agency")]),
    ],
)
def test_a_recall_that_names_a_step_of_before_climbs_anew_from_there(step: str, later: list[tuple[str, str]]) -> None:
    # recalled on Monday 11 May with 600 euros left: every written day has passed, and only the gap is left to wait for
    life = life_of(EMAIL, more=AGENCY)
    life.pays(400, on="2026-05-04", of="INV-1")
    life.happens(f.Recalled(life.instant("2026-05-11"), "INV-1", life.instant("2026-05-11").date(), step))
    assert life.until("2026-12-31").steps() == [*CLIMBED, *later]
    assert {str(message.said.total) for message in life.messages if message.on >= "2026-05-11"} == {"600.00 EUR"}
    assert ("2026-05-11", "", "reopened: recalled") in life.outcomes()


@pytest.mark.parametrize(("country", "to"), [("DE", "inkasso"), ("FR", "recouvra")])
def test_who_it_is_handed_to_is_looked_up(country: str, to: str) -> None:
    table = "{by: customer.country, DE: inkasso, otherwise: recouvra}"
    more = AGENCY.replace("to: recouvra", f"to: {table}")
    life = life_of(EMAIL, more=more, country=country)
    life.until("2026-05-01")
    assert life.messages[-1].said.handoff_to == to


def test_a_handoff_never_carries_the_disputed_part() -> None:
    life = life_of(EMAIL, more=AGENCY)
    life.hold("dispute", on="2026-04-20", part=money(300))
    life.until("2026-05-01")
    assert str(life.messages[-1].said.total) == "700.00 EUR"
