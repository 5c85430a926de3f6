"""Signatures of stock peers: RFC 9421's own vector, what ours emits, and what is refused."""

import base64
import json
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy
from nacl.signing import SigningKey as NaclKey

from keys.ed25519 import SigningKey, verify
from keys.errors import BadHttpSignatureError, BadSignatureError, MisuseError, WeakKeyError
from keys.http_signatures import VerifiedCall
from keys.stock_signatures import (
    StockRequest,
    check_digest,
    read_stock_request,
    sign_stock_request,
    signature_base,
    verify_stock_request,
)

RFC = json.loads((Path(__file__).parent.parent / "vectors/rfc9421-b26-ed25519.json").read_text())
SEED = sha256(b"stock").digest()
KEY = SigningKey(SEED)
KEYID = "https://alice.example/actor#main-key"
BODY = b'{"type":"Create"}'
DIGEST = f"sha-256=:{base64.b64encode(sha256(BODY).digest()).decode()}:"


def request(headers: Any = None, **changes: Any) -> StockRequest:
    fields: dict[str, Any] = {
        "method": "POST",
        "scheme": "https",
        "authority": "bob.example",
        "target": "/inbox",
        "headers": headers or {},
        "body": BODY,
    }
    return StockRequest(**{**fields, **changes})


def signed(
    covered: str,
    params: str = f';created=1763800000;keyid="{KEYID}"',
    label: str = "sig1",
    **changes: Any,
) -> StockRequest:
    """Return a request as another implementation signs it: the base is spelled out here."""
    fields = {"Host": "bob.example", "Content-Digest": DIGEST, "Date": "today"}
    target = changes.get("target", "/inbox")
    path, _, query = target.partition("?")
    values = {
        "@method": "POST",
        "@path": path,
        "@query": "?" + query,
        "@authority": "bob.example",
        "@scheme": "https",
        "@target-uri": "https://bob.example" + target,
        "@request-target": target,
        **{name.lower(): value for name, value in fields.items()},
    }
    names = covered.replace('"', "").split()
    text = f"({covered}){params}"
    lines = [f'"{name}": {values[name]}' for name in names if name in values]
    base = "\n".join([*lines, f'"@signature-params": {text}'])
    signature = base64.b64encode(NaclKey(SEED).sign(base.encode()).signature).decode()
    fields |= {"Signature-Input": f"{label}={text}", "Signature": f"{label}=:{signature}:"}
    return request(fields, **changes)


def check(incoming: StockRequest) -> VerifiedCall:
    return verify_stock_request(read_stock_request(incoming), KEY.public)


ENOUGH = '"@method" "@path" "@authority" "content-digest"'


# --- the vector of the standard -----------------------------------------------------------------
def test_the_vector_of_rfc_9421_is_rebuilt_and_verified() -> None:
    incoming = StockRequest(
        method=RFC["request"]["method"],
        scheme="https",
        authority=RFC["request"]["headers"]["Host"],
        target=RFC["request"]["target"],
        headers=RFC["request"]["headers"],
        body=RFC["request"]["body"].encode(),
    )
    covered = ["date", "@method", "@path", "@authority", "content-type", "content-length"]

    base, text = signature_base(
        incoming, covered, {"created": 1618884473, "keyid": "test-key-ed25519"}
    )

    assert base.decode() == RFC["signatureBase"]
    assert f"sig-b26={text}" == RFC["signatureInput"]
    public = base64.b64decode(RFC["publicKeyPem"].splitlines()[1])[-32:]
    signature = base64.b64decode(RFC["signature"].removeprefix("sig-b26=:").removesuffix(":"))
    verify(public, base, signature, published_key_ok=True)
    with pytest.raises(WeakKeyError):
        verify(public, base, signature)
    with pytest.raises(BadSignatureError):
        verify(public, base + b" ", signature, published_key_ok=True)


def test_the_same_vector_is_refused_as_a_delivery_since_its_body_is_not_covered() -> None:
    fields = {
        **RFC["request"]["headers"],
        "Signature-Input": RFC["signatureInput"],
        "Signature": RFC["signature"],
    }

    with pytest.raises(BadHttpSignatureError, match="query"):
        read_stock_request(request(fields, target=RFC["request"]["target"]))
    with pytest.raises(BadHttpSignatureError, match="body"):
        read_stock_request(request(fields, target="/foo"))


def test_the_digests_of_the_standards_are_checked() -> None:
    body = RFC["request"]["body"].encode()

    check_digest(RFC["request"]["headers"]["Content-Digest"], body)
    with pytest.raises(BadHttpSignatureError):
        check_digest(RFC["request"]["headers"]["Content-Digest"], body + b" ")


# --- ours ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", [{}, {"body": b"", "method": "GET"}, {"target": "/"}, {"scheme": "http"}], ids=str
)
def test_what_we_send_to_stock_peers_verifies(change: dict[str, Any]) -> None:
    outgoing = request(**change)
    made = sign_stock_request(KEY, outgoing, keyid=KEYID, created=1_763_800_000)

    call = check(request(made, **change))

    assert call == VerifiedCall(KEYID, 1_763_800_000)
    digest = ' "content-digest"' if outgoing.body else ""
    assert made["Signature-Input"] == (
        f'sig1=("@method" "@path" "@authority"{digest})'
        f';created=1763800000;alg="ed25519";keyid="{KEYID}"'
    )


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"target": "/outbox"},
        {"authority": "eve.example"},
        {"body": BODY + b" "},
        {"body": b""},
    ],
    ids=str,
)
def test_what_was_changed_on_its_way_is_refused(change: dict[str, Any]) -> None:
    made = sign_stock_request(KEY, request(), keyid=KEYID, created=1)

    with pytest.raises(BadHttpSignatureError):
        check(request(made, **change))


@pytest.mark.parametrize(
    ("change", "keyid"),
    [({"target": "/in\nbox"}, KEYID), ({"authority": "böb"}, KEYID), ({}, "https://ä.example")],
)
def test_what_no_header_can_hold_is_never_signed(change: dict[str, Any], keyid: str) -> None:
    with pytest.raises(MisuseError):
        sign_stock_request(KEY, request(**change), keyid=keyid, created=1)


# --- others -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "covered",
    [
        ENOUGH,
        '"@method" "@target-uri" "content-digest"',
        '"@method" "@request-target" "@authority" "content-digest"',
        '"@method" "@request-target" "host" "content-digest" "date"',
        '"date" "content-digest" "@scheme" "@authority" "@query" "@path" "@method"',
    ],
)
@pytest.mark.parametrize(
    "params",
    [
        f';created=1763800000;keyid="{KEYID}"',
        f';keyid="{KEYID}";alg="ed25519";created=1763800000',
        f';created=1763800000;expires=1763800300;nonce="n";keyid="{KEYID}";tag="fediverse"',
    ],
)
def test_any_list_that_binds_the_whole_request_is_accepted(covered: str, params: str) -> None:
    call = check(signed(covered, params))

    assert (call.keyid, call.created) == (KEYID, 1_763_800_000)
    assert call.expires == (1_763_800_300 if "expires" in params else None)
    assert call.nonce == ("n" if "nonce" in params else None)


@pytest.mark.parametrize("target", ["/inbox?a=1", "/inbox?"])
@pytest.mark.parametrize(
    "covered", ['"@method" "@path" "@query" "@authority" "content-digest"',
                '"@method" "@target-uri" "content-digest"'],
)  # fmt: skip
def test_a_query_is_accepted_where_it_is_covered(target: str, covered: str) -> None:
    check(signed(covered, target=target))

    with pytest.raises(BadHttpSignatureError):
        check(signed(ENOUGH, target=target))


@pytest.mark.parametrize(
    "covered",
    [
        "",
        '"@path" "@authority" "content-digest"',
        '"@method" "@authority" "content-digest"',
        '"@method" "@path" "content-digest"',
        '"@method" "@path" "@authority"',
        '"@method" "@path" "@authority" "date"',
        ENOUGH + ' "x-missing"',
        ENOUGH + ' "@status"',
        ENOUGH + ' "@unknown"',
        ENOUGH + ' "@path"',
        ENOUGH + ' "Date"',
        ENOUGH + ' "date";bs',
        ENOUGH + ' "@method";req',
        ENOUGH + ' "@query-param";name="a"',
        ENOUGH + " date",
        ENOUGH + " 1",
    ],
)
def test_a_list_that_binds_too_little_or_something_unknown_is_refused(covered: str) -> None:
    with pytest.raises(BadHttpSignatureError):
        check(signed(covered))


@pytest.mark.parametrize("item", ['"date";bs', '"@method";req', '"date";key="a"', '"Date"', "x"])
def test_a_component_in_a_form_that_is_not_rebuilt_here_is_named_as_such(item: str) -> None:
    with pytest.raises(BadHttpSignatureError, match="without parameters"):
        check(signed(f"{ENOUGH} {item}"))


@pytest.mark.parametrize(
    "params",
    [
        "",
        ";created=1763800000",
        f';keyid="{KEYID}"',
        f';created="1763800000";keyid="{KEYID}"',
        f';created=1763800000.0;keyid="{KEYID}"',
        f";created=?1;keyid={'a'}",
        ";created=1763800000;keyid=token",
        f';created=1763800000;keyid="{KEYID}";alg="rsa-v1_5-sha256"',
        f';created=1763800000;keyid="{KEYID}";alg="hmac-sha256"',
        f';created=1763800000;keyid="{KEYID}";expires="x"',
        f';created=1763800000;keyid="{KEYID}";nonce=1',
        f';created=1763800000;keyid="{KEYID}";created=1763800000',
    ],
)
def test_parameters_that_are_missing_or_malformed_are_refused(params: str) -> None:
    with pytest.raises(BadHttpSignatureError):
        check(signed(ENOUGH, params))


def test_an_rsa_signature_beside_ours_is_passed_over() -> None:
    incoming = signed(ENOUGH)
    rsa = f'rsa=("@method");created=1;keyid="{KEYID}";alg="rsa-v1_5-sha256"'
    beside = {
        **incoming.headers,
        "Signature-Input": f"{rsa}, {incoming.headers['Signature-Input']}",
        "Signature": f"rsa=:AAAA:, {incoming.headers['Signature']}",
    }

    assert check(request(beside)).keyid == KEYID


def test_header_lines_of_one_name_are_joined_before_they_are_covered() -> None:
    incoming = signed(ENOUGH)
    several = CIMultiDict(incoming.headers)
    several.add("Signature-Input", 'other=("@method");alg="hmac-sha256"')
    several.add("Signature", "other=:AAAA:")

    assert check(request(CIMultiDictProxy(several))).keyid == KEYID

    several.add("Content-Digest", "sha-512=:AAAA:")
    with pytest.raises(BadHttpSignatureError):
        check(request(CIMultiDictProxy(several)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Signature-Input", ""),
        ("Signature-Input", "sig1"),
        ("Signature-Input", "sig1=()"),
        ("Signature-Input", "sig1=1"),
        ("Signature-Input", 'sig1=("@method'),
        ("Signature-Input", "sig1=?1, sig1=?0"),
        ("Signature-Input", "é"),
        ("Signature-Input", ", ".join(f'a{n}=("@method")' for n in range(9))),
        ("Signature", ""),
        ("Signature", "sig1"),
        ("Signature", "sig1=:AAAA:"),
        ("Signature", 'sig1="AAAA"'),
        ("Signature", "sig1=(:AAAA:)"),
        ("Signature", "sig2=:AAAA:"),
        ("Signature", "sig1=:%%%:"),
        ("Content-Digest", ""),
        ("Content-Digest", "md5=:AAAA:"),
        ("Content-Digest", "sha-256=AAAA"),
        ("Content-Digest", DIGEST + ", sha-512=:AAAA:"),
        ("Content-Digest", DIGEST + ", " + DIGEST),
    ],
)
def test_malformed_headers_are_refused(name: str, value: str) -> None:
    with pytest.raises(BadHttpSignatureError):
        check(request({**signed(ENOUGH).headers, name: value}))


@pytest.mark.parametrize("name", ["Signature-Input", "Signature", "Content-Digest"])
def test_a_request_without_one_of_the_headers_is_refused(name: str) -> None:
    fields = dict(signed(ENOUGH).headers)
    del fields[name]

    with pytest.raises(BadHttpSignatureError):
        check(request(fields))


def test_several_known_digests_must_all_match() -> None:
    both = f"sha-512=:{base64.b64encode(sha512(BODY).digest()).decode()}:, {DIGEST}, x=1"

    check_digest(both, BODY)
    with pytest.raises(BadHttpSignatureError):
        check_digest(both, BODY + b" ")


@settings(deadline=None)
@given(st.sampled_from(["Signature-Input", "Signature", "Content-Digest"]), st.text(max_size=80))
def test_any_header_is_read_or_refused_with_the_one_error(name: str, value: str) -> None:
    with pytest.raises(BadHttpSignatureError):
        check(request({**signed(ENOUGH).headers, name: value}))


def test_a_key_fetched_for_another_keyid_does_not_verify() -> None:
    with pytest.raises(BadHttpSignatureError):
        verify_stock_request(
            read_stock_request(signed(ENOUGH)), SigningKey(sha256(b"other").digest()).public
        )


@pytest.mark.parametrize(
    ("scheme", "host"), [("https", "BOB.example:443"), ("http", "bob.example:80")]
)
def test_case_and_default_port_of_the_authority_do_not_matter(scheme: str, host: str) -> None:
    check(signed(ENOUGH, scheme=scheme, authority=host))

    with pytest.raises(BadHttpSignatureError):
        check(signed(ENOUGH, scheme=scheme, authority="bob.example:8443"))
