"""The local network as it is: several hosts, a switch, cables that come loose."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.netns import Host, Network, require_namespaces

ROOT = Path(__file__).resolve().parents[2]
PROBE = ROOT / "tests/e2e/lan_probe.py"
ALICE, BOB, CAROL = 11, 12, 13
FOUND_S = 20


@pytest.fixture
def network() -> Iterator[Network]:
    require_namespaces()
    with Network("alice", "bob", "carol") as network:
        yield network


class Probe:
    """A planner's discovery on a host, and the lines that it tells."""

    def __init__(self, host: Host, seed: int, *friends: int, browse_s: float = 2) -> None:
        words = [str(word) for word in (seed, browse_s, *friends)]
        self.process: subprocess.Popen[str] = host.start(
            sys.executable, str(PROBE), *words, environ={"PYTHONPATH": str(ROOT)}, cwd=ROOT
        )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)

    def tells(
        self, is_it: Callable[[dict[str, Any]], bool], within_s: float = FOUND_S
    ) -> dict[str, Any] | None:
        """Return the first line that is it, or None when there was none in time."""
        assert self.process.stdout is not None
        until_s = time.monotonic() + within_s
        while time.monotonic() < until_s:
            line = self.process.stdout.readline()
            if not line:
                time.sleep(0.02)
            elif is_it(told := dict(json.loads(line))):
                return told
        return None

    def sees(self, friend: int, within_s: float = FOUND_S) -> dict[str, Any] | None:
        return self.tells(lambda told: told.get("saw") == [friend], within_s)

    def sees_somebody(self, within_s: float = FOUND_S) -> dict[str, Any] | None:
        return self.tells(lambda told: "saw" in told, within_s)


def test_friends_on_two_hosts_find_each_other_and_a_stranger_recognises_nobody(
    network: Network,
) -> None:
    alice = Probe(network["alice"], ALICE, BOB)
    bob = Probe(network["bob"], BOB, ALICE)
    carol = Probe(network["carol"], CAROL)

    of_bob, of_alice, of_somebody = alice.sees(BOB), bob.sees(ALICE), carol.sees_somebody()

    assert of_bob is not None
    assert of_bob["addresses"] == [network["bob"].address]
    assert of_alice is not None
    assert of_alice["addresses"] == [network["alice"].address]
    assert of_somebody is not None
    assert (of_somebody["saw"], of_somebody["did"]) == ([], None)


def test_who_lets_people_nearby_find_them_is_named_to_strangers(network: Network) -> None:
    alice, carol = Probe(network["alice"], ALICE), Probe(network["carol"], CAROL)
    carol.sees_somebody()

    alice.process.send_signal(signal.SIGUSR1)
    named = carol.tells(lambda told: bool(told.get("did")))

    assert named is not None
    assert named["addresses"] == [network["alice"].address]


def test_friends_find_each_other_after_a_cable_is_plugged_in_again(network: Network) -> None:
    network["bob"].cut()
    alice, bob = Probe(network["alice"], ALICE, BOB), Probe(network["bob"], BOB, ALICE)

    apart = alice.sees(BOB, within_s=3)
    network["bob"].heal()
    together = alice.sees(BOB), bob.sees(ALICE)

    assert apart is None
    assert all(together)


def test_who_is_killed_stays_announced_so_presence_is_asked_for_elsewhere(
    network: Network,
) -> None:
    alice, bob = Probe(network["alice"], ALICE, BOB), Probe(network["bob"], BOB, ALICE)
    alice.sees(BOB)

    bob.process.kill()
    bob.process.wait(5)
    alice.tells(lambda _told: False, within_s=1)  # what was told before

    assert alice.sees(BOB) is not None


def test_a_host_without_interfaces_says_so_and_finds_friends_when_it_has_one(
    network: Network,
) -> None:
    network["bob"].run("ip", "link", "set", "eth0", "down")
    network["bob"].run("ip", "link", "set", "lo", "down")
    alice, bob = Probe(network["alice"], ALICE, BOB), Probe(network["bob"], BOB, ALICE)

    while_down = alice.sees(BOB, within_s=2)
    network["bob"].run("ip", "link", "set", "lo", "up")
    network["bob"].run("ip", "link", "set", "eth0", "up")
    after = bob.sees(ALICE), alice.sees(BOB)

    assert while_down is None
    assert bob.process.poll() is None
    assert all(after)


def test_it_stops_cleanly(network: Network) -> None:
    alice = Probe(network["alice"], ALICE)
    alice.tells(lambda told: told.get("state") == "on")

    alice.process.terminate()

    assert alice.process.wait(10) == 0
