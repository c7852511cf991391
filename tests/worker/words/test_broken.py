"""A template that is broken sends nothing, in nobody else's words: one task asks a person to mend it."""

from pathlib import Path

import pytest

from rules import facts as f
from tests.world import instant, world
from worker.gateways.email import EmailGateway, Smtp
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
