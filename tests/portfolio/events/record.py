"""Records real events of this release as test data: `python -m tests.portfolio.events.record`.

Run it once per release, into a folder of its own; a recording is never made anew, because later
releases are held to it. Alice's planner writes every kind of event that there is, Bob's answers;
Carol, who is a member of all documents, is the one who reads them in the test.
"""

import asyncio
import json
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from portfolio.domain.ideas import IdeaState
from portfolio.events.journal import JOURNAL
from portfolio.services import comments, ideas, journal, shares, transactions
from portfolio.storage import record as store
from tests.portfolio.desk import IDEA, Desk, Person, desk, documents_of, hand_over, lines_for

RECORDINGS: Final = Path(__file__).resolve().parents[2] / "vectors" / "events"
BUY: Final[dict[str, Any]] = {
    "kind": "buy",
    "symbol": "IBM",
    "currency": "USD",
    "date": "2012-01-03",
    "quantity": "10",
    "price": "186.30",
}


async def _live_through_it(alice: Desk, bob: Desk, carol: Desk) -> list[str]:
    """Let every kind of event happen; return the documents."""
    idea = (await alice.write(ideas.create, IDEA)).id
    await alice.write(comments.add, idea, "note from before the first share")
    await alice.write(shares.share, idea, [bob.did, carol.did], "editor", amounts=True)
    bought = (await alice.write(transactions.record, BUY)).position
    assert bought is not None
    await alice.write(shares.share, bought, [carol.did], "viewer", amounts=True)
    docs = [*await documents_of(alice, idea), *await documents_of(alice, bought)]
    plan = docs[0]
    await hand_over(alice, bob, plan)

    await alice.write(ideas.revise, idea, {"stop": "198", "size": "50"})
    await bob.write(ideas.revise, idea, {"stop": "197", "thesis": "Bob's words, naïve: 価格 📈"})
    first = await bob.write(comments.add, idea, "Why 199.50?")
    doomed = await bob.write(comments.add, idea, "Text that nobody keeps")
    await hand_over(bob, alice, plan)
    answer = await alice.write(comments.add, idea, "Because.", first.id)
    await alice.write(comments.edit, idea, answer.id, "Because of October.")
    await bob.write(comments.remove, idea, doomed.id)
    await alice.write(
        comments.take_guest,
        plan,
        actor="https://fedi.example/u/eve",
        name="Eve",
        text="From elsewhere",
        received="e30",
    )
    await alice.write(ideas.move, idea, IdeaState.READY)
    await alice.write(transactions.record, {**BUY, "kind": "sell", "quantity": "4"})
    await alice.write(shares.change, idea, bob.did, "commenter", amounts=True)
    await hand_over(bob, alice, plan)
    await alice.write(journal.enter, docs)
    held = await alice.fetch(store.document_of, alice.did, JOURNAL)
    assert held is not None
    return [*docs, held]


async def record(folder: Path) -> None:
    """Write a recording: the reader, the lines of each document, and what they fold to."""
    reader = Person.new()
    folder.mkdir(parents=True)  # noqa: ASYNC240 - a script with nothing else to do
    with TemporaryDirectory() as scratch:
        async with (
            desk("Alice", Path(scratch)) as alice,
            desk("Bob", Path(scratch)) as bob,
            desk("Carol", Path(scratch), reader) as carol,
        ):
            for one, other in ((alice, bob), (alice, carol), (bob, carol)):
                await one.befriend(other)
            docs = await _live_through_it(alice, bob, carol)
            expected: dict[str, Any] = {}
            for at, doc in enumerate(docs):
                lines = await lines_for(alice, carol, doc)
                (folder / f"{at}.ndjson").write_bytes(b"\n".join(lines) + b"\n")
                expected[doc] = await alice.fetch(alice.log.entities, doc)
    (folder / "reader.json").write_text(json.dumps(asdict(reader), indent=1) + "\n")
    text = json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "expected.json").write_text(text + "\n")


if __name__ == "__main__":
    asyncio.run(record(RECORDINGS / version("portfolio-planner")))
