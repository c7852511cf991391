"""Letters, debits and hand-offs as files: once per key, whole or not at all."""

import asyncio
import json
from datetime import date
from pathlib import Path

import pytest

from worker.gateways.base import Permanent, Transient
from worker.gateways.debit import DebitGateway, Presented
from worker.gateways.handoff import Dossier, HandoffGateway
from worker.gateways.letter import LetterGateway, Posting

pytestmark = pytest.mark.asyncio
DAY = date(2026, 12, 1)
ADDRESS = ("Boulangerie Petit", "3 place du Marché", "38000 Grenoble")


def posting(key: str = "M-1/0", pdf: bytes = b"%PDF", day: date = DAY, address: tuple[str, ...] = ADDRESS) -> Posting:
    return Posting(key, pdf, address, "paper", day)


def dossier(key: str = "M-1/0", **more) -> Dossier:
    given = {"to": "recouvra", "kind": "agency", "day": DAY, "files": {"statement.pdf": b"%PDF"}, "facts": {"a": 1}}
    return Dossier(key, **given | more)


def presented(key: str = "M-1/0", xml: bytes = b"<Document/>", day: date = DAY) -> Presented:
    return Presented(key, xml, day, [{"invoice": "F-1", "end_to_end": "F-1-abc", "amount": "12.00 EUR"}])


def entries(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]


async def test_letter_is_written_with_what_the_post_needs(tmp_path, mark):
    sent = await LetterGateway(tmp_path / "letters").send(posting(), mark)
    (entry,) = entries(tmp_path / "letters")
    assert (tmp_path / "letters" / sent.reference).read_bytes() == b"%PDF"
    assert [entry[key] for key in ("key", "file", "address", "registered", "day")] == [
        "M-1/0",
        sent.reference,
        list(ADDRESS),
        "paper",
        "2026-12-01",
    ]


async def test_the_same_letter_again_changes_nothing_even_on_another_day(tmp_path, mark):
    first = await LetterGateway(tmp_path).send(posting(), mark)
    again = await LetterGateway(tmp_path).send(posting(pdf=b"other", day=date(2026, 12, 2)), mark)
    assert again == first
    assert (len(entries(tmp_path)), len(list(tmp_path.glob("*.pdf")))) == (1, 1)
    assert (tmp_path / first.reference).read_bytes() == b"%PDF"


async def test_a_letter_that_a_crash_cut_short_is_finished(tmp_path, mark):
    await LetterGateway(tmp_path).send(posting("M-1/0"), mark)
    with (tmp_path / "manifest.jsonl").open("a") as file:
        file.write('{"key": "M-2/0", "fi')
    await LetterGateway(tmp_path).send(posting("M-2/0"), mark)
    assert [entry["key"] for entry in entries(tmp_path)] == ["M-1/0", "M-2/0"]


async def test_letters_at_once_are_each_there_once(tmp_path, mark):
    doors = [LetterGateway(tmp_path), LetterGateway(tmp_path)]
    await asyncio.gather(*(doors[n % 2].send(posting(f"M-{n // 2}/0"), mark) for n in range(20)))
    assert sorted(entry["key"] for entry in entries(tmp_path)) == [f"M-{n}/0" for n in range(10)]


@pytest.mark.parametrize("address", [(), ("Boulangerie Petit",), ("Boulangerie Petit", " ")])
async def test_letter_without_address_is_refused(tmp_path, mark, address):
    with pytest.raises(Permanent) as caught:
        await LetterGateway(tmp_path).send(posting(address=address), mark)
    assert (caught.value.unreachable, mark.count) == (True, 0)


async def test_nothing_is_written_when_the_mark_cannot_be_set(tmp_path, mark):
    mark.error = Transient("the ledger is busy")
    doors = (LetterGateway(tmp_path), posting()), (HandoffGateway(tmp_path), dossier())
    for door, what in (*doors, (DebitGateway(tmp_path), presented())):
        with pytest.raises(Transient):
            await door.send(what, mark)
    assert list(tmp_path.iterdir()) == []


async def test_a_disk_that_refuses_is_transient(tmp_path, mark):
    (tmp_path / "full").write_text("a file where a folder should be")
    full = tmp_path / "full"
    doors = (LetterGateway(full), posting()), (HandoffGateway(full), dossier()), (DebitGateway(full), presented())
    for door, what in doors:
        with pytest.raises(Transient):
            await door.send(what, mark)


async def test_a_debit_is_written_once_with_what_it_collects(tmp_path, mark):
    door = DebitGateway(tmp_path / "debits")
    first = await door.send(presented(), mark)
    assert await door.send(presented(xml=b"other", day=date(2026, 12, 2)), mark) == first
    (entry,) = entries(tmp_path / "debits")
    assert (tmp_path / "debits" / first.reference).read_bytes() == b"<Document/>"
    assert (entry["key"], entry["file"], entry["day"]) == ("M-1/0", first.reference, "2026-12-01")
    assert entry["collections"] == [{"invoice": "F-1", "end_to_end": "F-1-abc", "amount": "12.00 EUR"}]


async def test_a_debit_that_a_crash_cut_short_is_finished(tmp_path, mark):
    await DebitGateway(tmp_path).send(presented("M-1/0"), mark)
    with (tmp_path / "manifest.jsonl").open("a") as file:
        file.write('{"key": "M-2/0", "fi')
    await DebitGateway(tmp_path).send(presented("M-2/0"), mark)
    assert [entry["key"] for entry in entries(tmp_path)] == ["M-1/0", "M-2/0"]


async def test_dossier_appears_whole(tmp_path, mark):
    sent = await HandoffGateway(tmp_path).send(dossier(), mark)
    manifest = json.loads((tmp_path / sent.reference / "manifest.json").read_text("utf-8"))
    assert (manifest["to"], manifest["kind"], manifest["facts"]) == ("recouvra", "agency", {"a": 1})
    assert (tmp_path / sent.reference / "statement.pdf").read_bytes() == b"%PDF"
    assert list(manifest["files"]) == ["statement.pdf"]


async def test_the_same_dossier_again_changes_nothing(tmp_path, mark):
    first = await HandoffGateway(tmp_path).send(dossier(), mark)
    assert await HandoffGateway(tmp_path).send(dossier(day=date(2026, 12, 2), files={}), mark) == first
    assert [each.name for each in (tmp_path / "recouvra").iterdir() if each.is_dir()] == [first.reference[9:]]


async def test_a_dossier_that_a_crash_left_half_written_is_done_again(tmp_path, mark):
    door = HandoffGateway(tmp_path)
    sent = await door.send(dossier(), mark)
    name = sent.reference.rpartition("-")[2]
    (tmp_path / sent.reference).rename(tmp_path / "recouvra" / f".{name}.tmp")
    assert await door.send(dossier(), mark) == sent
    assert not (tmp_path / "recouvra" / f".{name}.tmp").exists()


@pytest.mark.parametrize("more", [{"to": "../x"}, {"files": {"a/b.pdf": b""}}, {"files": {".hidden": b""}}])
async def test_names_that_are_paths_are_refused(tmp_path, mark, more):
    with pytest.raises(ValueError, match="plain name"):
        await HandoffGateway(tmp_path).send(dossier(**more), mark)
