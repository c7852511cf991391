"""`relance interest` and `relance rates`: what a delay has cost as a customer checks it, and the rates behind it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules import facts as f
from rules.money import Money
from tests.worker.cli.conftest import Run
from tests.worker.cli.scene import START, eur, last, office, say
from worker.imports.importing import import_file


@pytest.fixture
def french(asked: Path) -> Path:
    """The scene on 3 February 2027, its contract under French law."""
    with office(asked) as found, found.ledger.begin() as tx:
        law = f.Contract("K-1", "C-1", "open-account", law="FR")
        tx.record("C-1", [f.ContractRecorded(START, law, str(tx.active_rulebook()))])
    return asked


def test_interest_stops_at_a_rate_that_is_not_known_and_says_how_to_add_it(french: Path, run: Run) -> None:
    """F-1 is due on 4 January 2027, a half-year of which no rate is shipped."""
    result = run("interest", "F-1")
    assert result.exit_code == 1
    assert "the rate ecb-refi of 2027-H1 is not known" in result.output
    assert "relance rates add ecb-refi 2027-H1" in result.output


def test_interest_is_shown_with_every_figure_once_the_rate_is_stated(french: Path, run: Run) -> None:
    """1200 EUR from 5 January to 3 February 2027, 30 days, at 2.40 + 10: 12.23 EUR (1200 x 0.1240 x 30 / 365)."""
    assert run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB, 17 December 2026").exit_code == 0
    shown = run("interest", "F-1").output
    assert "2027-01-05  2027-02-03    30  1200.00 EUR  12.40 %  12.23 EUR" in shown
    assert "ecb-refi of 2027-H1, 2.40 %, + 10.00 points" in shown
    assert "base x rate x days / 365, calendar days, each line rounded to 0.01 EUR" in shown
    assert "Fixed sum: 40.00 EUR." in shown
    assert "Nothing of it was claimed yet." in shown


def test_a_currency_for_which_the_law_states_no_fixed_sum_is_told(asked: Path, run: Run) -> None:
    """The Act of 1998, s. 5A, has 40, 70 and 100 pounds, and nothing in euros; F-1 is of 1,200 EUR."""
    with office(asked) as found, found.ledger.begin() as tx:
        law = f.Contract("K-1", "C-1", "open-account", law="GB")
        tx.record("C-1", [f.ContractRecorded(START, law, str(tx.active_rulebook()))])
    run("rates", "add", "boe-base", "2027-H1", "3.75%", "--source", "Bank of England")
    assert "Fixed sum: the law states none in EUR." in run("interest", "F-1").output


def test_interest_stays_owed_when_the_principal_is_paid(french: Path, run: Run) -> None:
    """Paid on 24 January: 20 days, 8.15 EUR, and no more since."""
    run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB")
    say(french, "payment", amount="1200.00 EUR", invoices="F-1", reference="P-1", on="2027-01-24")
    shown = run("interest", "F-1").output
    assert "2027-01-05  2027-01-24    20  1200.00 EUR  12.40 %  8.15 EUR" in shown
    assert "Paid on 2027-01-24: 1200.00 EUR on principal." in shown
    assert "(counted): 8.15 EUR." in shown


def test_a_wrong_rate_is_refused_with_what_is_expected(shop: Path, run: Run) -> None:
    for arguments, said in [
        (("ecb-reffi", "2027-H1", "2.40%"), "did you mean 'ecb-refi'?"),
        (("ecb-refi", "2027-1", "2.40%"), "'2027-1' is not a half-year such as 2026-H2"),
        (("ecb-refi", "2027-H1", "2,40"), "'2,40' is not a yearly rate such as 2.15%"),
    ]:
        result = run("rates", "add", *arguments, "--source", "read")
        assert result.exit_code == 1
        assert said in result.output


def test_a_rate_that_nobody_can_know_yet_is_refused(shop: Path, run: Run) -> None:
    """On 5 December 2026 the rate of January may be published already, that of July is a guess."""
    for half_year, code in (("2027-H1", 0), ("2027-H2", 1)):
        result = run("rates", "add", "ecb-refi", half_year, "2.40%", "--source", "read")
        assert result.exit_code == code
    assert "nobody knows a rate of 2027-H2 yet" in result.output


def test_a_rate_that_is_known_otherwise_is_replaced_with_a_warning(shop: Path, run: Run) -> None:
    """The French rate of 2025-H1 is 3.71 (facts: 3 x 3.71 = 11.13); no other table would show the slip."""
    said = run("rates", "add", "fr-legal-professional", "2025-H1", "3.17%", "--source", "read").output
    assert "fr-legal-professional of 2025-H1 is 3.17 %.\nWarning: it was 3.71 % (" in said


def test_a_rate_stated_twice_is_recorded_once(shop: Path, run: Run) -> None:
    first = run("rates", "add", "boe-base", "2026-H2", "3.75", "--source", "Bank of England")
    again = run("rates", "add", "boe-base", "2026-H2", "3.75%", "--source", "Bank of England")
    assert "boe-base of 2026-H2 is 3.75 %." in first.output
    assert "was stated as 3.75 % already" in again.output


def test_the_rates_are_listed_with_confidence_and_sources(shop: Path, run: Run) -> None:
    shown = run("rates", "list", "fr-legal-professional").output
    assert "fr-legal-professional  2026-H1    2.62     A           ARR-2025-12-15, LEGIFISCAL-2026" in shown
    assert "ARR-2025-12-15: Arrêté du 15 décembre 2025 (JORF 26/12/2025); https://juriblio.fr" in shown
    assert "fr-legal-professional is not known from 2026-H2 on." in shown


def test_rates_that_contradict_each_other_are_told(shop: Path, run: Run) -> None:
    """The Basiszinssatz is the ECB's rate - 0.88: 1.27 cannot go with 2.40."""
    run("rates", "add", "ecb-refi", "2026-H2", "2.40%", "--source", "ECB")
    run("rates", "add", "bundesbank-base", "2026-H2", "1.27%", "--source", "an old table")
    result = run("rates", "check")
    assert result.exit_code == 1
    assert "bundesbank-base of 2026-H2 is 1.27 %, and by ecb-refi, 2.40 %, it would be 1.52 %." in result.output


def test_what_a_delay_costs_is_waived_with_a_reason_once(asked: Path) -> None:
    answer = say(asked, "waiver", invoice="F-1", reason="a good customer", what="interest")
    assert answer.text == "The interest of F-1 is waived."
    fact = last(asked)
    assert isinstance(fact, f.ChargeWaived)
    assert (fact.what, fact.reason, fact.by) == ("interest", "a good customer", "anne")
    assert "already" in say(asked, "waiver", invoice="F-1", reason="again", what="interest", key="k2").text


def test_a_rate_that_cannot_be_true_beside_another_is_recorded_with_a_warning(shop: Path, run: Run) -> None:
    """Belgium's rate is the ECB's + 8, rounded up to the half percent: 2.40 + 8 gives 10.50 (facts, section 3)."""
    for table, rate in (("ecb-refi", "2.40%"), ("bundesbank-base", "1.52%")):  # 2.40 - 0.88
        right = run("rates", "add", table, "2027-H1", rate, "--source", "read")
        assert (right.exit_code, "Warning" in right.output) == (0, False)
    wrong = run("rates", "add", "be-b2b-reference", "2027-H1", "10.40%", "--source", "a blog")
    assert wrong.exit_code == 0
    said = "Warning: be-b2b-reference of 2027-H1 is 10.40 %, and by ecb-refi, 2.40 %, it would be 10.50 %."
    assert said in wrong.output


# --- invoiced ---------------------------------------------------------------------------------------------------------


def test_what_an_invoice_lacks_is_asked_before_it_is_issued(french: Path, run: Run) -> None:
    run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB")
    result = run("interest", "F-1", "--invoice")
    assert result.exit_code == 1
    assert "the invoice lacks what it must state" in result.output


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("payment", {"amount": "1200.00 EUR", "invoices": "F-1", "reference": "P-1", "on": "2027-01-04"}),
        ("credit", {"amount": "1200.00 EUR", "invoices": "F-1", "reference": "A-1", "on": "2027-02-01"}),
        ("dispute", {"invoice": "F-1", "reason": "never delivered"}),
    ],
    ids=("paid on the due date", "never owed", "in dispute"),
)
def test_what_was_not_late_owes_no_fixed_sum_either(french: Path, run: Run, said: str, about: dict[str, str]) -> None:
    """The 40 EUR are owed for being late (C. com. L441-10 II): due on 4 January 2027, nothing of it was."""
    run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB")
    say(french, said, **about)
    assert "Fixed sum: 0.00 EUR (nothing of it was late)." in run("interest", "F-1").output
    result = run("interest", "F-1", "--invoice")
    assert result.exit_code == 1
    assert "nothing is left to invoice of what the delay of F-1 cost" in result.output


def test_what_a_delay_cost_is_invoiced_up_to_today_and_paid_before_the_principal(french: Path, run: Run) -> None:
    """12.23 EUR and 40 EUR on 3 February 2027; of 100 EUR for F-1, 52.23 go there first (C. civ. 1343-1)."""
    run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB")
    assert run("interest", "F-1", "--invoice").exit_code == 1
    with office(french) as found, found.ledger.begin() as tx:
        (key,) = (key for key in tx.account("C-1").reviews if key.startswith("mentions/"))
        tx.record("C-1", [f.Answered(tx.now(), key, "contract", "K-1", "anne", "proceed", "for this test")])
    result = run("interest", "F-1", "--invoice")
    assert result.exit_code == 0, result.output
    assert "F-2027-0001 of 52.23 EUR invoices what the delay of F-1 cost." in result.output
    assert "nothing is left to invoice" in run("interest", "F-1", "--invoice").output
    assert "Invoiced as F-2027-0001: 52.23 EUR, 52.23 EUR open." in run("interest", "F-1").output
    waived = say(french, "waiver", invoice="F-1", reason="a good customer")
    assert "F-2027-0001 has invoiced it, 52.23 EUR of it open: relance invoice credit F-2027-0001." in waived.text
    say(french, "payment", amount="100.00 EUR", invoices="F-1", reference="P-1")
    with office(french) as found, found.ledger.read() as tx:
        items = tx.account("C-1").receivables
    assert str(items["R-F-1"].balance) == "1152.23 EUR"
    assert not any(item.open for item in items.values() if item.is_charge)


def test_the_costs_of_the_dutch_scale_are_shown_band_by_band(asked: Path, run: Run) -> None:
    """1,200.00 EUR at 15 %, all in the first band."""
    with office(asked) as found, found.ledger.begin() as tx:
        law = f.Contract("K-1", "C-1", "open-account", law="NL")
        tx.record("C-1", [f.ContractRecorded(START, law, str(tx.active_rulebook()))])
    run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB")
    shown = run("explain", "F-1", "--interest").output
    assert "With the formal notice, in place of the fixed sum: 15.00 % of 1200.00 EUR = 180.00 EUR;" in shown
    assert "Law of the contract: NL (BW 6:119a, 6:96; Besluit BIK)" in shown


def test_the_costs_that_a_notice_claimed_stay_those_of_what_was_open_then(asked: Path, run: Run) -> None:
    """15 % of 1,200.00 EUR, of which 500.00 were paid after the notice."""
    with office(asked) as found, found.ledger.begin() as tx:
        law = f.Contract("K-1", "C-1", "open-account", law="NL")
        about = ("R-F-1", "notice", eur(180), "late-payment", "NL", "Besluit BIK", "mention", date(2027, 1, 20))
        notice = f.Charged(tx.now(), *about, principal=eur(1200))
        tx.record("C-1", [f.ContractRecorded(START, law, str(tx.active_rulebook())), notice])
    say(asked, "payment", amount="500.00 EUR", invoices="F-1", reference="P-1", on="2027-01-25")
    run("rates", "add", "ecb-refi", "2027-H1", "2.40%", "--source", "ECB")
    shown = run("explain", "F-1", "--interest").output
    assert "Fixed sum: 180.00 EUR." in shown
    assert "By the formal notice, on what was open then, in place of the fixed sum: 15.00 % of 1200.00 EUR" in shown


# --- what a payment pays first ----------------------------------------------------------------------------------------


def charged(folder: Path) -> None:
    """The delay of F-1, 1,200.00 EUR, cost 52.23 EUR, which were invoiced as F-7."""
    with office(folder) as found, found.ledger.begin() as tx:
        about = ("F-7", date(2027, 2, 3), date(2027, 2, 3), Money.parse("52.23 EUR"), f.CHARGES)
        tx.record("C-1", [f.Issued(tx.now(), "R-F-1/charges/2027-02-03", "K-1", *about, of="R-F-1")])


def test_a_payment_of_the_principal_alone_pays_the_charges_first_and_says_what_it_leaves(french: Path) -> None:
    """C. civ. 1343-1: of 1,200.00, 52.23 go to what the delay cost, so that as much of the invoice stays open."""
    charged(french)
    text = say(french, "payment", amount="1200.00 EUR", invoices="F-1", reference="V-1").text
    assert "52.23 EUR on F-7, 1147.77 EUR on F-1, what the delay costs first; 52.23 EUR of F-1 stays open." in text


def test_a_payment_may_be_accepted_as_the_payer_means_it(french: Path) -> None:
    charged(french)
    text = say(french, "payment", amount="1200.00 EUR", invoices="F-1", reference="V-1", order="named").text
    assert text.endswith("is recorded: on F-1.")
    with office(french) as found, found.ledger.read() as tx:
        items = tx.account("C-1").receivables
    assert [str(items[name].balance) for name in ("R-F-1", "R-F-1/charges/2027-02-03")] == ["0.00 EUR", "52.23 EUR"]


@pytest.mark.parametrize(("order", "open_"), [("", "52.23 EUR"), ("named", "0.00 EUR")])
def test_a_payments_file_says_in_which_order_it_pays(french: Path, tmp_path: Path, order: str, open_: str) -> None:
    charged(french)
    file = tmp_path / "bank.csv"
    file.write_text(f"reference,date,amount,invoice,order\nV-1,2027-02-03,1200.00 EUR,F-1,{order}\n", "utf-8")
    with office(french) as found:
        import_file(found.ledger, "payments", file)
        with found.ledger.read() as tx:
            assert str(tx.account("C-1").receivables["R-F-1"].balance) == open_


def test_what_was_only_mentioned_takes_nothing_of_a_payment(french: Path) -> None:
    text = say(french, "payment", amount="1200.00 EUR", invoices="F-1", reference="V-1").text
    assert text.endswith("is recorded: on F-1.")
