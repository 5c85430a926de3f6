"""What an event costs beside libsodium's verification of one signature, measured in one run.

Ratios, and the best of several rounds, so that a busy machine does not decide.
"""

from collections.abc import Callable
from hashlib import sha256
from time import perf_counter
from typing import Any

import pytest
from nacl.bindings import crypto_sign, crypto_sign_open

from keys.canonical import jcs, parse_canonical
from keys.http_signatures import sign_request, verify_request
from keys.identity import DeviceKey
from keys.multiformats import did_of, digest
from keys.proofs import sign_event, verify_event

KEY = DeviceKey.from_seed(sha256(b"speed").digest())
DID = did_of(KEY.public)
ACTOR = f"https://alice.example/u/{DID}/actor"
EVENT: dict[str, Any] = {
    "@context": [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/data-integrity/v2",
        {"pp": "https://portfolio-planner.example/ns#"},
    ],
    "actor": ACTOR,
    "id": f"https://alice.example/u/{DID}/events/01JD0000000000000000000007",
    "object": {"digestMultibase": digest(b"content"), "type": ["Document", "pp:Content"]},
    "pp:class": "comment",
    "pp:doc": "urn:pp:" + digest(b"doc"),
    "pp:grant": digest(b"grant"),
    "pp:identity": 1_763_800_000_000,
    "pp:kind": "comment.added/1",
    "pp:lc": 12,
    "pp:prev": digest(b"prev"),
    "pp:seen": [f"{KEY.multibase}.AAECAwQFBgcICQoLDA0ODw", 3],
    "pp:seq": 7,
    "pp:stream": f"{KEY.multibase}.AAECAwQFBgcICQoLDA0ODw",
    "published": "2026-11-22T10:00:00Z",
    "to": ["urn:pp:" + digest(b"doc") + "/members"],
    "type": "Create",
}
DOCUMENT = jcs(EVENT)
PROOF = sign_event(
    KEY,
    DOCUMENT,
    context=EVENT["@context"],
    created="2026-11-22T10:00:00Z",
    verification_method=f"{ACTOR}#{KEY.multibase}",
)
WIRE = jcs({**EVENT, "proof": PROOF})
SIGNED = crypto_sign(bytes(64), bytes(KEY._secret))
REQUEST: dict[str, Any] = {
    "method": "POST",
    "path": "/pp/1/pull",
    "authority": "bob.example:8100",
    "body": WIRE,
}
HEADERS = sign_request(
    KEY,
    **REQUEST,
    content_type="application/json",
    pp_to=DID,
    created=1,
    nonce="AAECAwQFBgcICQoLDA0ODw",
)


def best_us(work: Callable[[], object], rounds: int = 15, each: int = 60) -> float:
    times = []
    for _ in range(rounds):
        started = perf_counter()
        for _ in range(each):
            work()
        times.append((perf_counter() - started) / each)
    return min(times) * 1e6


@pytest.mark.parametrize(
    ("work", "times_libsodium"),
    [
        (lambda: parse_canonical(WIRE), 0.6),
        (
            lambda: verify_event(DOCUMENT, PROOF, context=EVENT["@context"], public=KEY.public),
            2.0,
        ),
        (lambda: verify_request(HEADERS, **REQUEST, recipient=DID), 2.2),
    ],
    ids=["parse_canonical", "verify_event", "verify_request"],
)
def test_work_around_a_signature_is_small_beside_its_verification(
    work: Callable[[], object], times_libsodium: float
) -> None:
    limit = best_us(lambda: crypto_sign_open(SIGNED, KEY.public))

    assert best_us(work) < times_libsodium * limit
