"""A template that is broken sends nothing, in nobody else's words: one task asks a person to mend it."""

from datetime import datetime
from pathlib import Path

import pytest

from rules import facts as f
from tests.worker.words.shelf_of_subjects import subject
from tests.world import TOKEN, World, instant, world
from worker.gateways.email import EmailGateway, Smtp
from worker.gateways.letter import LetterGateway
from worker.gateways.sms import SmsGateway, Twilio
from worker.judging import judge
from worker.performing import Hands
from worker.sending import Gateways, Sender
from worker.words.render import Words
from worker.words.shelf import TemplateProblem

pytestmark = pytest.mark.asyncio


async def nobody(contracts: object) -> None:
    del contracts


async def test_a_broken_override_sends_nothing_and_asks_once_until_it_is_mended(tmp_path: Path) -> None:
    own = tmp_path / "own" / "fr" / "courtesy.email.txt"
    own.parent.mkdir(parents=True)
    own.write_text("Subject: Bonjour\n\n{{ custmer.name }}\n", "utf-8")
    with world(tmp_path, instant("2040-02-03", "10:00")) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")

        def now():
            return instant("2040-02-03", "18:00")

        with made.office.ledger.begin() as tx:
            act = judge(tx, "M-1", now()).act
        async with EmailGateway(Smtp("127.0.0.1", made.sink.port, tls="none")) as door:

            def hands() -> Hands:
                return Hands(made.office.ledger, Sender(Words(own.parents[1]), Gateways(email=door)), "test", nobody)

            for _ in range(2):
                with pytest.raises(TemplateProblem, match="custmer"):
                    await hands().perform("M-1", act.key, "email", now)
            (asked,) = [fact for fact in made.facts() if isinstance(fact, f.TaskOpened)]
            assert "templates/fr/courtesy.email.txt:3: 'custmer' is undefined" in asked.title
            assert made.messages() == []
            own.write_text("Subject: Bonjour\n\n{{ customer.name }}\n", "utf-8")
            await hands().perform("M-1", act.key, "email", now)
        assert [(each.template, each.state) for each in made.messages()] == [("courtesy", "sent")]


BROKEN = "{{ custmer.name }}\n"
STEP = "steps:\n  - {{id: first, level: courtesy, at: due-5d, do: [{do}]}}\n"
BY = {
    "sms": ("nudge.sms.txt", BROKEN, "sms: {template: nudge, to: billing}"),
    "letter": ("courtesy.letter.txt", f"Subject: Bonjour\n\n{BROKEN}", "letter: {template: courtesy, to: billing}"),
}


def _planned(made: World) -> datetime:
    """The moment of the first step."""
    with made.office.ledger.begin() as tx:
        return judge(tx, "M-1", instant("2040-02-03", "07:00")).decision.wake["M-1"]


@pytest.mark.parametrize("channel", BY)
async def test_a_broken_text_or_letter_leaves_in_no_other_words_and_a_person_is_asked(
    tmp_path: Path, channel: str
) -> None:
    name, text, do = BY[channel]
    own = tmp_path / "own" / "fr" / name
    own.parent.mkdir(parents=True)
    own.write_text(text, "utf-8")
    with world(tmp_path, instant("2040-02-03", "07:00"), steps=STEP.format(do=do)) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")

        at = _planned(made)

        def now():
            return at

        with made.office.ledger.begin() as tx:
            act = judge(tx, "M-1", at).act
        texts = SmsGateway(Twilio(made.texts.account, TOKEN, {"": "+33639981000"}, api_url=made.texts.url))
        doors = Gateways(sms=texts, letter=LetterGateway(made.office.settings.out / "letters"))

        def hands() -> Hands:
            return Hands(made.office.ledger, Sender(Words(own.parents[1]), doors), "test", nobody)

        for _ in range(2):
            with pytest.raises(TemplateProblem, match="custmer"):
                await hands().perform("M-1", act.key, channel, now)
        (asked,) = [fact for fact in made.facts() if isinstance(fact, f.TaskOpened)]
        assert f"templates/fr/{name}:{text.count(chr(10))}: 'custmer' is undefined" in asked.title
        assert (asked.queue, made.messages(), made.texts.messages, made.letters()) == ("credit-control", [], [], [])
        own.write_text(text.replace("custmer", "customer"), "utf-8")
        await hands().perform("M-1", act.key, channel, now)
        assert [each.state for each in made.messages()] == ["sent"]
        assert len(made.texts.messages) + len(made.letters()) == 1


async def test_a_call_whose_script_is_broken_is_still_a_persons_task_and_its_script_is_nobody_elses(
    tmp_path: Path,
) -> None:
    do = "call: {queue: credit-control, script: reminder-2, attempts: 3, until: reached}"
    with world(tmp_path, instant("2040-02-03", "07:00"), steps=STEP.format(do=do)) as made:
        made.customer("C-1")
        made.open_account("M-1", "C-1")
        made.invoice("F-1", "M-1", 1200, issued="2040-01-09", due="2040-02-08")
        folder = made.office.workspace.folder
        own = folder / "templates" / "fr" / "reminder-2.call.txt"
        own.parent.mkdir(parents=True)
        own.write_text(BROKEN, "utf-8")
        at = _planned(made)
        with made.office.ledger.begin() as tx:
            judge(tx, "M-1", at)
        (task,) = made.tasks()
        assert task.queue == "credit-control"
        with pytest.raises(TemplateProblem, match=r"reminder-2\.call\.txt:1: 'custmer' is undefined"):
            Words(folder / "templates").call(subject("reminder-2", "call"))
