"""Native calls: one profile, bound to recipient and body; every change is refused."""

import base64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy
from nacl.signing import VerifyKey

from keys.errors import (
    BadHttpSignatureError,
    MisuseError,
    StaleSignatureError,
    WeakKeyError,
    WrongRecipientError,
)
from keys.http_signatures import (
    WINDOW_S,
    VerifiedCall,
    check_fresh,
    content_digest,
    sign_request,
    verify_request,
)
from keys.identity import DeviceKey
from keys.multiformats import did_of

KEY = DeviceKey.from_seed(sha256(b"caller").digest())
OTHER = DeviceKey.from_seed(sha256(b"other").digest())
BOB = did_of(DeviceKey.from_seed(sha256(b"bob").digest()).public)
NONCE = "AAECAwQFBgcICQoLDA0ODw"
BODY = b'{"a":1}'
REQUEST: dict[str, Any] = {
    "method": "POST",
    "path": "/pp/1/pull",
    "authority": "bob.example:8100",
    "body": BODY,
}
SIGNED: dict[str, Any] = {
    "content_type": "application/json",
    "pp_to": BOB,
    "created": 1_763_800_000,
    "nonce": NONCE,
}
CALL = VerifiedCall(KEY.multibase, 1_763_800_000, NONCE)


def headers(**changes: str) -> dict[str, str]:
    made = sign_request(KEY, **REQUEST, **SIGNED)
    return {**made, **{name.replace("_", "-"): value for name, value in changes.items()}}


def verify(fields: Any, **changes: Any) -> VerifiedCall:
    return verify_request(fields, **{**REQUEST, "recipient": BOB, **changes})


def test_a_call_is_signed_as_the_profile_says() -> None:
    made = headers()

    assert made["Signature-Input"] == (
        'pp=("@method" "@path" "@authority" "content-digest" "content-type" "pp-to")'
        f';created=1763800000;nonce="{NONCE}";alg="ed25519";keyid="{KEY.multibase}"'
    )
    base = (
        '"@method": POST\n"@path": /pp/1/pull\n"@authority": bob.example:8100\n'
        f'"content-digest": sha-256=:{base64.b64encode(sha256(BODY).digest()).decode()}:\n'
        f'"content-type": application/json\n"pp-to": {BOB}\n'
        f'"@signature-params": {made["Signature-Input"].removeprefix("pp=")}'
    )
    signature = base64.b64decode(made["Signature"].removeprefix("pp=:").removesuffix(":"))
    VerifyKey(KEY.public).verify(base.encode(), signature)
    assert verify(made) == CALL


def test_header_names_have_no_case_and_values_no_outer_spaces() -> None:
    upper = {name.upper(): f" {value}\t" for name, value in headers().items()}

    assert verify(upper) == CALL
    assert verify(CIMultiDictProxy(CIMultiDict(upper))) == CALL
    assert verify(headers(), authority="BOB.example:8100") == CALL


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"method": "post"},
        {"path": "/pp/1/heads"},
        {"path": "/pp/1/pull/"},
        {"path": "/pp/1/pull?a=1"},
        {"path": "/pp/1/pul%6C"},
        {"authority": "eve.example:8100"},
        {"authority": "bob.example"},
        {"body": BODY + b" "},
        {"body": b""},
    ],
    ids=str,
)
def test_a_call_that_was_changed_on_its_way_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BadHttpSignatureError):
        verify(headers(), **change)


@pytest.mark.parametrize("name", sorted(headers()))
def test_a_call_without_one_of_its_headers_or_with_it_twice_is_refused(name: str) -> None:
    fewer = headers()
    del fewer[name]
    twice = CIMultiDict(headers())
    twice.add(name, headers()[name])

    for fields in (fewer, twice):
        with pytest.raises(BadHttpSignatureError):
            verify(fields)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("Signature-Input", "pp=", "sig1="),
        ("Signature-Input", '"@method" ', ""),
        ("Signature-Input", ' "pp-to"', ""),
        ("Signature-Input", '"@method" "@path"', '"@path" "@method"'),
        ("Signature-Input", "1763800000", "1763800001"),
        ("Signature-Input", "1763800000", "01763800000"),
        ("Signature-Input", "1763800000", "1763800000.0"),
        ("Signature-Input", "1763800000", "\N{ARABIC-INDIC DIGIT ONE}763800000"),
        ("Signature-Input", "1763800000", "-1"),
        ("Signature-Input", "1763800000", "9" * 16),
        ("Signature-Input", NONCE, "B" + NONCE[1:]),
        ("Signature-Input", NONCE, NONCE[1:]),
        ("Signature-Input", ";created=1763800000", ""),
        ("Signature-Input", f';nonce="{NONCE}"', ""),
        ("Signature-Input", "ed25519", "hmac-sha256"),
        ("Signature-Input", ';alg="ed25519"', ""),
        ("Signature-Input", KEY.multibase, OTHER.multibase),
        ("Signature-Input", KEY.multibase, "z6Mk" + "1" * 44),
        ("Signature-Input", "pp-to", "PP-To"),
        ("Signature", "pp=:", "pp=:A"),
        ("Signature", "pp=:", "pp=:AAAA"),
        ("Signature", "pp=:", "sig1=:"),
        ("Signature", "pp=:", "pp="),
        ("Signature", "=:", "=:é"),
        ("Content-Type", "json", "ld+json"),
        ("Content-Type", "application/json", "application/json\n"),
        ("Content-Digest", "sha-256=:", "sha-256=:A"),
        ("Content-Digest", "sha-256", "sha-512"),
        ("PP-To", "did:key:", "did:web:"),
    ],
)
def test_a_call_with_another_header_than_was_signed_is_refused(
    name: str, old: str, new: str
) -> None:
    made = headers()
    assert old in made[name]
    changed = made[name].replace(old, new)

    # Outer white space never reaches a handler, so a line break is tried inside.
    fields = {**made, name: changed + "x" if new.endswith("\n") else changed}

    with pytest.raises(BadHttpSignatureError):
        verify(fields)


@settings(deadline=None)
@given(st.data())
def test_a_call_with_any_changed_character_of_its_headers_is_refused(data: st.DataObject) -> None:
    made = headers()
    name = data.draw(st.sampled_from(sorted(made)))
    at = data.draw(st.integers(0, len(made[name]) - 1))
    character = data.draw(st.characters().filter(lambda c: c != made[name][at]))
    made[name] = made[name][:at] + character + made[name][at + 1 :]

    with pytest.raises(BadHttpSignatureError):
        verify(made)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(headers())), st.text(max_size=200)))
def test_any_headers_are_refused_with_the_one_error(fields: dict[str, str]) -> None:
    with pytest.raises(BadHttpSignatureError):
        verify(fields)


@settings(deadline=None)
@given(st.binary(), st.integers(0, 10**12))
def test_any_body_and_time_survive_the_way(body: bytes, created: int) -> None:
    made = sign_request(KEY, **{**REQUEST, "body": body}, **{**SIGNED, "created": created})

    assert verify(made, body=body).created == created


def test_a_good_call_for_another_planner_is_told_apart_from_a_bad_one() -> None:
    with pytest.raises(WrongRecipientError):
        verify(headers(), recipient=did_of(OTHER.public))

    forged = headers(Signature=headers()["Signature"].replace("pp=:", "pp=:AAAA", 1)[:-5] + ":")
    with pytest.raises(BadHttpSignatureError) as caught:
        verify(forged, recipient=did_of(OTHER.public))
    assert not isinstance(caught.value, WrongRecipientError)


def test_a_call_by_a_published_key_is_refused_unless_asked_for() -> None:
    published = DeviceKey.from_seed(
        bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    )
    made = sign_request(published, **REQUEST, **SIGNED)

    assert verify(made, published_key_ok=True).keyid == published.multibase
    with pytest.raises(WeakKeyError):
        verify(made)


@pytest.mark.parametrize(
    "change",
    [
        {"path": "/pp/1/pull?a=1"},
        {"path": '/x\n"@authority": eve.example'},
        {"nonce": "short"},
        {"nonce": NONCE + '"'},
        {"created": -1},
        {"created": 10**16},
        {"pp_to": "a\r\nb"},
        {"content_type": "application/jsön"},
        {"authority": "böb.example"},
        {"method": "POST\u2028"},
    ],
    ids=str,
)
def test_a_call_outside_of_the_profile_is_never_signed(change: dict[str, Any]) -> None:
    with pytest.raises(MisuseError):
        sign_request(KEY, **{**REQUEST, **SIGNED, **change})


def test_the_digest_of_a_body_is_that_of_rfc_9530() -> None:
    # RFC 9530 appendix D: the response body with its Content-Digest.
    assert content_digest(b'{"hello": "world"}\n') == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


@pytest.mark.parametrize("age_s", [0, WINDOW_S, -WINDOW_S])
def test_a_call_inside_the_window_is_fresh(age_s: int) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)

    check_fresh(int(now.timestamp()) - age_s, now)
    check_fresh(int(now.timestamp()) - age_s, now, expires=int(now.timestamp()))


@pytest.mark.parametrize("age_s", [WINDOW_S + 1, -WINDOW_S - 1, 10**9])
def test_a_call_outside_of_the_window_or_expired_is_stale(age_s: int) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    created = int(now.timestamp())

    with pytest.raises(StaleSignatureError):
        check_fresh(created - age_s, now)
    with pytest.raises(StaleSignatureError):
        check_fresh(created, now + timedelta(seconds=2), 1)
    with pytest.raises(StaleSignatureError):
        check_fresh(created, now, expires=created - 1)
