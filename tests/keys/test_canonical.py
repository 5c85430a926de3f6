"""Canonical bytes: RFC 8785 by two ways that agree, and everything else refused."""

import json
import struct
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.canonical import (
    DEPTH_MAX,
    INTEGER_MAX,
    check_ijson,
    jcs,
    parse_canonical,
    parse_strict,
    stock_jcs,
)
from keys.errors import NotCanonicalError

VECTORS = json.loads((Path(__file__).parent.parent / "vectors/rfc8785-jcs.json").read_text())

integers = st.integers(-INTEGER_MAX, INTEGER_MAX)
ascii_keys = st.text(st.characters(max_codepoint=127), max_size=8)
scalars = st.none() | st.booleans() | integers | st.text(max_size=20)
ours = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(ascii_keys, inner), max_leaves=30
)
stock = st.recursive(
    scalars | st.floats(-1e15, 1e15),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=30,
)


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


class Colour(IntEnum):
    RED = 1


# --- ours ---------------------------------------------------------------------------------------
@settings(deadline=None)
@given(ours)
def test_for_all_that_is_let_through_the_fast_form_is_rfc_8785(value: Any) -> None:
    check_ijson(value)

    assert jcs(value) == rfc8785.dumps(value)


@settings(deadline=None)
@given(ours)
def test_a_value_survives_the_way_to_bytes_and_back(value: Any) -> None:
    assert parse_canonical(jcs(value)) == value


@settings(deadline=None)
@given(ours, st.data())
def test_changed_bytes_are_refused_or_are_the_canonical_form_of_another_value(
    value: Any, data: st.DataObject
) -> None:
    raw = bytearray(jcs(value))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))

    try:
        parsed = parse_canonical(bytes(raw))
    except NotCanonicalError:
        return

    assert rfc8785.dumps(parsed) == bytes(raw)
    assert parsed != value


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_refused_with_the_one_error(data: bytes) -> None:
    for parse in (parse_canonical, parse_strict):
        try:
            parse(data)
        except NotCanonicalError:
            continue


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b' {"a":1}',
        b'{"a":1}\n',
        b'{"a":1}{"a":1}',
        b'"\\u0041"',
        b'"\\/"',
        b'"\\u00e9"',
        b'"\\ud800"',
        b'"\\u001F"',
        b'{"\xc3\xa9":1}',
        b"1.0",
        b"1.5",
        b"1e2",
        b"-0",
        b"01",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"NaN",
        b"Infinity",
        b"[-Infinity]",
        b"\xef\xbb\xbf{}",
        b'"\xff"',
        b'"\xed\xa0\x80"',
        '"a"'.encode("utf-16"),
        b"[1,2,]",
        b"'a'",
        b"",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_bytes_that_are_not_their_own_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse_canonical(data)


@pytest.mark.parametrize(
    "value",
    [
        0.0,
        1.5,
        float("nan"),
        INTEGER_MAX + 1,
        -INTEGER_MAX - 1,
        10**5000,
        "\ud800",
        ["\udfff"],
        {"a": "x\ud800"},
        {"é": 1},
        {1: 2},
        {None: 1},
        b"bytes",
        {1, 2},
        object(),
        datetime(2026, 1, 1, tzinfo=UTC),
        Colour.RED,
        type("Text", (str,), {})("a"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_outside_our_subset_are_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        check_ijson(value)


@pytest.mark.parametrize("value", [INTEGER_MAX, -INTEGER_MAX, 0, True, None, "é😂", (), {"a": ()}])
def test_values_at_the_edge_of_our_subset_are_let_through(value: Any) -> None:
    check_ijson(value)

    assert jcs(value) == rfc8785.dumps(value)


def test_as_many_levels_as_the_limit_are_let_through_and_one_more_is_refused() -> None:
    check_ijson(nested(DEPTH_MAX))
    assert parse_canonical(jcs(nested(DEPTH_MAX))) == nested(DEPTH_MAX)
    assert parse_strict(jcs(nested(DEPTH_MAX))) == nested(DEPTH_MAX)

    for refuse in (check_ijson, lambda value: parse_canonical(jcs(value))):
        with pytest.raises(NotCanonicalError, match="levels"):
            refuse(nested(DEPTH_MAX + 1))
    with pytest.raises(NotCanonicalError, match="levels"):
        parse_strict(jcs({"a": nested(DEPTH_MAX)}))
    with pytest.raises(NotCanonicalError, match="2 levels"):
        check_ijson({"a": [{}]}, depth=2)


@pytest.mark.parametrize("refuse", [check_ijson, jcs, stock_jcs])
def test_a_value_nested_beyond_all_measure_is_refused_without_exhausting_the_stack(
    refuse: Any,
) -> None:
    with pytest.raises(NotCanonicalError):
        refuse(nested(100_000))


@pytest.mark.parametrize(
    "value", [{1: 2}, object(), datetime(2026, 1, 1, tzinfo=UTC), 2**53, "\ud800", b""]
)
def test_the_fast_form_refuses_what_is_no_json_even_unchecked(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        jcs(value)


# --- stock --------------------------------------------------------------------------------------
@pytest.mark.parametrize("file", VECTORS["files"], ids=lambda file: file["name"])
def test_published_files_have_their_published_form(file: dict[str, str]) -> None:
    value = parse_strict(file["input"].encode())

    assert stock_jcs(value).hex() == file["canonicalHex"]
    assert stock_jcs(value) == file["canonical"].encode()


def test_published_numbers_have_their_published_form() -> None:
    lines = VECTORS["es6numbers"]["lines"]
    text = "".join(f"{bits},{expected}\n" for bits, expected in lines)
    assert sha256(text.encode()).hexdigest() == VECTORS["es6numbers"]["sha256OfFirst"]["1000"]

    for bits, expected in lines:
        (number,) = struct.unpack(">d", bytes.fromhex(bits.rjust(16, "0")))
        assert stock_jcs(number) == expected.encode()


@settings(deadline=None)
@given(stock)
def test_a_stock_document_is_read_whatever_its_spelling(value: Any) -> None:
    assert parse_strict(json.dumps(value, indent=1).encode()) == value
    assert parse_strict(orjson.dumps(value)) == value
    assert stock_jcs(parse_strict(stock_jcs(value))) == stock_jcs(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"x":[{"a":1,"b":2,"a":1}]}',
        b"NaN",
        b"[Infinity]",
        b"-Infinity",
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'{"\\ud800":1}',
        b"9007199254740992",
        b"-9007199254740992",
        b"100000000000000000000",
        b"1" * 5000,
        b"-" + b"9" * 5000,
        b"1e400",
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-32-le"),
        b'"\xff"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b'"\x01"',
        b"{'a':1}",
        b"[1,]",
        b"{} {}",
        b"",
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"[" * 900 + b"]" * 900,
    ],
    ids=lambda data: repr(data[:24]),
)
def test_stock_documents_that_are_not_strict_i_json_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse_strict(data)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", {1: 1}, object()])
def test_values_without_an_rfc_8785_form_are_refused(value: Any) -> None:
    with pytest.raises(NotCanonicalError):
        stock_jcs(value)
