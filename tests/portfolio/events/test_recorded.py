"""Events recorded by each release are read, folded and shown by this one, as they were then."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from federation.log.lines import EventLine, authenticate
from federation.log.log import Sender
from portfolio.events import KINDS
from portfolio.services import comments
from portfolio.storage import positions
from tests.portfolio.desk import Person, desk
from tests.portfolio.events.record import RECORDINGS

RELEASES = sorted(RECORDINGS.iterdir())


def _lines(release: Path) -> list[list[bytes]]:
    files = sorted(release.glob("*.ndjson"))
    return [path.read_bytes().splitlines() for path in files]


def _reader(release: Path) -> Person:
    return Person(**json.loads((release / "reader.json").read_text()))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
async def test_a_recording_folds_to_what_it_did_then(release: Path, tmp_path: Path) -> None:
    expected: dict[str, Any] = json.loads((release / "expected.json").read_text())

    async with desk("Carol", tmp_path, _reader(release)) as carol:
        for lines in _lines(release):
            items = authenticate(lines)
            owner = next(i.event for i in items if isinstance(i, EventLine))
            sender = Sender(owner.author, owner.device, friend=True)
            take = partial(carol.log.receive, sender=sender, items=items)
            received = await carol.planner.writer.run(take)
            assert set(received.results) <= {"stored", "duplicate"}

        for doc, entities in expected.items():
            found = await carol.fetch(carol.log.entities, doc)
            assert found == entities
        shown = await carol.fetch(positions.page, kind=None, before=None, limit=10)
        idea, holding = sorted(shown, key=lambda row: row.kind, reverse=True)
        texts = [c.text for c in await carol.fetch(comments.page, idea.id, after=0, limit=20)]

    assert (idea.kind, idea.fields["state"], idea.fields["symbol"]) == ("idea", "ready", "IBM")
    assert idea.amounts == {"account": None, "size": "50"}
    assert [one["field"] for one in idea.conflicts] == ["stop"]
    assert holding.amounts is not None
    assert holding.amounts["quantity"] == "6"
    assert "Because of October." in texts
    assert "Text that nobody keeps" not in texts


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
async def test_one_changed_byte_of_a_recording_is_not_taken(release: Path, tmp_path: Path) -> None:
    lines = _lines(release)[0]
    at = next(
        i for i, line in enumerate(lines) if b"idea.changed/1" in line and b"content" in line
    )
    lines[at] = lines[at].replace(b'"stop":"198"', b'"stop":"188"')

    async with desk("Carol", tmp_path, _reader(release)) as carol:
        items = authenticate(lines)
        owner = next(i.event for i in items if isinstance(i, EventLine))
        sender = Sender(owner.author, owner.device, friend=True)
        received = await carol.planner.writer.run(lambda tx: carol.log.receive(tx, sender, items))

    assert received.results[at].startswith("refused")


def test_each_kind_of_this_release_is_recorded() -> None:
    recorded = b"".join(line for release in RELEASES for one in _lines(release) for line in one)

    missing = [name for name in KINDS.names() if f'"pp:kind":"{name}"'.encode() not in recorded]

    assert missing == []
