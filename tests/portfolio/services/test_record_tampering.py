"""An exported track record that was changed is named, whatever was changed in it."""

import asyncio
import copy
import random
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from keys.canonical import jcs
from portfolio.cli import main
from portfolio.services import journal
from portfolio.services.proof import ProofError, verify
from tests.portfolio.desk import desks
from tests.portfolio.services.test_record import exported, traded


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    async def make() -> dict[str, Any]:
        async with desks(tmp_path_factory.mktemp("sound"), "alice", "bob") as (alice, bob):
            alice.log.on_receipt.append(partial(journal.take_receipt, alice.did))
            await traded(alice, bob)
            return await exported(alice)

    return asyncio.run(make())


def _without_last_entry(file: dict[str, Any]) -> None:
    file["journal"]["lines"].pop()
    file["ideas"][0]["entries"].pop()


def _without_first_entry(file: dict[str, Any]) -> None:
    lines = file["journal"]["lines"]
    lines.remove(next(line for line in lines if '"journal.entered/1"' in line))


def _better_result(file: dict[str, Any]) -> None:
    file["ideas"][0]["entries"][-1]["terms"]["result"]["r"] = "9"


def _better_stop(file: dict[str, Any]) -> None:
    file["ideas"][0]["entries"][0]["terms"]["stop"] = "206"


def _other_salt(file: dict[str, Any]) -> None:
    file["ideas"][0]["salt"] = "AAAAAAAAAAAAAAAAAAAAAA"


def _earlier_receipt(file: dict[str, Any]) -> None:
    file["receipts"][0]["at"] = "2026-01-01T00:00:00Z"


def _unknown_witness(file: dict[str, Any]) -> None:
    file["witnesses"] = {}


def _other_author(file: dict[str, Any]) -> None:
    file["author"]["did"] = file["receipts"][0]["person"]


def _changed_line(file: dict[str, Any]) -> None:
    lines = file["journal"]["lines"]
    at = next(n for n, line in enumerate(lines) if '"step":"planned"' in line)
    lines[at] = lines[at].replace('"step":"planned"', '"step":"opened"')


def _other_format(file: dict[str, Any]) -> None:
    file["version"] = 99


def _broken_proof(file: dict[str, Any]) -> None:
    lines = file["journal"]["lines"]
    at = next(n for n, line in enumerate(lines) if '"step":"planned"' in line)
    other = next(line for line in lines if '"step":"closed"' in line)
    proof = re.search('"proofValue":"[^"]+"', other)
    assert proof is not None
    lines[at] = re.sub('"proofValue":"[^"]+"', proof.group(), lines[at])


def _own_witness(file: dict[str, Any]) -> None:
    file["receipts"][0]["person"] = file["author"]["did"]


def _entry_of_another_type(file: dict[str, Any]) -> None:
    file["ideas"][0]["entries"].append(None)


def _number_of_another_type(file: dict[str, Any]) -> None:
    file["ideas"][0]["entries"][0]["n"] = [1]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_without_last_entry, "more of the journal"),
        (_without_first_entry, "missing"),
        (_better_result, "other terms"),
        (_better_stop, "other terms"),
        (_other_salt, "another idea"),
        (_earlier_receipt, "does not verify"),
        (_unknown_witness, "unknown device"),
        (_other_author, "not the author's journal"),
        (_changed_line, "cannot be read"),
        (_other_format, "no track record"),
        (_broken_proof, "signature of event .* does not verify"),
        (_own_witness, "their own witness"),
        (_entry_of_another_type, "not an object"),
        (_number_of_another_type, "no one number"),
    ],
)
def test_a_file_that_was_tampered_with_proves_nothing(
    sound: dict[str, Any], change: Any, why: str
) -> None:
    file = copy.deepcopy(sound)
    change(file)

    with pytest.raises(ProofError, match=why):
        verify(file)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Return where everything of a JSON value stands."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for name in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[name], (*path, name))


CLAIMED = {("made",), ("author", "name")}  # said by the author, and proven by nothing


@pytest.mark.parametrize("other", [None, 5, 1.5, "x", [], {}, [None], {"a": 1}])
def test_whatever_is_put_in_any_place_is_named_or_proves_no_more(
    sound: dict[str, Any], other: Any
) -> None:
    proven = verify(sound)

    for path in places(sound):
        file = copy.deepcopy(sound)
        inside = file
        for name in path[:-1]:
            inside = inside[name]
        if inside[path[-1]] == other or path in CLAIMED or path[-1] == "name":
            continue
        inside[path[-1]] = other
        try:
            found = verify(file)
        except ProofError:
            continue
        assert path[0] in {"ideas", "receipts"}, path  # less is shown, and that is said
        assert len(found.holes) > len(proven.holes) or found.receipts < proven.receipts, path


async def test_no_letter_of_the_journal_and_its_receipts_can_be_another(
    sound: dict[str, Any],
) -> None:
    chance = random.Random(4)
    for name in ("lines", "receipts", "identities"):
        texts = {
            "lines": sound["journal"]["lines"],
            "receipts": [jcs(one).decode() for one in sound["receipts"]],
            "identities": next(iter(sound["witnesses"].values()))["identities"],
        }[name]
        for number, text in enumerate(texts):
            for at in chance.sample(range(len(text)), 6):
                letter = "A" if text[at] != "A" else "B"
                file, changed = copy.deepcopy(sound), text[:at] + letter + text[at + 1 :]
                if name == "lines":
                    file["journal"]["lines"][number] = changed
                elif name == "identities":
                    next(iter(file["witnesses"].values()))["identities"][number] = changed
                else:
                    try:
                        file["receipts"][number] = orjson.loads(changed)
                    except orjson.JSONDecodeError:
                        continue
                with pytest.raises(ProofError):
                    verify(file)


def test_a_receipt_that_stands_twice_counts_once(sound: dict[str, Any]) -> None:
    file = copy.deepcopy(sound)
    file["receipts"] *= 3

    assert verify(file) == verify(sound)


def test_names_in_a_file_cannot_write_lines_of_their_own(
    sound: dict[str, Any], tmp_path: Path
) -> None:
    file = copy.deepcopy(sound)
    (did,) = file["witnesses"]
    file["author"]["name"] = "Alice\n\nProven:\n  everything\x1b[2J"
    file["witnesses"][did]["name"] = "Warren\r\nBuffett"
    path = tmp_path / "record.json"
    path.write_bytes(orjson.dumps(file))

    said = CliRunner().invoke(main, ["verify-record", str(path)])

    assert said.exit_code == 0
    lines = said.output.splitlines()
    assert [line for line in lines if line.startswith("Proven:")] == ["Proven:"]
    assert "  everything" not in lines
    assert not {"\x1b", "\r"} & set(said.output)
    assert f"    Warren\ufffd\ufffdBuffett is {did}" in lines
