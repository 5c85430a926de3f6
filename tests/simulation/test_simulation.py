"""Hundreds of seeded histories hold, and each planted defect is found."""

from collections.abc import Callable
from typing import Any

import pytest
from typing_extensions import override

from federation.log import admission, fold, intake
from federation.log.admission import Verdict
from federation.log.changeset import Changeset
from federation.log.kinds import Change
from federation.log.lines import EventLine
from federation.log.membership import Grant, Membership, Standing
from federation.log.results import DUPLICATE
from federation.writer import Tx
from tests.federation.log.planner import Planner
from tests.simulation.invariants import ViolationError
from tests.simulation.node import Answer, Batch, CrashError, Node
from tests.simulation.world import World

SEEDS = 200
CHUNK = 10
HUNT_MAX = 120  # seeds in which a planted defect must show


@pytest.mark.parametrize("start", range(0, SEEDS, CHUNK))
def test_every_history_holds(start: int) -> None:
    for seed in range(start, start + CHUNK):
        World(seed).run()


def hunt(node_type: type[Node] = Node) -> str:
    """Return what is found of a defect; fail when nothing is."""
    for seed in range(HUNT_MAX):
        try:
            World(seed, node_type).run()
        except ViolationError as violation:
            return str(violation)
    pytest.fail("the simulation does not see this defect")


class HastyNode(Node):
    """Answers before the commit: when the power fails in between, the answer was a lie."""

    said: Answer

    @override
    def receive(self, batch: Batch, sender: Planner) -> Answer:
        answers: list[Answer] = []
        before = self.log.receive

        def remember(tx: Tx, who: Any, items: Any) -> Any:
            received = before(tx, who, items)
            receipt = None
            if batch.doc in received.touched:
                receipt = self.log.receipt(tx, batch.doc, sender.did)
            heads = {name: end[0] for name, end in self.log.heads(tx.conn, batch.doc).items()}
            answers.append(Answer(self.name, batch.doc, received.results, heads, receipt))
            return received

        self.log.receive = remember  # type: ignore[assignment, method-assign]
        try:
            return super().receive(batch, sender)
        except CrashError:
            self.come_back()
            return answers[0]
        finally:
            if "receive" in vars(self.log):
                del self.log.receive


def test_acknowledging_before_the_commit_is_found() -> None:
    assert hunt(HastyNode).startswith("kept")


def test_applying_a_duplicate_again_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    act: Callable[..., None] = intake.Intake._act

    def again(self: intake.Intake, line: EventLine, verdict: Verdict) -> None:
        if verdict.word == DUPLICATE and line.value is not None and line.event.entity:
            changeset: Changeset = self._changeset
            changeset.work.add(line.event.entity, admission.applied_of(line.event, line.value))
        act(self, line, verdict)

    monkeypatch.setattr(intake.Intake, "_act", again)

    assert hunt().startswith(("once", "converge"))


def test_ignoring_a_cut_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    ruling: Callable[..., Standing | tuple[Grant, ...]] = Membership._ruling

    def uncut(*asked: Any) -> Standing | tuple[Grant, ...]:
        found = ruling(*asked)
        return found if isinstance(found, Standing) else ()

    monkeypatch.setattr(Membership, "_ruling", uncut)

    assert hunt().startswith(("roles", "converge", "leak"))


def test_not_waiting_for_the_grant_that_an_author_had_seen_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = tuple(step for step in admission._STEPS if step is not admission._heard)
    monkeypatch.setattr(admission, "_STEPS", steps)

    assert hunt().startswith("leak")


def test_folding_in_the_order_of_arrival_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    extend: Callable[..., list[Change]] = fold._Folder.extend

    def arrival(self: Any, key: str, state: Any, new: Any) -> list[Change]:
        return extend(self, key, state, new) if new else []

    monkeypatch.setattr(fold._Folder, "refold", arrival)

    assert hunt().startswith(("once", "converge"))
