"""Signed calls between planners: RFC 9421 with Ed25519, RFC 9530 body digests.

Native calls use one fixed profile, so that a call cannot be replayed, sent on to another
planner, or given another body:

    Signature-Input: pp=("@method" "@path" "@authority" "content-digest" "content-type"
        "pp-to");created=1763800000;nonce="<22 characters>";alg="ed25519";keyid="z6Mk…"

The verifier takes exactly this text (on one line) and nothing else, which is also what makes it
fast. Other software's signatures are read by `stock_signatures`.

Whether a signature is fresh depends on a clock, and whether its nonce is new on a memory; both
are the caller's: `check_fresh` decides with the time given to it.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from keys.ed25519 import Framed, SigningKey, sign, verify
from keys.errors import (
    BadHttpSignatureError,
    BadKeyError,
    BadSignatureError,
    MisuseError,
    StaleSignatureError,
    WrongRecipientError,
)
from keys.multiformats import decode_multikey

WINDOW_S: Final = 300

_NATIVE_COVERED: Final = '("@method" "@path" "@authority" "content-digest" "content-type" "pp-to")'
_NATIVE_INPUT: Final = re.compile(
    r"pp=(?P<params>" + re.escape(_NATIVE_COVERED) + r";created=(?P<created>0|[1-9][0-9]{0,14})"
    r';nonce="(?P<nonce>[A-Za-z0-9_-]{22})";alg="ed25519"'
    r';keyid="(?P<keyid>z6Mk[1-9A-HJ-NP-Za-km-z]{44})")'
)
_NATIVE_LINES: Final = 7


@dataclass(frozen=True, slots=True)
class VerifiedCall:
    """What a good signature says: who called, when, and once. Freshness is not decided yet."""

    keyid: str
    created: int
    nonce: str | None = None
    expires: int | None = None


def content_digest(body: bytes) -> str:
    """Return the Content-Digest of a body (RFC 9530), sha-256."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def check_fresh(
    created: int, now: datetime, window_s: int = WINDOW_S, *, expires: int | None = None
) -> None:
    """Check that a call was made within the window around now, and has not expired.

    Args:
        created: Seconds since 1970, as signed.
        now: Aware.
        window_s: How far the two clocks may be apart, in either direction.
        expires: Seconds since 1970, where the caller signed one.

    Raises:
        StaleSignatureError: It was not.
    """
    age_s = now.timestamp() - created
    if not -window_s <= age_s <= window_s:
        raise StaleSignatureError(f"signed {age_s:.0f} s ago")
    if expires is not None and expires < now.timestamp():
        raise StaleSignatureError("expired")


def sign_request(  # noqa: PLR0913 - these nine are what is signed
    key: SigningKey,
    *,
    method: str,
    path: str,
    authority: str,
    body: bytes,
    content_type: str,
    pp_to: str,
    created: int,
    nonce: str,
) -> dict[str, str]:
    """Return the headers of a native call.

    Args:
        key: The device's key.
        method: In upper case.
        path: The raw path, as it will be sent; native calls have no query.
        authority: Host and port, as the Host header will say.
        body: The bytes that will be sent.
        content_type: As it will be sent.
        pp_to: The did of the person whose planner is called.
        created: Seconds since 1970, by the recipient's clock as far as it is known.
        nonce: 16 random bytes as 22 characters of base64url.

    Raises:
        MisuseError: A value that cannot stand in a header or in this profile.
    """
    digest = content_digest(body)
    params = (
        f'{_NATIVE_COVERED};created={created};nonce="{nonce}";alg="ed25519"'
        f';keyid="{key.multibase}"'
    )
    if "?" in path or not _NATIVE_INPUT.fullmatch("pp=" + params):
        raise MisuseError("a native call has no query, and a nonce of 22 characters")
    try:
        base = _native_base(method, path, authority, digest, content_type, pp_to, params)
    except BadHttpSignatureError as error:
        raise MisuseError(str(error)) from error
    return {
        "Content-Type": content_type,
        "Content-Digest": digest,
        "PP-To": pp_to,
        "Signature-Input": "pp=" + params,
        "Signature": f"pp=:{b64encode(sign(key, base)).decode()}:",
    }


def verify_request(
    headers: Mapping[str, str],
    *,
    method: str,
    path: str,
    authority: str,
    body: bytes,
    recipient: str,
    published_key_ok: bool = False,
) -> VerifiedCall:
    """Check a native call; returns who made it.

    Args:
        headers: As received; may yield one name several times.
        method: As received.
        path: The raw path as received, undecoded.
        authority: The Host header.
        body: As received, whole.
        recipient: The did of this planner's person.
        published_key_ok: For test vectors alone.

    Raises:
        BadHttpSignatureError: Not of the profile, another body, or it does not verify.
        WrongRecipientError: It is good, but meant for someone else.
        WeakKeyError: The key is published.
    """
    fields = combined_fields(headers)
    given = _NATIVE_INPUT.fullmatch(fields.get("signature-input", ""))
    if given is None:
        raise BadHttpSignatureError("not signed as native calls are")
    signature = _native_signature(fields.get("signature", ""))
    digest = content_digest(body)
    if fields.get("content-digest") != digest:
        raise BadHttpSignatureError("the body is not what Content-Digest says")
    content_type, pp_to = fields.get("content-type"), fields.get("pp-to")
    if content_type is None or pp_to is None or "?" in path:
        raise BadHttpSignatureError("a native call has Content-Type and PP-To, and no query")
    params, keyid = given["params"], given["keyid"]
    base = _native_base(method, path, authority, digest, content_type, pp_to, params)
    verify_base(_public_of(keyid), base, signature, published_key_ok=published_key_ok)
    if pp_to != recipient:
        raise WrongRecipientError("this call is for another planner")
    return VerifiedCall(keyid, int(given["created"]), given["nonce"])


def _native_base(
    method: str,
    path: str,
    authority: str,
    digest: str,
    content_type: str,
    pp_to: str,
    params: str,
) -> Framed:
    base = (
        f'"@method": {method}\n"@path": {path}\n"@authority": {authority.lower()}\n'
        f'"content-digest": {digest}\n"content-type": {content_type}\n"pp-to": {pp_to}\n'
        f'"@signature-params": {params}'
    )
    # A line break inside a value would let one text stand for two different calls.
    if not base.isascii() or len(base.splitlines()) != _NATIVE_LINES:
        raise BadHttpSignatureError("a signed value is one line of ASCII")
    return Framed(base.encode())


def _native_signature(field: str) -> bytes:
    if not (field.startswith("pp=:") and field.endswith(":")):
        raise BadHttpSignatureError("no signature beside its input")
    text = field[4:-1]
    try:
        signature = b64decode(text, validate=True)
    except ValueError as error:
        raise BadHttpSignatureError("the signature is not base64") from error
    if b64encode(signature).decode() != text:
        raise BadHttpSignatureError("not the one base64 text of a signature")
    return signature


def _public_of(keyid: str) -> bytes:
    try:
        return decode_multikey(keyid)
    except BadKeyError as error:
        raise BadHttpSignatureError("keyid is not a Multikey") from error


def combined_fields(headers: Mapping[str, str]) -> dict[str, str]:
    """Return fields by lower-case name; of several lines one, joined (RFC 9421 §2.1)."""
    fields: dict[str, str] = {}
    for name, value in headers.items():
        lower, stripped = name.lower(), value.strip()
        fields[lower] = f"{fields[lower]}, {stripped}" if lower in fields else stripped
    return fields


def verify_base(public: bytes, base: bytes, signature: bytes, *, published_key_ok: bool) -> None:
    """Check the signature of a signature base.

    Raises:
        BadHttpSignatureError: It does not verify.
        WeakKeyError: The key is published.
    """
    try:
        verify(public, base, signature, published_key_ok=published_key_ok)
    except BadSignatureError as error:
        raise BadHttpSignatureError(str(error)) from error
