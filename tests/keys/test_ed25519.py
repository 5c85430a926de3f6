"""Ed25519: strict verification, keys that must not be trusted, secrets that stay in."""

import ast
import copy
import json
import pickle
from pathlib import Path

import pytest

from keys.ed25519 import PUBLISHED_KEYS, Framed, SigningKey, check_key, sign, verify
from keys.errors import BadKeyError, BadSignatureError, MisuseError, WeakKeyError

SPECCHECK = json.loads(
    (Path(__file__).parent.parent / "vectors/ed25519-speccheck.json").read_text()
)
# RFC 8032 §7.1 tests 1, 2, 3, 1024 and SHA(abc).
RFC_8032_SEEDS = [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
]
# Encodings of the points of order 1, 2, 4 and 8, with non-canonical twins (eprint 2020/1244).
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]
ORDER = 2**252 + 27742317777372353535851937790883648493
KEY = SigningKey(b"an ordinary seed of 32 bytes, ok")


@pytest.mark.parametrize(
    ("case", "expected"), list(zip(SPECCHECK["cases"], SPECCHECK["expectPyNaCl"], strict=True))
)
def test_speccheck_signatures_verify_only_where_a_strict_verifier_says_so(
    case: dict[str, str],
    expected: bool,  # noqa: FBT001 - a column of the table
) -> None:
    parts = [bytes.fromhex(case[name]) for name in ("pub_key", "message", "signature")]

    if expected:
        verify(*parts)
    else:
        with pytest.raises(BadSignatureError):
            verify(*parts)


def test_the_first_signature_of_rfc_8032_is_made_and_verified() -> None:
    key = SigningKey(bytes.fromhex(RFC_8032_SEEDS[0]))
    expected = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )

    assert sign(key, Framed(b"")).hex() == expected
    verify(key.public, b"", bytes.fromhex(expected), published_key_ok=True)


@pytest.mark.parametrize("seed", RFC_8032_SEEDS)
def test_a_key_whose_secret_is_published_is_refused_unless_asked_for(seed: str) -> None:
    key = SigningKey(bytes.fromhex(seed))
    signature = sign(key, Framed(b"x"))

    verify(key.public, b"x", signature, published_key_ok=True)
    check_key(key.public, published_key_ok=True)
    assert key.public in PUBLISHED_KEYS
    with pytest.raises(WeakKeyError, match="published"):
        verify(key.public, b"x", signature)
    with pytest.raises(WeakKeyError, match="published"):
        check_key(key.public)


@pytest.mark.parametrize("encoding", SMALL_ORDER)
def test_a_key_of_small_order_is_refused(encoding: str) -> None:
    with pytest.raises(WeakKeyError):
        check_key(bytes.fromhex(encoding), published_key_ok=True)


@pytest.mark.parametrize("public", [b"", bytes(31), bytes(33), b"\x02" + bytes(31), b"\xff" * 32])
def test_what_is_no_point_of_the_curve_is_refused(public: bytes) -> None:
    with pytest.raises(WeakKeyError):
        check_key(public)


def test_an_ordinary_key_is_accepted() -> None:
    check_key(KEY.public)

    verify(KEY.public, b"x", sign(KEY, Framed(b"x")))


def test_the_malleable_twin_of_a_signature_is_refused() -> None:
    signature = sign(KEY, Framed(b"x"))
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    twin = signature[:32] + scalar.to_bytes(32, "little")

    with pytest.raises(BadSignatureError):
        verify(KEY.public, b"x", twin)


@pytest.mark.parametrize("bit", range(0, 512, 37))
def test_a_signature_with_one_changed_bit_is_refused(bit: int) -> None:
    signature = bytearray(sign(KEY, Framed(b"x")))
    signature[bit // 8] ^= 1 << (bit % 8)

    with pytest.raises(BadSignatureError):
        verify(KEY.public, b"x", bytes(signature))


@pytest.mark.parametrize(("key", "signature"), [(31, 64), (33, 64), (32, 63), (32, 65), (0, 0)])
def test_keys_and_signatures_of_another_length_are_refused(key: int, signature: int) -> None:
    with pytest.raises(BadSignatureError):
        verify(bytes(key), b"", bytes(signature))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadKeyError):
        SigningKey(bytes(length))


def test_a_wiped_key_signs_no_more_and_keeps_nothing() -> None:
    key = SigningKey(bytes(range(32)))
    held = key._secret

    key.wipe()
    key.wipe()

    assert held == b""
    with pytest.raises(MisuseError):
        sign(key, Framed(b"x"))


def test_a_secret_is_neither_shown_nor_copied() -> None:
    seed = bytes(range(32))
    key = SigningKey(seed)

    for text in (repr(key), str(key), f"{key}"):
        assert seed.hex() not in text
        assert key.multibase in text
    for copying in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(MisuseError):
            copying(key)


def test_no_class_signs_bytes_of_a_callers_choice() -> None:
    public = {name for name in dir(SigningKey) if not name.startswith("_")}

    assert public == {"multibase", "public", "wipe"}


def test_only_the_modules_that_frame_messages_sign() -> None:
    root = Path(__file__).parents[2]
    signers = {
        path.relative_to(root).as_posix()
        for package in ("keys", "federation", "portfolio")
        for path in (root / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "keys.ed25519"
        for name in node.names
        if name.name == "sign"
    }

    assert signers == {
        "keys/http_signatures.py",
        "keys/proofs.py",
        "keys/purposes.py",
        "keys/stock_signatures.py",
    }
