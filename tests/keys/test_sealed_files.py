"""A sealed file: what comes back, and each way in which a changed one is refused."""

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.pwhash import argon2id

from keys.canonical import jcs, parse_canonical
from keys.errors import SealedFileError, WrongPassphraseError
from keys.passphrases import MEM_MAX, Cost
from keys.sealed_files import PIECE_BYTES, SealedReader, SealingWriter

CHEAP = Cost(argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN)
FORM = "some-file"
HORSE = "horse"
PIECE = PIECE_BYTES + 17


def sealed(data: bytes, passphrase: str | None = HORSE) -> bytes:
    file = io.BytesIO()
    with SealingWriter(file, FORM, passphrase, cost=CHEAP) as writer:
        for at in range(0, len(data), 10_007):
            writer.write(data[at : at + 10_007])
    return file.getvalue()


def opened(raw: bytes, passphrase: str | None = HORSE, form: str = FORM) -> bytes:
    reader = SealedReader(io.BytesIO(raw), form)
    reader.open(passphrase)
    return b"".join(iter(lambda: reader.read(8_191), b""))


@pytest.mark.parametrize(
    "size", [0, 1, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 5]
)
@pytest.mark.parametrize("passphrase", ["horse", None])
def test_what_was_written_comes_back(size: int, passphrase: str | None) -> None:
    data = bytes(at * 7 % 251 for at in range(size))

    raw = sealed(data, passphrase)

    assert opened(raw, passphrase) == data
    reader = SealedReader(io.BytesIO(raw), FORM)
    assert reader.needs_passphrase is (passphrase is not None)
    reader.open(passphrase)
    assert reader.read() == data


def test_the_same_passphrase_in_another_form_of_unicode_opens_it() -> None:
    assert opened(sealed(b"x", "Caf\u00e9"), "Cafe\u0301") == b"x"


def test_nothing_of_it_can_be_read_without_the_passphrase() -> None:
    data = b"my whole ledger " * 1000

    assert b"ledger" not in sealed(data)
    assert sealed(data) != sealed(data)


@pytest.mark.parametrize("passphrase", ["Horse", "", None])
def test_another_passphrase_opens_nothing(passphrase: str | None) -> None:
    with pytest.raises(WrongPassphraseError):
        opened(sealed(b"x"), passphrase)


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_no_bit_can_be_changed(at: int, bit: int) -> None:
    raw = bytearray(_TWO_PIECES)
    raw[at % len(raw)] ^= 1 << bit

    with pytest.raises((SealedFileError, WrongPassphraseError)):
        opened(bytes(raw))


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 10**9))
def test_a_file_that_was_cut_off_is_known_to_be(at: int) -> None:
    with pytest.raises(SealedFileError):
        opened(_TWO_PIECES[: at % len(_TWO_PIECES)])


def test_a_cut_between_two_pieces_shows() -> None:
    begin = _TWO_PIECES.index(b"\n") + 1 + 17

    with pytest.raises(SealedFileError, match="cut off"):
        opened(_TWO_PIECES[: begin + PIECE])


def test_pieces_cannot_be_swapped_repeated_or_added() -> None:
    raw = sealed(bytes(3 * PIECE_BYTES))
    begin = raw.index(b"\n") + 1 + 17
    head, first, second, third = (
        raw[:begin],
        raw[begin : begin + PIECE],
        raw[begin + PIECE : begin + 2 * PIECE],
        raw[begin + 2 * PIECE :],
    )
    assert opened(head + first + second + third) == bytes(3 * PIECE_BYTES)

    for other in (second + first + third, first + first + third, first + third):
        with pytest.raises(SealedFileError, match="changed"):
            opened(head + other)
    with pytest.raises(SealedFileError, match="behind its end"):
        opened(raw + b"x")


def test_a_piece_of_another_file_under_the_same_passphrase_does_not_fit() -> None:
    one, other = sealed(b"one"), sealed(b"two")
    at = one.index(b"\n") + 1

    with pytest.raises(WrongPassphraseError):
        opened(one[:at] + other[other.index(b"\n") + 1 :])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"v": 2}, "newer version"),
        ({"format": "other"}, "something else"),
        ({"kdf": "md5"}, "kdf"),
        ({"mem": MEM_MAX + 1}, "mem"),
        ({"ops": 0}, "ops"),
        ({"salt": "AA"}, "salt"),
        ({"salt": 5}, "salt"),
        ({"stream": "AAAA"}, "stream"),
    ],
)
def test_a_header_that_is_not_of_its_form_is_refused(change: dict[str, Any], why: str) -> None:
    raw = sealed(b"x")
    line, _, rest = raw.partition(b"\n")
    header = parse_canonical(line)
    assert isinstance(header, dict)

    with pytest.raises(SealedFileError, match=why):
        opened(jcs({**header, **change}) + b"\n" + rest)


@pytest.mark.parametrize("raw", [b"", b"\n", b"[]\n", b'{"a": 1}\n', b"x" * 5000])
def test_something_else_is_refused_at_once(raw: bytes) -> None:
    with pytest.raises(SealedFileError):
        SealedReader(io.BytesIO(raw), FORM)


def test_what_was_not_written_to_its_end_has_none() -> None:
    file = io.BytesIO()
    writer = SealingWriter(file, FORM, None)

    writer.__exit__(OSError, OSError("no room"), None)

    with pytest.raises(SealedFileError, match="cut off"):
        opened(file.getvalue(), None)


_TWO_PIECES = sealed(bytes(at % 251 for at in range(PIECE_BYTES + 300)))
