"""Which JSON-LD contexts a stock document may have, so that plain JSON means what it says.

We read ActivityStreams documents as JSON, by member name. That is right only while their
`@context` gives those names their standard meaning, so it may list well-known documents, and
define further terms inline, but never give a standard term another meaning
(CVE-2022-24307, CVE-2026-50128). JSON-LD keywords that restructure a document (`@graph`,
`@reverse`, `@included`) are refused wherever they stand (CVE-2026-42462, CVE-2026-46349).
Nothing is ever fetched to find out what a context holds.
"""

from typing import Any, Final

from federation.errors import MalformedError
from federation.wire import CONTEXT, limit

AS_CONTEXT: Final = "https://www.w3.org/ns/activitystreams"
PP_PREFIX: Final = {"pp": "https://portfolio-planner.example/ns#"}
ACTOR_CONTEXT: Final = (
    AS_CONTEXT,
    "https://www.w3.org/ns/did/v1",
    "https://w3id.org/security/multikey/v1",
    "https://w3id.org/security/v1",
    PP_PREFIX,
)
KNOWN_CONTEXTS: Final = frozenset(
    {
        *(entry for entry in (*CONTEXT, *ACTOR_CONTEXT) if isinstance(entry, str)),
        "https://w3id.org/security/data-integrity/v1",
        "https://w3id.org/identity/v1",
        "https://www.w3.org/ns/cid/v1",
        "https://purl.archive.org/socialweb/webfinger",
        "https://purl.archive.org/miscellany",
        "https://gotosocial.org/ns",
        "http://joinmastodon.org/ns",
        "https://join-lemmy.org/context.json",
        "http://schema.org/",
        "https://w3id.org/fep/5711",
        "https://w3id.org/fep/ef61",
    }
)
# ActivityStreams 2.0, its security extensions and did-core: names we or others act upon.
STANDARD_TERMS: Final = frozenset(
    """
    as xsd ldp vcard id type
    Accept Activity IntransitiveActivity Add Announce Application Arrive Article Audio Block
    Collection CollectionPage Relationship Create Delete Dislike Document Event Follow Flag Group
    Ignore Image Invite Join Leave Like Link Mention Note Object Offer OrderedCollection
    OrderedCollectionPage Organization Page Person Place Profile Question Reject Remove Service
    TentativeAccept TentativeReject Tombstone Undo Update Video View Listen Read Move Travel
    IsFollowing IsFollowedBy IsContact IsMember subject relationship actor attributedTo attachment
    bcc bto cc context current first generator icon image inReplyTo items instrument orderedItems
    last location next object oneOf anyOf closed origin accuracy prev preview replies result
    audience partOf tag target to url altitude content contentMap name nameMap duration endTime
    height href hreflang latitude longitude mediaType published radius rel startIndex startTime
    summary summaryMap totalItems units updated width describes formerType deleted inbox outbox
    following followers streams preferredUsername endpoints uploadMedia proxyUrl liked
    oauthAuthorizationEndpoint oauthTokenEndpoint provideClientKey signClientKey sharedInbox Public
    source likes shares alsoKnownAs
    sec proof DataIntegrityProof cryptosuite proofPurpose proofValue verificationMethod created
    creator signature signatureValue RsaSignature2017 assertionMethod authentication controller
    owner publicKey publicKeyPem publicKeyMultibase CryptographicKey Key Multikey digestMultibase
    capabilityDelegation capabilityInvocation keyAgreement expires nonce domain challenge
    """.split()  # noqa: SIM905 - a hundred quoted words would be harder to read
)


def check_names(document: object) -> None:
    """Check every member name and every `@context` of a parsed stock document.

    Raises:
        MalformedError: `jsonld_keyword` for a keyword other than `@context`; `context` for one
            that is unknown or gives a standard term another meaning.
    """
    rest = [document]
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            rest.extend(value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                if name == "@context":
                    check_context(inner)
                elif name.startswith("@"):
                    raise MalformedError("jsonld_keyword", name[:40])
                else:
                    rest.append(inner)


def check_context(context: object) -> None:
    """Check one `@context`: known documents, and inline terms that are not standard ones.

    Raises:
        MalformedError: `context`.
    """
    entries = context if isinstance(context, list) else [context]
    if not entries:
        raise MalformedError("context", "empty")
    for entry in entries:
        if isinstance(entry, dict):
            _check_terms(entry)
        elif not isinstance(entry, str) or entry not in KNOWN_CONTEXTS:
            raise MalformedError("context", "not a known document")


def _check_terms(terms: dict[str, Any]) -> None:
    if len(terms) > limit("context_terms"):
        raise MalformedError("context", "too many terms")
    for term, definition in terms.items():
        if term.startswith("@") or term in STANDARD_TERMS:
            raise MalformedError("context", "a standard term is defined anew")
        if term in PP_PREFIX and definition != PP_PREFIX[term]:
            raise MalformedError("context", "the pp prefix is defined anew")
        if not isinstance(definition, str) and not _is_plain_definition(definition):
            raise MalformedError("context", "a term has no plain definition")


def _is_plain_definition(definition: object) -> bool:
    return (
        isinstance(definition, dict)
        and definition.keys() <= {"@id", "@type", "@container"}
        and all(isinstance(value, str) for value in definition.values())
    )
