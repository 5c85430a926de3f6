"""The journal between two complete planners, its receipts, and the check of an exported record."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portfolio.cli import main
from tests.portfolio.desk import IDEA
from tests.portfolio.pair import Side, circle, until


async def held_by(alice: Side, bob: Side, numbers: int) -> None:
    """Wait until Bob's planner has signed for so many entries of Alice's journal."""

    async def look() -> bool:
        mine = await alice.get("/record")
        held = mine["witnesses"] == [bob.did] and mine["numbers"] == numbers
        return held and all(trade["since"] for trade in mine["trades"])

    await until(look, f"a receipt for {numbers} entries")


@pytest.fixture
def cli() -> CliRunner:
    return CliRunner()


async def test_a_friends_planner_is_the_witness_of_a_shared_plan(
    tmp_path: Path, cli: CliRunner
) -> None:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        made = await alice.post("/positions/ideas", IDEA)
        share = {"friend_ids": [bob.did], "role": "editor"}
        await alice.post(f"/positions/ideas/{made['id']}/share", share)
        await held_by(alice, bob, 1)

        await bob.call("PATCH", f"/positions/ideas/{made['id']}", {"stop": "200"})
        await held_by(alice, bob, 2)

        mine = await alice.get("/record")
        his = await bob.get(f"/record?did={alice.did}")
        file = await alice.get("/record/export")

    (trade,) = mine["trades"]
    assert trade["witness"] == bob.did
    assert (trade["numbers"], trade["reason"]) == ([1, 2], "not_opened")
    assert (mine["counted"], mine["missing"], mine["expectancy"]) == (0, 0, None)
    assert (his["numbers"], his["trades"][0]["witness"]) == (2, bob.did)
    path = tmp_path / "record.json"
    path.write_text(json.dumps(file))
    checked = cli.invoke(main, ["verify-record", str(path)])
    assert checked.exit_code == 0, checked.output
    assert "2 entries, numbered without a gap" in checked.output
    assert "IBM (1, 2): not_opened" in checked.output
    assert "What this cannot prove" in checked.output


async def test_nobody_has_a_record_of_who_shares_nothing(tmp_path: Path) -> None:
    async with circle(tmp_path, "Alice", "Bob") as (alice, bob):
        mine = await alice.get("/record")
        await alice.get(f"/record?did={bob.did}", status=404)
        await alice.get("/record/export", status=404)

    assert (mine["numbers"], mine["journal"], mine["trades"]) == (0, False, [])


@pytest.mark.parametrize(
    ("content", "why"),
    [("{", "not JSON"), ("[]", "not an object"), ('{"format": "other"}', "no track record")],
)
def test_a_file_that_is_no_record_is_refused(
    tmp_path: Path, cli: CliRunner, content: str, why: str
) -> None:
    path = tmp_path / "record.json"
    path.write_text(content)

    checked = cli.invoke(main, ["verify-record", str(path)])

    assert checked.exit_code == 1
    assert why in checked.output
