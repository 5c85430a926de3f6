"""Data Integrity proofs: every published vector, our own events, and all that is refused."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.canonical import jcs, stock_jcs
from keys.ed25519 import SigningKey
from keys.errors import BadProofError, MisuseError, NotCanonicalError, WeakKeyError
from keys.multiformats import decode_multikey, decode_signature
from keys.proofs import (
    claimed_method,
    event_proof_hash,
    proof_config,
    sign_document,
    sign_event,
    verify_document,
    verify_event,
)

VECTORS = Path(__file__).parent.parent / "vectors"
FEP = json.loads((VECTORS / "fep-8b32.json").read_text())
W3C = json.loads((VECTORS / "vc-di-eddsa-jcs-2022.json").read_text())
PP = json.loads((VECTORS / "pp-example.json").read_text())

FEP_KEY = SigningKey(bytes.fromhex(FEP["seedHex"]))
KEY = SigningKey(b"an ordinary seed of 32 bytes, ok")
OTHER = SigningKey(b"another ordinary seed, 32 bytes.")
METHOD = "https://alice.example/actor#key"
CREATED = "2026-11-22T10:00:00Z"
CONTEXT = [
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/data-integrity/v2",
    {"pp": "https://portfolio-planner.example/ns#"},
]
ACTIVITY = {"@context": CONTEXT, "actor": "https://alice.example/actor", "type": "Create"}


def signed(**changes: Any) -> dict[str, Any]:
    return sign_document({**ACTIVITY, **changes}, KEY, METHOD, CREATED)


def with_proof(**changes: Any) -> dict[str, Any]:
    document = signed()
    document["proof"] = {
        name: value for name, value in {**document["proof"], **changes}.items() if value != "-"
    }
    return document


# --- published vectors --------------------------------------------------------------------------
@pytest.mark.parametrize("case", FEP["cases"], ids=lambda case: case["name"])
def test_fep_8b32_vectors_verify_and_one_changed_member_does_not(case: dict[str, Any]) -> None:
    verify_document(case["signed"], FEP_KEY.public, published_key_ok=True)

    changed = copy.deepcopy(case["signed"])
    changed["object"]["content"] += "!"
    with pytest.raises(BadProofError):
        verify_document(changed, FEP_KEY.public, published_key_ok=True)


@pytest.mark.parametrize("case", FEP["cases"][:2], ids=lambda case: case["name"])
def test_fep_8b32_vectors_are_signed_byte_for_byte(case: dict[str, Any]) -> None:
    proof = case["signed"]["proof"]

    ours = sign_document(case["unsigned"], FEP_KEY, FEP["verificationMethod"], FEP["created"])

    assert ours == case["signed"]
    config = proof_config(case["unsigned"]["@context"], FEP["created"], FEP["verificationMethod"])
    assert config.decode() == case["proofConfigCanonical"]
    assert stock_jcs(case["unsigned"]).decode() == case["documentCanonical"]
    hashes = event_proof_hash(config, case["documentCanonical"].encode())
    assert hashes.hex() == case["hashData"]
    assert decode_signature(proof["proofValue"]).hex() == case["signatureHex"]


@pytest.mark.parametrize("case", FEP["negative"], ids=lambda case: case["name"])
def test_fep_8b32_negatives_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadProofError):
        verify_document(case["signed"], FEP_KEY.public, published_key_ok=True)


def test_the_w3c_vector_is_made_and_verified_with_every_intermediate() -> None:
    key = FEP_KEY
    assert key.multibase == W3C["keyPair"]["publicKeyMultibase"]
    config = W3C["proofConfig"]

    ours = sign_document(W3C["unsigned"], key, config["verificationMethod"], config["created"])

    assert ours == W3C["signed"]
    assert stock_jcs(W3C["unsigned"]).decode() == W3C["canonicalDocument"]
    canonical = proof_config(config["@context"], config["created"], config["verificationMethod"])
    assert canonical.decode() == W3C["canonicalProofConfig"]
    hashes = event_proof_hash(canonical, W3C["canonicalDocument"].encode())
    assert hashes.hex() == W3C["combinedHash"] == W3C["proofHash"] + W3C["docHash"]
    assert ours["proof"]["proofValue"] == W3C["signatureBase58btc"]
    verify_document(ours, key.public, published_key_ok=True)


def test_the_example_of_our_own_wire_is_made_and_verified_both_ways() -> None:
    activity = PP["activity"]
    document = {name: value for name, value in activity.items() if name != "proof"}
    public = decode_multikey(PP["actor"]["assertionMethod"][0]["publicKeyMultibase"])
    method = activity["proof"]["verificationMethod"]

    assert jcs(document).decode() == PP["canonicalDocument"]
    proof = sign_event(
        FEP_KEY,
        jcs(document),
        context=document["@context"],
        created=activity["proof"]["created"],
        verification_method=method,
    )

    assert proof == activity["proof"]
    assert sign_document(document, FEP_KEY, method, proof["created"]) == activity
    verify_document(activity, public, published_key_ok=True)
    verify_event(
        jcs(document),
        activity["proof"],
        context=document["@context"],
        public=public,
        published_key_ok=True,
    )


def test_a_published_key_proves_nothing_outside_of_tests() -> None:
    with pytest.raises(WeakKeyError):
        verify_document(PP["activity"], FEP_KEY.public)


# --- our own events -----------------------------------------------------------------------------
def event(**changes: Any) -> tuple[bytes, dict[str, Any]]:
    document = jcs(ACTIVITY)
    proof = sign_event(KEY, document, context=CONTEXT, created=CREATED, verification_method=METHOD)
    changed = {**proof, **changes}
    return document, {name: value for name, value in changed.items() if value != "-"}


def test_an_events_proof_is_what_the_standard_makes_of_the_same_document() -> None:
    document, proof = event()

    assert signed() == {**ACTIVITY, "proof": proof}
    verify_event(document, proof, context=CONTEXT, public=KEY.public)
    verify_document({**ACTIVITY, "proof": proof}, KEY.public)


@pytest.mark.parametrize(
    "changes",
    [
        {"created": "2026-11-22T10:00:01Z"},
        {"created": "2026-11-22T10:00:00.000Z"},
        {"created": "2026-11-22T10:00:00+00:00"},
        {"created": None},
        {"created": "-"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"type": "Ed25519Signature2020"},
        {"type": ["DataIntegrityProof"]},
        {"proofPurpose": "authentication"},
        {"@context": CONTEXT[:2]},
        {"@context": "-"},
        {"verificationMethod": METHOD + "2"},
        {"verificationMethod": "-"},
        {"proofValue": "-"},
        {"proofValue": None},
        {"proofValue": "z" + "1" * 64},
        {"proofValue": ""},
        {"expires": "2030-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_an_events_proof_with_another_member_or_value_is_refused(changes: dict[str, Any]) -> None:
    document, proof = event(**changes)

    with pytest.raises(BadProofError):
        verify_event(document, proof, context=CONTEXT, public=KEY.public)


def test_an_event_whose_proof_covers_only_the_first_contexts_is_refused_by_us_alone() -> None:
    document = jcs({**ACTIVITY, "@context": CONTEXT[:2]})
    proof = sign_event(
        KEY, document, context=CONTEXT[:2], created=CREATED, verification_method=METHOD
    )

    verify_document({**ACTIVITY, "proof": proof}, KEY.public)
    with pytest.raises(BadProofError, match="repeats"):
        verify_event(document, proof, context=CONTEXT, public=KEY.public)


@pytest.mark.parametrize("proof", [None, [], "z", 1, {}])
def test_an_event_without_a_proof_is_refused(proof: object) -> None:
    with pytest.raises(BadProofError):
        verify_event(jcs(ACTIVITY), proof, context=CONTEXT, public=KEY.public)


@settings(deadline=None)
@given(st.data())
def test_an_event_with_any_changed_byte_is_refused(data: st.DataObject) -> None:
    document, proof = event()
    changed = bytearray(document)
    at = data.draw(st.integers(0, len(document) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(BadProofError):
        verify_event(bytes(changed), proof, context=CONTEXT, public=KEY.public)


def test_an_event_of_another_key_is_refused() -> None:
    document, proof = event()

    with pytest.raises(BadProofError):
        verify_event(document, proof, context=CONTEXT, public=OTHER.public)


@pytest.mark.parametrize(
    "created", ["2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00+00:00", "2026-11-22", "", "now"]
)
def test_a_time_that_verifiers_would_reformat_is_never_signed(created: str) -> None:
    with pytest.raises(MisuseError):
        sign_event(KEY, b"{}", context=CONTEXT, created=created, verification_method=METHOD)
    with pytest.raises(MisuseError):
        sign_document(ACTIVITY, KEY, METHOD, created)


# --- stock documents ----------------------------------------------------------------------------
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e9, 1e9)
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=12,
)  # fmt: skip


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=4), json_values))
def test_any_document_that_is_signed_verifies_and_not_with_another_key(
    members: dict[str, Any],
) -> None:
    document = sign_document({**members, "@context": CONTEXT}, KEY, METHOD, CREATED)

    verify_document(document, KEY.public)
    verify_document(json.loads(json.dumps(document, indent=1)), KEY.public)
    with pytest.raises(BadProofError):
        verify_document(document, OTHER.public)


def test_a_signature_member_added_after_the_proof_is_left_out() -> None:
    verify_document({**signed(), "signature": {"type": "RsaSignature2017"}}, KEY.public)


def test_contexts_appended_after_the_proof_are_left_out_and_others_refused() -> None:
    document = signed()

    document["@context"] = [*CONTEXT, "https://later.example/ns"]
    verify_document(document, KEY.public)

    for context in (CONTEXT[:2], ["https://first.example/ns", *CONTEXT], CONTEXT[::-1], None, []):
        document["@context"] = context
        with pytest.raises(BadProofError):
            verify_document(document, KEY.public)


def test_a_single_context_and_a_list_of_it_are_the_same_beginning() -> None:
    document = {"@context": [CONTEXT[0]], "type": "Note"}
    made = sign_document(document, KEY, METHOD, CREATED)

    made["@context"] = CONTEXT[0]

    verify_document(made, KEY.public)


def test_a_proof_without_context_verifies_in_both_older_forms() -> None:
    body = {"@context": CONTEXT, "type": "Note"}
    made = sign_document(body, KEY, METHOD, CREATED)
    del made["proof"]["@context"]

    verify_document(made, KEY.public)
    made["type"] = "Article"
    with pytest.raises(BadProofError):
        verify_document(made, KEY.public)


@pytest.mark.parametrize("proof", [None, [], "z", 1, {}])
def test_a_document_without_exactly_one_proof_is_refused(proof: object) -> None:
    document = {**ACTIVITY, "proof": proof}

    for read in (lambda: verify_document(document, KEY.public), lambda: claimed_method(document)):
        with pytest.raises(BadProofError):
            read()
    with pytest.raises(BadProofError):
        verify_document(ACTIVITY, KEY.public)
    with pytest.raises(BadProofError):
        verify_document({**ACTIVITY, "proof": [signed()["proof"]]}, KEY.public)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "Ed25519Signature2020"},
        {"type": "-"},
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"cryptosuite": None},
        {"proofPurpose": "authentication"},
        {"proofPurpose": ["assertionMethod"]},
        {"verificationMethod": None},
        {"verificationMethod": "-"},
        {"verificationMethod": METHOD + "2"},
        {"created": "2026-11-22T10:00:00.000Z"},
        {"created": "-"},
        {"proofValue": "-"},
        {"proofValue": "z"},
        {"proofValue": ["z"]},
        {"expires": "2030-01-01T00:00:00Z"},
        {"@context": "https://evil.example/ns"},
    ],
    ids=str,
)
def test_a_stock_proof_of_another_form_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadProofError):
        verify_document(with_proof(**changes), KEY.public)


@pytest.mark.parametrize("value", [float("nan"), 2**60, "\ud800"])
def test_a_document_without_a_canonical_form_is_refused_on_both_sides(value: object) -> None:
    with pytest.raises(NotCanonicalError):
        signed(value=value)
    with pytest.raises(BadProofError, match="I-JSON"):
        verify_document({**signed(), "value": value}, KEY.public)


@pytest.mark.parametrize("changes", [{"proof": {}}, {"signature": {}}, {"@context": CONTEXT[0]}])
def test_what_stock_software_could_not_verify_is_never_signed(changes: dict[str, Any]) -> None:
    with pytest.raises(MisuseError):
        signed(**changes)


def test_the_method_that_a_proof_claims_can_be_read_before_its_key_is_known() -> None:
    assert claimed_method(signed()) == METHOD
