"""The actor document of a stock peer: who it is, where its inbox is, which keys are its own. Pure.

Only Ed25519 keys count. A key belongs to the actor when the actor's own document lists it, the
key names the actor as controller or owner, and both stand on one origin (FEP-521a, FEP-fe34).
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from federation.activitypub.activity import plain_text
from federation.errors import UnauthenticError
from federation.guard import BlockedError, check_url
from federation.wire import limit
from keys.errors import BadKeyError
from keys.multiformats import PUBLIC_KEY_BYTES, decode_multikey

# SubjectPublicKeyInfo of Ed25519 (RFC 8410 §4): the same twelve bytes before every key
SPKI_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")
_PEM_BEGIN: Final = "-----BEGIN PUBLIC KEY-----"
_PEM_END: Final = "-----END PUBLIC KEY-----"


@dataclass(frozen=True, slots=True)
class RemoteActor:
    """A stock actor. `proof_keys` may sign documents, `http_keys` only requests; by key id."""

    id: str
    name: str
    username: str
    inbox: str
    proof_keys: Mapping[str, bytes]
    http_keys: Mapping[str, bytes]


def parse_actor(document: object, url: str) -> RemoteActor:
    """Return the actor of a document fetched from `url`.

    Raises:
        UnauthenticError: `key_id_mismatch` when the document is of another id than asked for,
            `key_fetch` when it is no actor with an inbox.
    """
    if not isinstance(document, dict) or not isinstance(document.get("inbox"), str):
        raise UnauthenticError("key_fetch", "not an actor")
    if document.get("id") != url:
        raise UnauthenticError("key_id_mismatch")
    proof_keys = dict(_assertion_methods(document, url))
    return RemoteActor(
        id=url,
        name=_name_of(document, "name") or _name_of(document, "preferredUsername") or url,
        username=_name_of(document, "preferredUsername").replace("@", "") or "guest",
        inbox=document["inbox"],
        proof_keys=proof_keys,
        http_keys={**proof_keys, **dict(_public_keys(document, url))},
    )


def pem_of(public: bytes) -> str:
    """Return the PEM text of an Ed25519 public key (RFC 8410)."""
    return f"{_PEM_BEGIN}\n{base64.b64encode(SPKI_PREFIX + public).decode()}\n{_PEM_END}\n"


def public_of_pem(text: str) -> bytes:
    """Return the Ed25519 public key of a PEM text.

    Raises:
        BadKeyError: It holds another kind of key, or none.
    """
    inner = text.strip().removeprefix(_PEM_BEGIN).removesuffix(_PEM_END)
    try:
        der = base64.b64decode("".join(inner.split()), validate=True)
    except ValueError as error:
        raise BadKeyError("not a PEM public key") from error
    if len(der) != len(SPKI_PREFIX) + PUBLIC_KEY_BYTES or not der.startswith(SPKI_PREFIX):
        raise BadKeyError("not an Ed25519 public key")
    return der[len(SPKI_PREFIX) :]


def _assertion_methods(document: Mapping[str, Any], actor: str) -> Iterator[tuple[str, bytes]]:
    for method in _objects(document.get("assertionMethod")):
        if method.get("type") == "Multikey" and method.get("controller") == actor:
            key_id, text = method.get("id"), method.get("publicKeyMultibase")
            try:
                public = decode_multikey(text) if isinstance(text, str) else None
            except BadKeyError:
                continue  # another algorithm
            if public and _is_of(key_id, actor):
                yield str(key_id), public


def _public_keys(document: Mapping[str, Any], actor: str) -> Iterator[tuple[str, bytes]]:
    for key in _objects(document.get("publicKey")):
        key_id, text = key.get("id"), key.get("publicKeyPem")
        if key.get("owner") != actor or not isinstance(text, str) or not _is_of(key_id, actor):
            continue
        try:
            yield str(key_id), public_of_pem(text)
        except BadKeyError:
            continue  # RSA


def _objects(value: object) -> list[dict[str, Any]]:
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries[: limit("actor_keys")] if isinstance(entry, dict)]


def _is_of(key_id: object, actor: str) -> bool:
    try:
        return isinstance(key_id, str) and check_url(key_id).origin == check_url(actor).origin
    except BlockedError:
        return False


def _name_of(document: Mapping[str, Any], member: str) -> str:
    return " ".join(plain_text(document.get(member)).split())[: limit("name")]
