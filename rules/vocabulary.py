"""Every word of the policy language in one place: facts, actions, holds, events and the keys of each kind of file.

The schemas, the checks, the compiler and `relance vocabulary` are all made from these tables. Nothing here decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from rules.policy import HOLDS, LEVELS

FORMAT = "relance/v1"
KINDS = ("business", "policy", "assignment", "calendar", "terms", "policy-test")

Type = Literal["text", "choice", "flag", "number", "amount", "date", "tags", "country"]
CUSTOM_TYPES = ("text", "number", "amount", "date", "flag")
CUSTOM_FACT = re.compile(r"custom\.(?:customer|contract|invoice)\.[a-z][a-z0-9_]*")

OPERATORS: dict[Type, tuple[str, ...]] = {
    "text": ("in", "not_in"),
    "choice": ("in", "not_in"),
    "country": ("in", "not_in"),
    "flag": ("in", "not_in"),
    "number": ("gte", "gt", "lte", "lt"),
    "amount": ("gte", "gt", "lte", "lt"),
    "date": ("gte", "gt", "lte", "lt"),
    "tags": ("has", "lacks"),
}
ANY_OPERATOR = ("known", "if_unknown")
COMPARED: dict[str, tuple[str, str]] = {  # what each operator asks, and an example
    "gte": ("This much or more; for dates, on this day or later", "invoice.balance: {gte: 150.00 EUR}"),
    "gt": ("More than this; for dates, after this day", "invoice.days_overdue: {gt: 30}"),
    "lte": ("This much or less; for dates, on this day or earlier", "customer.late_share: {lte: 0.25}"),
    "lt": ("Less than this; for dates, before this day", "customer.score: {lt: 40}"),
    "in": ("One of these, which a list alone says too", "customer.country: {in: [FR, BE]}"),
    "not_in": ("None of these", "customer.segment: {not_in: [strategic]}"),
    "has": ("One of these marks at least", "customer.tags: {has: [keep-in-house]}"),
    "lacks": ("None of these marks", "customer.tags: {lacks: [keep-in-house]}"),
    "known": ("Whether anything is recorded of it", "customer.risk: {known: false}"),
    "if_unknown": (
        "What the line is taken as where nothing is recorded",
        "customer.score: {lt: 40, if_unknown: false}",
    ),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What a condition may test. `unknown` says when it is not known; `choices` are those of a choice."""

    name: str
    type: Type
    description: str
    source: str
    unknown: str
    choices: tuple[str, ...] = ()
    example: str = ""


def _facts() -> dict[str, Fact]:
    facts: list[Fact] = []

    def add(group: str, source: str, rows: str) -> None:
        for row in rows.strip().splitlines():
            name, kind, description, unknown, *more = (cell.strip() for cell in row.split("|"))
            kind, _, choices = kind.partition(" ")
            example = more[0] if more else ""
            facts.append(
                Fact(f"{group}.{name}", kind, description, source, unknown, tuple(choices.split()), example)  # type: ignore[arg-type]
            )

    absent = "it was not imported"
    add(
        "customer",
        "the customer as imported",
        f"""
        country | country | Where the customer is, two letters of ISO 3166 | {absent} | FR
        region | text | Part of a country with rules of its own, such as 57 for Moselle | {absent} | 57
        language | text | The language the customer reads, two letters | {absent} | fr
        kind | choice business sole-trader non-professional public consumer | What it is in law | {absent} | business
        segment | text | Your own grouping of customers | {absent} | strategic
        risk | text | Your own class of risk | {absent} | high
        score | number | Your own score | {absent} | 40
        tags | tags | Your own marks on a customer | {absent} | keep-in-house
        payment_method | choice transfer debit card cheque lcr | How the customer usually pays | {absent} | transfer
        sms_refused | flag | Whether the customer objects to text messages | {absent} | false
        insured | flag | Whether a credit insurer covers the customer | {absent} | true
        payer | text | Who pays for the customer, and is written to with `by: payer`: an identifier | {absent} | C-200
        group | text | The group of companies the customer is of, an identifier | {absent} | G-7
        payment_run | number | Day of the month on which the customer pays | {absent} | 25
        credit_limit | amount | The credit you give the customer | {absent} | 20000.00 EUR
        late_share | number | Share of invoices paid late, from 0 to 1 | {absent} | 0.25
        since | date | Customer since this day | {absent} | 2024-01-01
        """,
    )
    add(
        "customer",
        "counted from the ledger",
        "broken_promises | number | How many promises of this customer were broken | never | 2",
    )
    add(
        "contract",
        "the contract as imported",
        f"""
        id | text | The contract's identifier | never | M-2031
        law | text | The law that governs the contract, two letters of ISO 3166 | {absent} | FR
        kind | choice recurring one-off open-account | How the contract bills | never | recurring
        tags | tags | Your own marks on a contract | {absent} | maintenance
        suspension_clause | flag | Whether the contract lets you suspend when unpaid | {absent} | true
        sepa_mandate | text | The mandate by which you may collect, an identifier | {absent} | RUM-0012
        """,
    )
    add(
        "invoice",
        "the invoice as imported or issued",
        f"""
        number | text | The invoice's number | never | F-2027-018
        kind | choice invoice deposit instalment retention | What the receivable is | never | invoice
        issued | date | Day of issue | never | 2027-01-05
        due | date | Due date | {absent} | 2027-02-04
        amount | amount | The whole amount | never | 6400.00 EUR
        approval | choice pending approved rejected | What the customer said of it | nothing was said | approved
        portal_status | text | As the customer's platform says | {absent} | refused
        assigned_to | text | To whom the receivable is sold or pledged | it is not assigned | factor
        order_number | text | The customer's order number | {absent} | PO-771
        insured | flag | Whether a credit insurer covers this invoice | {absent} | true
        """,
    )
    add(
        "invoice",
        "reckoned on the day",
        """
        balance | amount | What is open and not disputed | never | 150.00 EUR
        days_overdue | number | Days since the due date, 0 until then | the due date is not known | 30
        delivered | flag | Whether the invoice reached the customer | never | true
        """,
    )
    add(
        "account",
        "reckoned on the day: this customer, in the receivable's currency",
        """
        overdue_balance | amount | What is open, undisputed and overdue | never | 300.00 EUR
        overdue_count | number | How many invoices are overdue | never | 3
        oldest_days_overdue | number | Days since the oldest overdue due date | never | 60
        exposure | amount | All that is open, due or not | never | 20000.00 EUR
        unallocated | amount | Payments and credits not yet put on an invoice | never | 500.00 EUR
        """,
    )
    outside = "outside a reaction to it"
    add(
        "payment",
        "the event a reaction answers",
        f"""
        method | choice transfer debit card cheque lcr | How the payment came | {outside} | debit
        reason | text | Why a payment failed, the scheme's code | {outside} | AC04
        amount | amount | How much | {outside} | 100.00 EUR
        """,
    )
    add("call", "the event a reaction answers", f"outcome | text | What became of a call | {outside} | reached")
    return {fact.name: fact for fact in sorted(facts, key=lambda fact: fact.name)}


FACTS: dict[str, Fact] = _facts()


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a block.

    `value` is a grammar of schemata.py (moment, name, role, ...), `@block` for the keys of another block, or either in
    [brackets] for a list ([...]+: not empty), in {braces} for a map by name, followed by ? for one or a list.
    `by`: a by-table over a fact, or over an amount, may stand for the value.
    """

    name: str
    value: str
    description: str
    example: str
    required: bool = False
    choices: tuple[str, ...] = ()
    by: Literal["", "fact", "amount"] = ""


def _keys(rows: str, by: dict[str, Literal["fact", "amount"]] | None = None) -> tuple[Key, ...]:
    """One key per line: name (! if required) | value or choices | description | example."""
    keys = []
    for row in rows.strip().splitlines():
        name, value, description, example = (cell.strip() for cell in row.split("|", 3))
        value, _, choices = value.partition(" ")
        keys.append(
            Key(
                name.rstrip("!"),
                value,
                description,
                example,
                name.endswith("!"),
                tuple(choices.split()),
                (by or {}).get(name.rstrip("!"), ""),
            )
        )
    return tuple(keys)


ROLES = ("account-manager", "collector", "credit-controller", "credit-director")
CONTACTS = ("billing", "registered-office", "legal-representative", "finance-director")
EVENTS: dict[str, str] = {  # when each is, seen from the creditor
    "invoice-sent": "The invoice went out to the customer",
    "invoice-approved": "The customer approved the invoice",
    "payment-received": "Money came in for it",
    "payment-failed": "A debit or card payment failed",
    "payment-reversed": "A payment was taken back",
    "short-paid": "Money came in for it and did not settle it",
    "promise-made": "The customer promised to pay on a day",
    "promise-broken": "The day of a promise passed without the money",
    "plan-proposed": "A payment plan was offered to the customer",
    "plan-agreed": "A payment plan was agreed",
    "plan-broken": "A payment plan was not kept",
    "dispute-opened": "The customer disputes it",
    "dispute-overdue": "Nobody resolved the dispute in time",
    "dispute-resolved": "The dispute is over, founded or not",
    "bounced": "A message came back for good",
    "replied": "The customer answered a message",
    "presented": "The post said what became of a registered letter",
    "deadline-passed": "The deadline that a message named passed unpaid",
    "handed-off": "It went to an agency, an officer or a lawyer",
    "recalled": "It came back from there",
    "credit-limit-exceeded": "The customer owes more than its credit limit",
    "call-recorded": "Somebody recorded what became of a call",
}
EVENT_FACTS: dict[str, tuple[str, ...]] = {  # what only the `when` of a reaction to it can test
    "payment-received": ("payment.amount", "payment.method"),
    "short-paid": ("payment.amount", "payment.method"),
    "payment-failed": ("payment.amount", "payment.reason"),
    "payment-reversed": ("payment.reason",),
    "call-recorded": ("call.outcome",),
}

_MESSAGE = """
template! | name | The template that is sent | reminder-1
to! | contact | The contact who receives it, or {first_of: [...]} | billing"""
_ATTACH = "attach | [choice] invoice statement history | What travels with it | [invoice]"
_FALLBACK = "fallback | fallback | What is done when there is no address, it bounced or was refused | letter"

ACTIONS: dict[str, tuple[str, tuple[Key, ...]]] = {
    "email": (
        "An e-mail to a contact",
        _keys(
            f"""{_MESSAGE}
            cc | [role] | Who gets a copy | [account-manager]
            bcc | [role] | Who gets a copy unseen | [account-manager]
            from | role | Who signs | collector
            {_ATTACH}
            {_FALLBACK}""",
            {"template": "fact"},
        ),
    ),
    "sms": ("A text message to a contact", _keys(f"{_MESSAGE}\n{_FALLBACK}", {"template": "fact"})),
    "letter": (
        "A letter to a contact",
        _keys(
            f"""{_MESSAGE}
            registered | choice paper electronic | How it is registered; absent for ordinary post | paper
            from | role | Who signs | credit-director
            {_ATTACH}
            {_FALLBACK}""",
            {"template": "fact"},
        ),
    ),
    "call": (
        "A call for a person to make",
        _keys("""
            queue! | name | Whose list it is put on | credit-control
            script! | name | What to say | reminder-2
            attempts | count | How many working days it is tried, 3 by default | 3
            until | choice reached | What concludes it | reached"""),
    ),
    "task": (
        "Something for a person to do; never a contact",
        _keys("""
            queue! | name | Whose list it is put on | collections
            title! | text | What is to be done | Decide between agency and court"""),
    ),
    "webhook": (
        "A signed call of a gateway; never a contact",
        _keys("to! | name | The gateway of business.yaml that is called | crm"),
    ),
    "charge": (
        "What a late payment costs, by the terms of the law",
        _keys("""
            terms! | name | The terms file | late-payment
            claim! | choice mention invoice | Mentioned in the message, or invoiced | mention"""),
    ),
    "debit": (
        "A collection by the mandate of a customer who pays by debit; never a contact",
        _keys("""
            mandate | choice sepa | The kind of mandate, sepa by default | sepa
            fallback | action | What is done when there is no mandate, or it failed for good |\
                {email: {template: reminder-1, to: billing}}"""),
    ),
    "restrict": (
        "Something held back until settlement; heavy",
        _keys("""
            what! | choice orders deliveries service | What is held back | deliveries
            notice! | duration | How long before it is announced | 8d"""),
    ),
    "handoff": (
        "The file goes to an agency, a court officer, a lawyer or a court",
        _keys(
            """
            to! | name | The name under `agencies` of business.yaml | recouvra
            kind! | choice agency court-officer lawyer court | What they are | agency
            scope | choice receivable account-overdue | This receivable, or all that is overdue | receivable""",
            {"to": "fact"},
        ),
    ),
}

RESUMES = ("shift", "keep", "never")
_RESUME = "resume | choice shift keep never | What later steps do: move, keep their dates, or never come | shift"
HOLD_MEANINGS: dict[str, str] = {
    "dispute": "All or part of a receivable is disputed; until it is resolved",
    "promise": "The customer promised to pay; until kept or broken",
    "payment-plan": "Instalments are agreed; until done or broken",
    "payment-pending": "A debit or transfer is under way; until settled or failed",
    "says-paid": "The customer says it is paid; then a review",
    "reply": "The customer answered a message; until somebody has read it",
    "invoice-refused": "The customer or its platform refused the invoice; until it is issued anew",
    "insolvency": "Proceedings are open; what was supplied before is frozen for good",
    "assigned": "The receivable is sold or pledged; until recourse",
    "vulnerable": "A customer to be spared; until a person says so",
    "never-dun": "A customer never to be reminded; until a person says so",
    "manual": "Somebody holds it, with a reason; until its end date",
}
HOLD_KEYS: dict[str, tuple[Key, ...]] = {kind: _keys(_RESUME) for kind in HOLDS} | {
    "dispute": _keys("""
        reasons | {role} | Who looks into a dispute, by its reason | {price: account-manager}
        review_after | duration | When a person looks again | 10bd
        escalate | role | Who is told then | credit-director
        by_customer | @by_customer | A dispute raised by the customer | {holds_for: 5bd, then: review}
        resume | resume | What later steps do, always or by the outcome | {founded: shift, unfounded: keep}"""),
    "promise": _keys(f"""
        tolerance | duration | How long after its date money is waited for | 2bd
        max_ahead | duration | How far ahead a promise may lie | 15d
        max_times | count | How many promises are accepted | 2
        broken | step | Where the ladder goes on when it is broken | reminder-2
        {_RESUME}"""),
    "payment-plan": _keys(f"""
        max_instalments | count | How many instalments at most | 4
        max_length | duration | How long at most | 4m
        first | percent | Share of the first instalment at least | 30%
        auto_accept | flag | Whether a plan within these bounds needs no person | false
        broken | step | Where the ladder goes on when it is broken | formal-notice
        acceleration | flag | Whether a broken plan makes all of it due | true
        {_RESUME}"""),
    "says-paid": _keys(f"for | duration | How long it holds, then a review | 5bd\n{_RESUME}"),
    "reply": _keys(f"after | duration | How long until a review when nobody reads it | 3bd\n{_RESUME}"),
}

_HEAD = """
format! | format | The version of the language | relance/v1
kind! | kind | What this file is | {kind}
id! | name | The name, equal to the file's | {id}"""

BLOCKS: dict[str, tuple[Key, ...]] = {
    "policy": _keys(
        _HEAD.format(kind="policy", id="fr-b2b-standard")
        + """
        title! | text | What people call it | Relance B2B France, standard
        owner! | text | Who answers for it | credit-control@example.com
        description | text | What it is for | One cadence for all
        effective_from! | date | Receivables issued on this day or later | 2026-12-01
        calendar! | name | Which working days and hours apply | fr-paris
        language | language | Which translation of a template is used; the business's by default | fr
        applies_to | condition | What is enrolled, tested until the first step goes out | {customer.kind: business}
        pacing | @pacing | How close contacts may come | {min_gap: 3bd}
        consolidate | @consolidate | Which receivables one message carries | {by: customer, window: 3bd}
        money | @money | Residues, reversals and unallocated money | {reopen: resume}
        holds | @holds | What a reason to send nothing does | {promise: {tolerance: 2bd}}
        steps! | [@step]+ | The procedure, in time order |\
            [{id: nudge, at: due+3d, do: [{sms: {template: nudge, to: billing}}]}]
        after_last_step | @after_last_step | What is done once all steps are over |\
            {at: previous+9bd, do: [{webhook: {to: crm}}]}
        reactions | [@reaction] | What is done when something happens | [{event: replied, do: [{webhook: {to: crm}}]}]
        deadlines | [@internal_deadline] | Internal dates that nothing delays |\
            [{id: insurer, at: due+60d, warn: 10d, do: [{webhook: {to: crm}}]}]
        statements | @statements | Statements of account, each month | {at: month-start+3bd, include: not-due}
        variants | [@variant] | The steps with named changes; the first that matches is used |\
            [{id: vip, when: {customer.segment: vip}}]
        allow | [code] | Findings of lint that are meant | [REL302]""",
        {"calendar": "fact", "language": "fact"},
    ),
    "pacing": _keys("""
        min_gap | duration | The least time between two contacts with a customer, 3bd by default | 3bd
        before_heavy | duration | How old the last reminder must be before a heavy step, 8d by default | 8d
        late_start | choice first-step nearest-step from-history | Where an old receivable begins | first-step
        rechoose | choice each-step at-start | When the variant is chosen again | each-step
        freshness | duration | Nothing leaves on bank data older than this | 2bd"""),
    "consolidate": _keys("""
        by | choice invoice contract customer payer | Whose receivables one message carries | customer
        window | duration | Next steps this near are carried along | 3bd"""),
    "money": _keys("""
        tolerance | amount? | A residue this small is settled; one amount per currency | 1.00 EUR
        reopen | choice resume restart one-lower | Where a reversed receivable goes on | resume
        unallocated | @unallocated | When a person is asked about unallocated money | {share: 30%, then: review}"""),
    "unallocated": _keys("""
        share! | percent | From this share of what is overdue | 30%
        then! | choice review | A person is asked | review"""),
    "holds": _keys("\n".join(f"{kind} | @hold-{kind} | The hold `{kind}` | {{resume: keep}}" for kind in HOLDS)),
    "by_customer": _keys("""
        holds_for! | duration | How long it holds by itself | 5bd
        then! | choice review | A person looks at it | review"""),
    "resume": _keys("""
        founded | choice shift keep never | When it was founded | shift
        unfounded | choice shift keep never | When it was not | keep"""),
    "step": _keys("""
        id! | name | The step's name | reminder-1
        was | name | Its name before it was renamed | first-reminder
        title | text | What people call it | Mise en demeure
        level | level | How heavy it is; reminder when not written | reminder
        at! | moment | When it is due | due+10d
        when | condition | Tested once, when it is due; false skips the step | {invoice.balance: {gte: 15.00 EUR}}
        requires | [step] | Steps that must have gone out | [reminder-2]
        reason | text | Why it is so, for those who read | Agreed with sales
        approval | approval | Who must agree before it leaves | credit-controller
        notify | @notify | Who is told before it leaves | {who: account-manager, before: 2bd}
        deadline | @deadline | The time its message gives | {of: 8d, from: sent}
        repeat | @repeat | How it repeats | {every: 2w, times: 3}
        do! | [action]+ | What is done, in order | [{email: {template: reminder-1, to: billing}}]
        allow | [code] | Findings of lint that are meant | [REL302]"""),
    "approval": _keys(
        """
        who! | role | The role that must agree | credit-controller
        within | duration | How long is waited, 5bd by default | 5bd
        otherwise | choice skip send escalate | What an unanswered request becomes | escalate""",
        {"who": "amount"},
    ),
    "notify": _keys("""
        who! | role | The role that is told | account-manager
        before! | duration | How long before | 2bd"""),
    "deadline": _keys("""
        of! | duration | How long the customer has | 8d
        from! | choice sent presented | Counted from the sending, or from the presentation of the letter | sent"""),
    "repeat": _keys("""
        every! | duration | How far apart | 2w
        times! | count | How often, the first included | 3"""),
    "after_last_step": _keys("""
        at! | moment | When it is due | formal-notice.deadline+2bd
        do! | [action]+ | What is done | [{task: {queue: collections, title: Decide}}]"""),
    "reaction": _keys("""
        event! | event | What happened | promise-broken
        when | condition | Tested when it happens | {payment.reason: [AC04, MD01]}
        do! | [action]+ | What is done | [{task: {queue: credit-control, title: Call}}]"""),
    "internal_deadline": _keys("""
        id! | name | Its name | insurer-notice
        at! | moment | The date, which nothing moves | due+60d
        warn! | duration | How long before it `do` is done | 10d
        when | condition | For which receivables | {customer.insured: true}
        do! | [action]+ | What is done | [{task: {queue: credit-control, title: Notify the credit insurer}}]"""),
    "statements": _keys("""
        at! | moment | When in each month | month-start+3bd
        when | condition | For which customers | {account.exposure: {gt: 0.00 EUR}}
        include | choice? not-due | What it lists besides what is overdue | not-due"""),
    "variant": _keys("""
        id! | name | The variant's name | strategic
        title | text | What people call it | Named accounts
        when! | condition | Which receivables | {customer.segment: strategic}
        change | {@change} | Whole keys of named steps, replaced | {reminder-1: {at: due+10d}}
        remove | [step] | Steps left out | [phone]
        insert | [@insert] | Steps put in |\
            [{after: phone, step: {id: nudge, at: due+3d, do: [{webhook: {to: crm}}]}}]"""),
    "insert": _keys("""
        after! | step | The step it follows | reminder-2
        step! | @step | The step | {id: nudge, at: due+3d, do: [{webhook: {to: crm}}]}"""),
    "assignment": _keys(
        _HEAD.format(kind="assignment", id="default")
        + """
        title | text | What people call it | Who gets which policy
        owner! | text | Who answers for it | credit-control@example.com
        description | text | What it is for | Consumers are left out
        pins | [@pin] | Policies fixed by hand; they always win |\
            [{customer: C-104, policy: none, reason: Group company, until: 2027-03-31}]
        routes! | [@route] | Read from top to bottom; the first match is used |\
            [{id: fr, when: {customer.country: FR}, policy: fr-b2b-standard}]
        otherwise! | @otherwise | What all others get | {policy: eu-b2b}"""
    ),
    "pin": _keys("""
        customer! | text | The customer's identifier | C-10442
        policy! | name | The policy, or none | eu-b2b
        reason! | text | Why | Commercial agreement signed by the CFO
        until! | date | The last day it holds | 2027-03-31"""),
    "route": _keys("""
        id! | name | The route's name | consumers
        when! | condition | Which customers | {customer.kind: consumer}
        policy! | name | The policy, or none: never dunned | fr-b2b-standard
        reason | text | Why | Consumers are out of scope"""),
    "otherwise": _keys("""
        policy! | name | The policy, or none: never dunned | eu-b2b
        reason | text | Why | Nobody else is in scope"""),
    "calendar": _keys(
        _HEAD.format(kind="calendar", id="fr-paris")
        + """
        title | text | What people call it | France, Paris
        owner | text | Who answers for it | operations@example.com
        description | text | What it is for | With the Alsace holidays
        time_zone! | time-zone | Of the IANA list | Europe/Paris
        working_days! | [choice]+ mon tue wed thu fri sat sun | Days on which things leave | [mon, tue, wed, thu, fri]
        send_between | @send_between | Local hours of each channel | {email: {from: 08:30, to: 18:30}}
        holidays | @holidays | Days that are no working days | {country: FR}
        quiet | [@quiet] | Every year; steps of these levels wait |\
            [{from: 08-01, to: 08-22, levels: [notice], name: Congés}]
        complete_until! | date | A date past this is an error, never "no holiday" | 2029-12-31"""
    ),
    "send_between": _keys("""
        email | @hours | For e-mail | {from: 08:30, to: 18:30}
        sms | @hours | For text messages | {from: 09:00, to: 19:00}
        call | @hours | For calls | {from: 09:30, to: 17:30}"""),
    "hours": _keys("""
        from! | time | From, included | 08:30
        to! | time | To, excluded | 18:30"""),
    "holidays": _keys("""
        country | holiday-country | The public holidays of this country, or of the euro's TARGET | FR
        region | text | And of this part of it | 57
        extra | [@holiday] | Your own | [{date: 2027-12-24, name: Fermeture}]"""),
    "holiday": _keys("""
        date! | date | The day | 2027-12-24
        name! | text | Its name | Fermeture de fin d'année"""),
    "quiet": _keys("""
        from! | month-day | First day, included | 08-01
        to! | month-day | Last day, included | 08-22
        levels | [level] | Which steps wait; all when not written | [notice, handoff]
        name! | text | Its name | Congés d'été"""),
    "terms": _keys(
        _HEAD.format(kind="terms", id="late-payment")
        + """
        title! | text | What people call it | What a late payment costs
        owner! | text | Who answers for it | legal@example.com
        description | text | What it is for | One row per law
        by! | fact | The fact that chooses the row | contract.law
        rows! | {@terms_row} | What a late payment costs, by the fact's value | {FR: {flat: 40.00 EUR}}
        otherwise! | @terms_row | For all other values | {refer: legal@example.com}"""
    ),
    "terms_row": _keys("""
        flat | flat | A fixed sum owed per late invoice, or rows by size of the debt | 40.00 EUR
        flat_per | choice invoice instalment | An invoice payable in parts owes it once, or for each late part | invoice
        scale | @scale | What a notice brings instead | {bands: [{percent: 15%}], least: 1.00 EUR, most: 9.00 EUR}
        interest | @interest | Late interest | {base: ecb-refi, plus: 10.00%}
        contract_rate | choice allowed forbidden | Whether the contract may fix another rate | allowed
        floor | choice 3x-legal statutory | The least a contract may fix: 3 x the legal rate, or this rate | 3x-legal
        allocation | [pot] | What a payment pays first, once charges are invoiced | [interest, costs, principal]
        set_off | choice legal-costs | What the fixed sum is counted against | legal-costs
        source | text | The law | BGB 288
        refer | text | Whom to ask; alone: nothing is charged | legal@example.com"""),
    "flat_fee": _keys("""
        below | amount | For debts strictly below this; the last row has none | 1000.00 GBP
        amount! | amount | The fixed sum | 40.00 GBP"""),
    "scale": _keys("""
        bands! | [@band] | Shares of the principal, one band after the other | [{percent: 15.00%}]
        least! | amount | The least that is owed | 40.00 EUR
        most! | amount | The most that is owed | 6775.00 EUR"""),
    "band": _keys("""
        of | amount | How much of the principal the band takes; the last takes the rest | 2500.00 EUR
        percent! | percent | The share of it | 15.00%"""),
    "interest": _keys("""
        base! | name | The published rate it starts from | ecb-refi
        plus! | percent | Percentage points added | 10.00%
        frozen_at_start | flag | Whether the rate of the first day stays | true
        day_count | choice act-365 30-360 | Calendar days of 365, or months of thirty days; act-365 by default | act-365
        compounding | choice none yearly | Whether a full year's interest bears interest; none by default | yearly
        rounding | choice period daily total | What is rounded: a line (the default), a day's amount, the sum | period
        runs_from | choice due reminder | Whether it runs from the due date (default) or the first reminder | due"""),
    "business": _keys(
        _HEAD.format(kind="business", id="infogerance-martin")
        + """
        name! | text | The company's name | Infogérance Martin SAS
        identity | {text?} | What letters must state: siren, vat, address, court | {siren: "732829320"}
        bank | @bank | Where money is to go | {iban: FR7630006000011234567890189, bic: AGRIFRPP}
        debits | @debits | How you collect by direct debit | {creditor: DE98ZZZ09999999999, lead: 2bd, notice: 14d}
        law! | country | The law of the company's seat | FR
        language! | language | The language it writes | fr
        currency! | currency | The currency it counts in | EUR
        time_zone | time-zone | Where its days begin; Europe/Paris by default | Europe/Paris
        senders | @senders | Whom messages come from | {email: compta@martin.example}
        brand | @brand | How messages look | {colour: "#1a5fb4"}
        roles | {[email]} | Who holds each role | {credit-controller: [anne@martin.example]}
        signatures | {[text]} | How each role signs: name, position | {credit-controller: [Anne Martin, Credit control]}
        limits | @limits | What may leave in a day | {contacts_per_day: 200, share_of_customers: 20%}
        redirect | redirect | One address that receives everything, or off | off
        agencies | {@agency} | Where a hand-off may go | {recouvra: {kind: agency, email: dossiers@recouvra.example}}
        assignees | {@assignee} | Who owns receivables that were sold or pledged, and where they are paid |\
            {factor: {name: Factor SA, iban: FR7630006000011234567890189}}
        gateways | {@gateway} | What a webhook may call | {crm: {url: https://crm.example/hook}}
        retention | @retention | How long you keep messages and contacts | {messages: 36m, contacts: 36m}
        custom | custom | Facts of your own, with their types | {customer.sector: text}
        bank_data | choice none | Written when no bank data are imported | none"""
    ),
    "bank": _keys("""
        iban! | text | The account | FR7630006000011234567890189
        bic | text | The bank | AGRIFRPP"""),
    "debits": _keys("""
        creditor! | text | Your SEPA creditor identifier (in French ICS) | DE98ZZZ09999999999
        lead | duration | How long before the collection your bank wants the file, 2bd by default | 2bd
        notice | duration | How long before it customers are told, 14d unless agreed otherwise | 14d"""),
    "senders": _keys("""
        email | email | The address e-mail comes from | compta@martin.example
        name | text | The name beside it | Comptabilité Martin
        reply_to | email | Where answers go | relances@martin.example
        sms | text | The number or name text messages come from | +33755550000"""),
    "brand": _keys("""
        logo | picture | A PNG or JPEG in the workspace's templates | logo.png
        colour | colour | The colour of lines and buttons | "#1a5fb4"
        signature | [text] | Who signs, line by line | [Anne Martin, Credit control]"""),
    "limits": _keys("""
        contacts_per_day | count | Overdue contacts per local day | 200
        share_of_customers | percent | Of the customers with something open, from 20 on | 20%
        calls_per_day | count | Calls per local day | 40"""),
    "retention": _keys("""
        messages | duration | Letters, debits and hand-offs, from their day on, once nothing is owed | 36m
        contacts | duration | Contacts, from the last that happened on, once nothing is owed | 36m"""),
    "agency": _keys("""
        kind! | choice agency court-officer lawyer court | What they are | agency
        email! | email | Where the file goes | dossiers@recouvra.example
        name | text | What they are called | Recouvra SARL
        address | [text] | Their postal address, line by line | [1 rue du Recouvrement, 69002 Lyon]
        language | language | In which language their papers are; the business's by default | fr"""),
    "assignee": _keys("""
        name! | text | Who is to be paid | Factor SA
        iban! | text | The account | FR7630006000011234567890189
        bic | text | The bank | AGRIFRPP
        by | choice assignment subrogation dailly | How they own it: sold or pledged (the default), by\
            factoring with subrogation, or by a French bordereau Dailly | subrogation"""),
    "gateway": _keys("url! | url | The address that is called | https://crm.example/hook"),
    "policy-test": _keys("""
        format! | format | The version of the language | relance/v1
        kind! | kind | What this file is | policy-test
        id | name | The name | fr-b2b-standard
        title | text | What people call it | The standard policy
        policy! | name | The policy that is tested | fr-b2b-standard
        given | given | Facts shared by every test | {invoice.balance: 1200.00 EUR}
        without | [fact] | Facts that are not known | [customer.sms_refused]
        start | day | When a test starts; on invoice.issued by default | due+60d
        routed | flag | Whether the routes choose the policy, which they do not by default | true
        tests! | [@test]+ | The tests | [{name: paid at once, expect: []}]"""),
    "test": _keys("""
        name! | text | What must happen | paid after the first reminder
        given | given | Facts of this test | {customer.risk: high}
        without | [fact] | Facts that are not known | [customer.sms_refused]
        start | day | When it starts; on invoice.issued by default | due+60d
        last_step | step | The step that another system sent last, as an import names it | reminder-1
        last_step_at | day | On which day it sent that | due+3d
        routed | flag | Whether the routes choose the policy, which they do not by default | true
        until | day | When it ends; on the day of the last expected entry by default | due+60d
        events | [@event] | What happens | [{at: 2027-01-11, payment: 1200.00 EUR}]
        expect! | [@expected] | What must go out, complete | [{at: due+3d, step: reminder-1, email: reminder-1}]"""),
    "event": _keys("""
        at! | day | When | 2027-01-11
        payment | amount | Money comes in | 1200.00 EUR
        credit | amount | A credit note | 100.00 EUR
        reverse | amount | A payment comes back | 1200.00 EUR
        write-off | text | What is still open is given up, for this reason | hopeless
        undo-write-off | text | The write-off is taken back, for this reason | they trade again
        payment-failed | text | A debit or card payment fails, with the scheme's reason | AC04
        dispute | text | The customer disputes, with this reason | price
        promise | day | The customer promises to pay on this day | 2027-01-20
        method | choice debit | The promise is to be debited | debit
        plan | [@instalment] | A payment plan is agreed | [{due: 2027-02-01, amount: 600.00 EUR}]
        hold | hold | A hold begins | dispute
        from | day | The day on which the hold began, where it is recorded later | 2027-01-04
        scope | choice receivable contract customer business | What the hold is on; the invoice by default | customer
        opened | day | Of an insolvency: the day of its opening; the event's by default | 2027-01-04
        published | day | Of an insolvency: the day of its publication; that of its opening by default | 2027-01-09
        release | hold | A hold ends | dispute
        founded | flag | Whether the dispute was founded | true
        part | amount | The part that is held; all when not written | 200.00 EUR
        approve | step | A person agrees to a step | formal-notice
        refuse | step | A person refuses a step | formal-notice
        answer | text | A person answers this question, as `review` writes it: its beginning is enough | two was refused
        outcome | choice proceed skip postpone stop reached no-answer wrong-number | Of answer, refusal or call | skip
        postpone | step | A person postpones a step | formal-notice
        until | day | Until when | 2027-02-15
        by | text | Who did it | credit-controller
        reason | text | Why | agreed by telephone
        bounce | choice email sms letter | A message comes back for good | email
        reply | text | The customer answers | We shall look into it
        call | step | A call is made | phone
        presented | step | The post presents a letter | formal-notice
        how | choice delivered refused unclaimed unknown-address | What the post said | delivered
        bank-data | day | Bank data are complete through this day | 2027-01-10"""),
    "instalment": _keys("""
        due! | day | When it is due | 2027-02-01
        amount! | amount | How much | 600.00 EUR"""),
    "expected": _keys("""
        at! | day | On which day | due+3d
        step | step | Of which step | reminder-1
        email | name | This e-mail leaves | reminder-1
        sms | name | This text message leaves | nudge
        letter | name | This letter leaves | formal-notice
        call | name | A call is put on this queue | credit-control
        task | name | A task is put on this queue | collections
        due | day | Of a task: the day by which it is to be done; any when not written | due+60d
        webhook | name | This gateway is called | crm
        charge | name | These terms are charged | late-payment
        debit | name | A collection on this kind of mandate | sepa
        restrict | name | This is held back | deliveries
        handoff | name | The file goes to this agency | recouvra
        waiting | choice approval | The step waits | approval
        review | text | A person is asked, for this reason | a fact is not known
        held | hold | A hold begins | dispute
        released | hold | A hold ends | dispute
        skipped | text | The step is skipped, for this reason | too-late
        enrolled | name | The ladder begins, by this policy | fr-b2b-standard
        refused | text | Not enrolled, for this reason | applies_to
        stopped | text | The ladder is over, for this reason | paid"""),
} | {f"hold-{kind}": keys for kind, keys in HOLD_KEYS.items()}

BLOCKS["change"] = tuple(replace(key, required=False) for key in BLOCKS["step"] if key.name not in ("id", "was"))

CHOICES: dict[str, tuple[str, ...]] = {
    "format": (FORMAT,),
    "level": LEVELS,
    "hold": tuple(HOLDS),
    "event": tuple(EVENTS),
    "pot": ("costs", "interest", "principal"),
}
