"""Whatever order and grouping events arrive in, every planner comes to the same (PROTOCOL §3)."""

from functools import cache
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from federation.log.lines import parse_line
from federation.log.schema import events
from tests.federation.log.planner import Planner, shared


@cache
def history(seed: int) -> tuple[str, tuple[bytes, ...], Planner]:
    """Return a history of writing, changing roles and removing, and who holds all of it."""
    rng = Random(seed)
    doc, (alice, bob, carol, _) = shared("editor", "alice", "bob", "carol", "reader")
    for step in range(14):
        author = rng.choice([alice, bob, carol])
        choice = rng.random()
        role = author.members(doc).get(author.did, "none")
        if choice < 0.4 and role in {"owner", "editor", "commenter"}:
            author.comment(doc, str(step), f"text {step}")
        elif choice < 0.7 and role in {"owner", "editor"}:
            author.append(doc, "title.changed/1", {"id": "t", "text": f"title {step}"})
        elif choice < 0.85:
            other = rng.choice([bob, carol])
            alice.grant(doc, other, rng.choice(["editor", "commenter", "viewer", "none"]))
        else:
            one, two = rng.sample([alice, bob, carol], 2)
            one.push(doc, two)
    seen = {line for who in (alice, bob, carol) for line in who.lines_for(doc, alice, have={})}
    for _ in range(3):
        for who in (bob, carol):
            who.push(doc, alice)
    return doc, tuple(sorted(seen)), alice


def arrive(doc: str, lines: list[bytes], rng: Random) -> Planner:
    """Return a reader who got these lines in groups, in this order, then all of them again."""
    alice, reader = shared("editor", "alice", "bob", "carol", "reader")[1][::3]
    while lines:
        group, lines = lines[: (size := rng.randint(1, 6))], lines[size:]
        reader.take(group, alice, solicited=True)
    assert reader.read(lambda conn: reader.log.document(conn, doc)) is not None
    return reader


def stand(planner: Planner) -> set[tuple[str, str]]:
    query = select(events.c.hash, events.c.standing)
    return {tuple(row) for row in planner.read(lambda conn: conn.execute(query).fetchall())}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 5), st.randoms(use_true_random=False))
def test_any_arrival_ends_in_the_same_members_entities_and_validity(
    seed: int, rng: Random
) -> None:
    doc, lines, _ = history(seed)
    first, second = list(lines), list(lines)
    rng.shuffle(first)
    rng.shuffle(second)

    one = arrive(doc, first + list(lines), rng)
    two = arrive(doc, second + list(lines), rng)

    assert one.members(doc) == two.members(doc)
    assert one.heads(doc) == two.heads(doc)
    assert stand(one) == stand(two)
    assert one.entities(doc) == two.entities(doc)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 5), st.randoms(use_true_random=False))
def test_once_whole_a_reader_agrees_with_the_owner(seed: int, rng: Random) -> None:
    doc, lines, alice = history(seed)
    mixed = list(lines)
    rng.shuffle(mixed)

    reader = arrive(doc, mixed, rng)
    for _ in range(3):
        reader.pull(doc, alice)

    assert reader.members(doc) == alice.members(doc)
    assert reader.entities(doc) == alice.entities(doc)
    assert all(parse_line(line) for line in lines)
