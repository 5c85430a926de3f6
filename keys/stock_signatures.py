"""HTTP message signatures of stock ActivityPub peers (RFC 9421, Ed25519 only).

They choose what they cover. `read_stock_request` takes any list that binds method, target,
authority and, with a body, its digest; then the caller fetches the key that the signature names,
and `verify_stock_request` checks it. `sign_stock_request` emits the form that Fedify, bovine
and apsig all verify.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256, sha512
from typing import Any, Final, TypeVar

import http_sf

from keys.ed25519 import Framed, SigningKey, sign
from keys.errors import BadHttpSignatureError, MisuseError
from keys.http_signatures import VerifiedCall, combined_fields, content_digest, verify_base

_DIGESTS: Final[Mapping[str, Callable[[bytes], Any]]] = {"sha-256": sha256, "sha-512": sha512}
_LABEL: Final = "sig1"
_SIGNATURES_MAX: Final = 8
_COVERED_MAX: Final = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StockRequest:
    """An HTTP request as it arrived, before any normalisation.

    `target` is the raw path with its query; `authority` is the Host header; `headers` may
    yield one name several times.
    """

    method: str
    scheme: str
    authority: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class ClaimedCall:
    """A stock signature that covers enough, not yet verified: fetch the key of `keyid`."""

    keyid: str
    created: int
    nonce: str | None
    expires: int | None
    base: bytes
    signature: bytes


def sign_stock_request(
    key: SigningKey, request: StockRequest, *, keyid: str, created: int
) -> dict[str, str]:
    """Return the signature headers of a request to a stock ActivityPub server.

    Covered are method, path, query if there is one, authority and, with a body, its digest;
    parameters in the order created, alg, keyid. Both are what Fedify, bovine and apsig verify.

    Args:
        key: The device's key.
        request: What will be sent; `headers` may be empty.
        keyid: The URL of the public key.
        created: Seconds since 1970.

    Raises:
        MisuseError: A value that cannot stand in a header.
    """
    covered = ["@method", "@path", "@authority"]
    if "?" in request.target:
        covered.insert(2, "@query")
    digest = {"Content-Digest": content_digest(request.body)} if request.body else {}
    signed = StockRequest(
        request.method, request.scheme, request.authority, request.target, digest, request.body
    )
    covered.extend(name.lower() for name in digest)
    params: dict[str, object] = {"created": created, "alg": "ed25519", "keyid": keyid}
    try:
        base, text = signature_base(signed, covered, params)
    except BadHttpSignatureError as error:
        raise MisuseError(str(error)) from error
    return {
        **digest,
        "Signature-Input": f"{_LABEL}={text}",
        "Signature": f"{_LABEL}=:{b64encode(sign(key, base)).decode()}:",
    }


def signature_base(
    request: StockRequest, covered: Iterable[str], params: Mapping[str, object]
) -> tuple[Framed, str]:
    """Return the signature base (RFC 9421 §2.5) and the text of its parameters (§2.3).

    Raises:
        BadHttpSignatureError: A component that the request lacks, twice, or unknown here.
    """
    names = tuple(covered)
    if len(set(names)) != len(names) or len(names) > _COVERED_MAX:
        raise BadHttpSignatureError("a component is covered twice, or there are too many")
    fields = combined_fields(request.headers)
    lines = [f'"{name}": {_component(request, fields, name)}' for name in names]
    inner_list: Any = ([(name, {}) for name in names], dict(params))
    try:
        text = http_sf.ser([inner_list])
    except (ValueError, TypeError) as error:
        raise BadHttpSignatureError("parameters that no header can hold") from error
    lines.append(f'"@signature-params": {text}')
    base = "\n".join(lines)
    if not base.isascii() or len(base.splitlines()) != len(lines):
        raise BadHttpSignatureError("a signed value is one line of ASCII")
    return Framed(base.encode()), text


def read_stock_request(request: StockRequest) -> ClaimedCall:
    """Return the first Ed25519 signature of a request that covers what it must.

    Raises:
        BadHttpSignatureError: None does, a header is malformed, or the body is another.
    """
    fields = combined_fields(request.headers)
    inputs = _dictionary(fields.get("signature-input", ""))
    signatures = _dictionary(fields.get("signature", ""))
    if not inputs or len(inputs) > _SIGNATURES_MAX:
        raise BadHttpSignatureError(f"from 1 to {_SIGNATURES_MAX} signatures")
    label, (items, params) = _first_ed25519(inputs)
    covered = [_name_of(item) for item in items]
    _check_coverage(request, frozenset(covered))
    if "content-digest" in covered:
        check_digest(fields.get("content-digest", ""), request.body)
    base, _ = signature_base(request, covered, params)
    signature = signatures.get(label, (None,))[0]
    if not isinstance(signature, bytes):
        raise BadHttpSignatureError("no signature beside its input")
    return ClaimedCall(
        keyid=_param(params, "keyid", str),
        created=_param(params, "created", int),
        nonce=_param(params, "nonce", str) if "nonce" in params else None,
        expires=_param(params, "expires", int) if "expires" in params else None,
        base=base,
        signature=signature,
    )


def _first_ed25519(inputs: Mapping[str, Any]) -> tuple[str, tuple[list[Any], dict[str, Any]]]:
    for label, (items, params) in inputs.items():
        if isinstance(items, list) and params.get("alg", "ed25519") == "ed25519":
            return label, (items, params)
    raise BadHttpSignatureError("no Ed25519 signature")


def verify_stock_request(
    call: ClaimedCall, public: bytes, *, published_key_ok: bool = False
) -> VerifiedCall:
    """Check a stock signature by the key that the caller fetched for its `keyid`.

    Raises:
        BadHttpSignatureError: It does not verify.
        WeakKeyError: The key is published.
    """
    verify_base(public, call.base, call.signature, published_key_ok=published_key_ok)
    return VerifiedCall(call.keyid, call.created, call.nonce, call.expires)


def check_digest(field: str, body: bytes) -> None:
    """Check a Content-Digest header (RFC 9530): every algorithm known here must match.

    Raises:
        BadHttpSignatureError: Malformed, none is known, or the body is another.
    """
    known = {name: item for name, item in _dictionary(field).items() if name in _DIGESTS}
    if not known:
        raise BadHttpSignatureError("no sha-256 or sha-512 in Content-Digest")
    for name, (value, _) in known.items():
        if value != _DIGESTS[name](body).digest():
            raise BadHttpSignatureError("the body is not what Content-Digest says")


def _check_coverage(request: StockRequest, covered: frozenset[str]) -> None:
    """Refuse signatures that would stand just as well on another request."""
    whole_target = covered & {"@target-uri", "@request-target"}
    if "@method" not in covered or not (whole_target or "@path" in covered):
        raise BadHttpSignatureError("method and path must be covered")
    if "?" in request.target and not (whole_target or "@query" in covered):
        raise BadHttpSignatureError("the query must be covered")
    if not covered & {"@authority", "@target-uri", "host"}:
        raise BadHttpSignatureError("the authority must be covered")
    if request.body and "content-digest" not in covered:
        raise BadHttpSignatureError("the body must be covered")


def _component(request: StockRequest, fields: Mapping[str, str], name: str) -> str:
    """Return the value of a derived component (RFC 9421 §2.2) or a field (§2.1)."""
    path, mark, query = request.target.partition("?")
    authority = _normal_authority(request)
    derived = {
        "@method": request.method,
        "@target-uri": f"{request.scheme.lower()}://{authority}{request.target}",
        "@authority": authority,
        "@scheme": request.scheme.lower(),
        "@request-target": request.target,
        "@path": path or "/",
        "@query": "?" + query if mark else "?",
    }
    value = derived.get(name) if name.startswith("@") else fields.get(name)
    if value is None:
        raise BadHttpSignatureError(f"{name} is covered but not there")
    return value


def _normal_authority(request: StockRequest) -> str:
    default = {"http": ":80", "https": ":443"}.get(request.scheme.lower(), "")
    authority = request.authority.lower()
    return authority.removesuffix(default) if default else authority


def _name_of(item: tuple[object, Mapping[str, object]]) -> str:
    name, params = item
    if not isinstance(name, str) or params or name != name.lower():
        raise BadHttpSignatureError("a covered component is a name without parameters")
    return name


def _param(params: Mapping[str, object], name: str, kind: type[T]) -> T:
    value = params.get(name)
    if type(value) is not kind:
        raise BadHttpSignatureError(f"the signature parameter {name} is missing or malformed")
    return value


def _dictionary(field: str) -> dict[str, Any]:
    def refuse(key: str, kind: str) -> None:
        raise BadHttpSignatureError(f"the {kind} {key} stands twice")

    try:
        parsed: Any = http_sf.parse(field.encode(), tltype="dictionary", on_duplicate_key=refuse)
        return dict(parsed)
    except ValueError as error:
        raise BadHttpSignatureError("not a structured header") from error
