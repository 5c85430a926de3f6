"""Collections of ids, and the digest by which two servers compare theirs (FEP-8fcf). Pure."""

from collections.abc import Sequence
from functools import reduce
from hashlib import sha256
from operator import xor
from typing import Any, Final

from federation.activitypub.contexts import AS_CONTEXT

DIGEST_BYTES: Final = 32


def ordered_collection(url: str, members: Sequence[str]) -> dict[str, Any]:
    """Return an OrderedCollection (ActivityStreams 2.0 §5) on one page."""
    return {
        "@context": AS_CONTEXT,
        "id": url,
        "type": "OrderedCollection",
        "totalItems": len(members),
        "orderedItems": list(members),
    }


def collection_digest(members: Sequence[str]) -> str:
    """Return the digest of a collection whatever its order: XOR of SHA-256 of each id, as hex."""
    hashes = (int.from_bytes(sha256(member.encode()).digest(), "big") for member in members)
    return reduce(xor, hashes, 0).to_bytes(DIGEST_BYTES, "big").hex()
