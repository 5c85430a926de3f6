"""Data Integrity proofs, `eddsa-jcs-2022` (FEP-8b32, W3C vc-di-eddsa §3.3).

    signature = Ed25519(SHA-256(JCS(proof without proofValue)) || SHA-256(JCS(document)))

where the document stands without `proof`, and the proof repeats the document's `@context`
(Fedify and the W3C text need it there). Two ways:

* our own events: `sign_event`, `verify_event` work on the canonical bytes at hand; the proof
  must have exactly the eight members that we write;
* stock documents: `sign_document`, `verify_document` work on values and follow the standard,
  with the older form without `@context` in the proof accepted, never emitted.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Any, Final

from keys.canonical import jcs, stock_jcs
from keys.ed25519 import Framed, SigningKey, sign, verify
from keys.errors import BadProofError, BadSignatureError, MisuseError, NotCanonicalError
from keys.multiformats import decode_signature, encode_signature

CRYPTOSUITE: Final = "eddsa-jcs-2022"
PROOF_TYPE: Final = "DataIntegrityProof"
PURPOSE: Final = "assertionMethod"

_REQUIRED: Final = {
    "type": PROOF_TYPE,
    "cryptosuite": CRYPTOSUITE,
    "proofPurpose": PURPOSE,
}
_EVENT_PROOF_MEMBERS: Final = frozenset(
    {"@context", "created", "proofValue", "verificationMethod", *_REQUIRED}
)
_AFTER_SIGNING: Final = frozenset({"proof", "signature"})
# Verifiers re-format anything else (fractions, offsets) and then hash other bytes than we did.
_CREATED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def proof_config(context: object, created: str, verification_method: str) -> bytes:
    """Return the canonical bytes of a proof without its value, as they are hashed."""
    return jcs(_configuration(context, created, verification_method))


def event_proof_hash(config: bytes, document: bytes) -> Framed:
    """Return what is signed: the hash of the proof's configuration, then that of the document."""
    return Framed(sha256(config).digest() + sha256(document).digest())


def sign_event(
    key: SigningKey,
    document: bytes,
    *,
    context: object,
    created: str,
    verification_method: str,
) -> dict[str, Any]:
    """Return the proof of canonical bytes, to be put into the document as `proof`.

    Args:
        key: The device's key.
        document: The canonical bytes of the document without proof.
        context: The `@context` of that document.
        created: Seconds, UTC, as in "2026-11-22T10:00:00Z".
        verification_method: The URL under which the public key is found.

    Raises:
        MisuseError: `created` is written differently.
    """
    configuration = _configuration(context, created, verification_method)
    signature = sign(key, event_proof_hash(jcs(configuration), document))
    return {**configuration, "proofValue": encode_signature(signature)}


def verify_event(
    document: bytes,
    proof: object,
    *,
    context: object,
    public: bytes,
    published_key_ok: bool = False,
) -> None:
    """Check the proof of canonical bytes; returns only when it is good.

    Args:
        document: The canonical bytes of the document without `proof`.
        proof: The member `proof` of the same document.
        context: The member `@context` of the same document.
        public: The key that must have signed; the caller has checked `verificationMethod`.
        published_key_ok: For test vectors alone.

    Raises:
        BadProofError: The proof has other members or values than we write, or does not verify.
        WeakKeyError: The key is published.
    """
    if not isinstance(proof, dict) or proof.keys() != _EVENT_PROOF_MEMBERS:
        raise BadProofError("a proof has exactly eight members")
    if proof["@context"] != context or not _is_created(proof["created"]):
        raise BadProofError("a proof repeats the @context and says when it was created")
    _check_suite(proof)
    signature = _signature_of(proof)
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    message = event_proof_hash(jcs(configuration), document)
    _verify_one_of((message,), public, signature, published_key_ok=published_key_ok)


def sign_document(
    document: Mapping[str, Any], key: SigningKey, verification_method: str, created: str
) -> dict[str, Any]:
    """Return the document with a proof added.

    Args:
        document: Its `@context` must be a list; Fedify knows no proof terms otherwise.
        key: The key behind `verification_method`.
        verification_method: The URL under which the public key is found.
        created: Seconds, UTC, as in "2026-11-22T10:00:00Z".

    Raises:
        MisuseError: It holds a proof or signature already, or its context is no list.
        NotCanonicalError: It is not I-JSON.
    """
    if "proof" in document or "signature" in document:
        raise MisuseError("the document is signed already")
    if not isinstance(document.get("@context"), list):
        raise MisuseError("@context must be a list")
    body = stock_jcs(dict(document))
    configuration = _configuration(document["@context"], created, verification_method)
    signature = sign(key, event_proof_hash(stock_jcs(configuration), body))
    return {**document, "proof": {**configuration, "proofValue": encode_signature(signature)}}


def claimed_method(document: Mapping[str, Any]) -> str:
    """Return the `verificationMethod` that a stock document's proof names, not yet verified.

    Raises:
        BadProofError: No proof, several, or of another form than `eddsa-jcs-2022`.
    """
    return str(_proof_of(document)["verificationMethod"])


def verify_document(
    document: Mapping[str, Any], public: bytes, *, published_key_ok: bool = False
) -> None:
    """Check the proof of a stock document; returns only when it is good.

    The caller checks that the key belongs to the author, and that every entry of `@context` is
    one that it knows: a proof may cover only the first of them.

    Args:
        document: As parsed by `canonical.parse_strict`.
        public: The key that `claimed_method` names.
        published_key_ok: For test vectors alone.

    Raises:
        BadProofError: The proof is missing, of another form, or does not verify.
        WeakKeyError: The key is published.
    """
    proof = _proof_of(document)
    signature = _signature_of(proof)
    configuration = {name: value for name, value in proof.items() if name != "proofValue"}
    # An RsaSignature2017 beside the proof (Fedify, Mastodon) was added after it.
    body = {name: value for name, value in document.items() if name not in _AFTER_SIGNING}
    candidates = [configuration]
    if "@context" in configuration:
        if not _is_prefix(configuration["@context"], body.get("@context")):
            raise BadProofError("the proof's @context does not begin the document's")
        body["@context"] = configuration["@context"]
    elif "@context" in body:
        candidates.append({**configuration, "@context": body["@context"]})
    try:
        canonical = stock_jcs(body)
        hashes = [event_proof_hash(stock_jcs(candidate), canonical) for candidate in candidates]
    except NotCanonicalError as error:
        raise BadProofError(f"not I-JSON: {error}") from error
    _verify_one_of(hashes, public, signature, published_key_ok=published_key_ok)


def _configuration(context: object, created: str, verification_method: str) -> dict[str, Any]:
    if not _is_created(created):
        raise MisuseError("created is written as 2026-11-22T10:00:00Z")
    return {
        "@context": context,
        "created": created,
        "cryptosuite": CRYPTOSUITE,
        "proofPurpose": PURPOSE,
        "type": PROOF_TYPE,
        "verificationMethod": verification_method,
    }


def _is_created(value: object) -> bool:
    return isinstance(value, str) and _CREATED.fullmatch(value) is not None


def _proof_of(document: Mapping[str, Any]) -> dict[str, Any]:
    proof = document.get("proof")
    if not isinstance(proof, dict):
        raise BadProofError("a document has exactly one proof")
    _check_suite(proof)
    if not isinstance(proof.get("verificationMethod"), str):
        raise BadProofError("a proof names its verificationMethod")
    return proof


def _check_suite(proof: Mapping[str, Any]) -> None:
    for name, expected in _REQUIRED.items():
        if proof.get(name) != expected:
            raise BadProofError(f"{name} is not {expected}")


def _signature_of(proof: Mapping[str, Any]) -> bytes:
    try:
        return decode_signature(proof.get("proofValue"))
    except BadSignatureError as error:
        raise BadProofError(str(error)) from error


def _is_prefix(first: object, whole: object) -> bool:
    left = first if isinstance(first, list) else [first]
    right = whole if isinstance(whole, list) else [whole]
    return bool(left) and right[: len(left)] == left


def _verify_one_of(
    messages: Sequence[Framed], public: bytes, signature: bytes, *, published_key_ok: bool
) -> None:
    *others, last = messages
    for message in others:
        with suppress(BadSignatureError):
            verify(public, message, signature, published_key_ok=published_key_ok)
            return
    try:
        verify(public, last, signature, published_key_ok=published_key_ok)
    except BadSignatureError as error:
        raise BadProofError(str(error)) from error
