"""Canonical JSON: the bytes that are signed, hashed, stored and sent (RFC 8785, JCS).

Two ways in, for two kinds of documents:

* **Ours** hold no floats and only ASCII keys. There, code point order (orjson) and the UTF-16
  order of RFC 8785 §3.2.3 are the same, so orjson is exact and six times faster than `rfc8785`.
  `parse_canonical` serialises what it parsed and compares with what it got: that one step
  refuses duplicate keys, NaN, spaces, odd escapes and every other second spelling of a value.
* **Stock** documents of other software may hold floats and any key. `parse_strict` takes strict
  I-JSON (RFC 7493) in any spelling; `stock_jcs` gives its RFC 8785 form.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import orjson
import rfc8785

from keys.errors import NotCanonicalError

DEPTH_MAX: Final = 32
INTEGER_MAX: Final = 2**53 - 1

# What orjson would otherwise serialise on its own (dataclasses, datetimes, subclasses of str)
# has no place in signed bytes.
_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER
    | orjson.OPT_PASSTHROUGH_SUBCLASS
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
)


def jcs(value: object) -> bytes:
    """Return the canonical bytes of a value that `check_ijson` lets through.

    Raises:
        NotCanonicalError: The value is not JSON at all. Floats and non-ASCII keys are *not*
            noticed here; check values of unknown origin first.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError as error:
        raise NotCanonicalError(str(error)) from error


def check_ijson(value: object, depth: int = DEPTH_MAX) -> None:
    """Check that a value is inside our subset of I-JSON, where orjson equals RFC 8785.

    Goes level by level, so that neither depth nor size can exhaust the stack.

    Args:
        value: Anything.
        depth: How many containers may stand inside each other.

    Raises:
        NotCanonicalError: A float, a key that is not ASCII text, an integer beyond ±(2^53 - 1),
            a lone surrogate, a type that JSON does not have, or too many levels.
    """
    level: Sequence[Any] = (value,)
    for levels_left in range(depth, -1, -1):
        below: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is str:
                if not item.isascii():
                    _check_text(item)
            elif kind is dict or kind is list or kind is tuple:
                if not levels_left:
                    raise NotCanonicalError(f"more than {depth} levels")
                below.extend(_members(item) if kind is dict else item)
            else:
                _check_scalar(item)
        if not below:
            return
        level = below


def _members(item: dict[Any, Any]) -> Sequence[Any]:
    for key in item:
        if type(key) is not str or not key.isascii():
            raise NotCanonicalError("a key that is not ASCII text")
    return tuple(item.values())


def _check_scalar(item: object) -> None:
    if type(item) is int:
        if not -INTEGER_MAX <= item <= INTEGER_MAX:
            raise NotCanonicalError("an integer beyond 2^53 - 1")
    elif item is not None and type(item) is not bool:
        raise NotCanonicalError(f"{type(item).__name__} has no place in signed JSON")


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError("a lone surrogate") from error


def parse_canonical(data: bytes) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return the value of bytes that are their own canonical form.

    Raises:
        NotCanonicalError: They are not JSON, not canonical, or outside our subset.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotCanonicalError(f"not JSON: {error.msg}") from error
    check_ijson(value)
    if jcs(value) != data:
        raise NotCanonicalError("not in canonical form")
    return value


def parse_strict(data: bytes) -> Any:  # noqa: ANN401 - JSON has no narrower type
    """Return the value of a stock document: strict I-JSON (RFC 7493), any spelling.

    Raises:
        NotCanonicalError: Not UTF-8 JSON without BOM, a duplicate key, NaN or Infinity, a lone
            surrogate, an integer beyond ±(2^53 - 1), or more than 32 levels.
    """
    try:
        # orjson goes first: it is iterative where `json` would run out of stack, and refuses
        # bad UTF-8, BOMs, surrogates and constants. Only then `json`, which can see duplicates.
        _check_depth(orjson.loads(data))
    except orjson.JSONDecodeError as error:
        raise NotCanonicalError(f"not I-JSON: {error.msg}") from error
    return json.loads(
        data.decode(),
        object_pairs_hook=_object_without_duplicates,
        parse_int=_bounded_integer,
        parse_constant=_no_constant,
    )


def stock_jcs(value: object) -> bytes:
    """Return the RFC 8785 bytes of any I-JSON value, floats and all keys included.

    Raises:
        NotCanonicalError: The value is not I-JSON, or too deep.
    """
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, RecursionError) as error:
        raise NotCanonicalError(str(error)) from error


def _check_depth(value: object) -> None:
    level: list[Any] = [value]
    for _ in range(DEPTH_MAX + 1):
        containers = [item for item in level if isinstance(item, dict | list)]
        if not containers:
            return
        level = []
        for item in containers:
            level.extend(item.values() if isinstance(item, dict) else item)
    raise NotCanonicalError(f"more than {DEPTH_MAX} levels")


def _object_without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotCanonicalError("a duplicate key")
    return members


def _bounded_integer(digits: str) -> int:
    # The length is looked at first: Python's int() is quadratic, and refuses 4,300 digits.
    value = int(digits) if len(digits) <= len(str(-INTEGER_MAX)) else INTEGER_MAX + 1
    if not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise NotCanonicalError("an integer beyond 2^53 - 1")
    return value


def _no_constant(name: str) -> NoReturn:
    raise NotCanonicalError(f"{name} is not JSON")
