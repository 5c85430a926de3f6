from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.errors import MalformedError, UnauthenticError
from federation.net.invites import Acceptor, Invite, acceptance_mac, check_answer, parse_text
from keys.canonical import jcs
from keys.errors import BadMacError
from keys.identity import DeviceKey
from keys.multiformats import did_of, digest, encode_base64url
from keys.purposes import INVITE_ANSWER_TAG, check_invite_mac, invite_mac

DID = did_of(DeviceKey.from_seed(bytes(31) + b"\1").public)
INVITE = Invite(
    id="i",
    did=DID,
    identity=digest(b"identity"),
    name="Alice",
    urls=("https://planner.example:8100",),
    spki=digest(b"key"),
    secret=bytes(range(32)),
    expires=datetime(2026, 11, 29, 10, tzinfo=UTC),
)
ACCEPTOR = Acceptor("did:key:bob", "z6Mkbob")


def test_the_text_says_what_the_invite_says() -> None:
    assert parse_text(INVITE.text()) == INVITE


@pytest.mark.parametrize(
    "around", ["{}", "https://example.org/join#{}", "  {}\n", "portfolio://x?y=z#{}"]
)
def test_it_is_found_in_a_link_and_between_blanks(around: str) -> None:
    assert parse_text(around.format(INVITE.text())) == INVITE


@pytest.mark.parametrize(
    "changed",
    [
        {"v": 2},
        {"did": "did:key:z6MkNobody"},
        {"secret": "short"},
        {"urls": []},
        {"urls": ["file:///etc/passwd"]},
        {"urls": ["http://127.1/"]},
        {"urls": ["https://a.example"] * 9},
        {"spki": "sha256"},
        {"expires": "tomorrow"},
        {"expires": 0},
        {"name": None},
    ],
)
def test_an_invite_of_another_form_is_refused(changed: dict[str, Any]) -> None:
    value = {**orjson.loads(INVITE.raw()), **changed}

    with pytest.raises(MalformedError):
        parse_text(encode_base64url(jcs(value)))


@given(st.text(max_size=200) | st.binary(max_size=200).map(encode_base64url))
def test_no_text_does_harm(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_text(text)


def test_the_proof_is_bound_to_both_sides() -> None:
    mac = acceptance_mac(INVITE.secret, "i", DID, ACCEPTOR)
    bound = {"id": "i", "inviter": DID, "acceptor": "did:key:bob", "device": "z6Mkbob"}

    check_invite_mac(INVITE.secret, bound, mac)
    for name in bound:
        with pytest.raises(BadMacError):
            check_invite_mac(INVITE.secret, {**bound, name: "other"}, mac)


def test_only_the_inviters_own_answer_is_believed() -> None:
    value = {"id": "i", "name": "Alice"}
    bound = {
        "id": "i",
        "inviter": DID,
        "acceptor": "did:key:bob",
        "device": "z6Mkbob",
        "answer": digest(jcs(value)),
    }
    mac = invite_mac(INVITE.secret, bound, tag=INVITE_ANSWER_TAG)

    assert check_answer(INVITE, ACCEPTOR, {**value, "mac": mac}) == value
    for forged in (
        {**value, "mac": invite_mac(INVITE.secret, bound)},
        {**value, "name": "Mallory", "mac": mac},
        value,
    ):
        with pytest.raises(UnauthenticError):
            check_answer(INVITE, ACCEPTOR, forged)
