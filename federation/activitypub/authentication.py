"""Who sent a stock activity: a Data Integrity proof first, an HTTP signature else.

Every function returns only when it is convinced and raises otherwise; there is no flag that a
caller could forget to look at. A proof decides alone: a bad one is not saved by a good HTTP
signature beside it (FEP-8b32), and only a proof lets an activity have an effect, because only
it can be shown to others later. Keys come from the actor's own document; a guest's keys are
those pinned when the idea was shared, looked up afresh once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from federation.activitypub.activity import StockActivity
from federation.activitypub.fetcher import Fetcher
from federation.activitypub.guests import Guest
from federation.errors import UnauthenticError
from federation.guard import BlockedError, check_url
from keys.errors import BadHttpSignatureError, BadProofError, StaleSignatureError, WeakKeyError
from keys.http_signatures import check_fresh
from keys.proofs import claimed_method, verify_document
from keys.stock_signatures import StockRequest, read_stock_request, verify_stock_request


@dataclass(frozen=True, slots=True)
class Sender:
    """The actor who sent an activity, proven.

    `has_proof` tells that a proof, not only the request's signature, says so. `new_keys` are
    those that the guest has now instead of the pinned ones.
    """

    actor: str
    has_proof: bool
    new_keys: Mapping[str, bytes] | None = None


async def authenticate(
    activity: StockActivity,
    request: StockRequest,
    *,
    known: Sequence[Guest],
    fetcher: Fetcher,
    now: datetime,
) -> Sender:
    """Return who sent an activity.

    Args:
        activity: As parsed; its claims are checked here.
        request: As it arrived.
        known: The actor as a guest, with its pinned keys; empty for a stranger.
        fetcher: Looks up the keys of actors.
        now: For the window of HTTP signatures; the date in a proof decides nothing.

    Raises:
        UnauthenticError: `unsigned`, `bad_proof`, `bad_signature`, `weak_key`,
            `signer_mismatch`, `key_changed`, `clock`, or a reason of `Fetcher.actor`.
        RefusedError: `busy`: too many unknown actors.
    """
    try:
        if activity.has_proof:
            return await _by_proof(activity, known, fetcher)
        if request.headers.get("Signature-Input") and request.headers.get("Signature"):
            return await _by_signature(activity, request, fetcher, now)
    except BadProofError as error:
        raise UnauthenticError("bad_proof", str(error)) from error
    except WeakKeyError as error:
        raise UnauthenticError("weak_key", str(error)) from error
    except StaleSignatureError as error:
        raise UnauthenticError("clock", str(error)) from error
    except BadHttpSignatureError as error:
        raise UnauthenticError("bad_signature", str(error)) from error
    raise UnauthenticError("unsigned")


async def _by_proof(activity: StockActivity, known: Sequence[Guest], fetcher: Fetcher) -> Sender:
    method = claimed_method(activity.value)
    _check_origin(method, activity.actor)
    pinned = known[0] if known else None
    if pinned is None:
        actor = await fetcher.actor(activity.actor)
        await _verify(activity, actor.proof_keys.get(method))
        return Sender(activity.actor, has_proof=True)
    if method in pinned.keys:
        try:
            await _verify(activity, pinned.keys[method])
        except BadProofError:
            if pinned.keys_renewed:
                raise
        else:
            return Sender(activity.actor, has_proof=True)
    if pinned.keys_renewed:
        raise UnauthenticError("key_changed")
    fresh = await fetcher.actor(activity.actor, fresh=True)
    await _verify(activity, fresh.proof_keys.get(method))
    return Sender(activity.actor, has_proof=True, new_keys=fresh.proof_keys)


async def _by_signature(
    activity: StockActivity, request: StockRequest, fetcher: Fetcher, now: datetime
) -> Sender:
    call = read_stock_request(request)
    check_fresh(call.created, now, expires=call.expires)
    _check_origin(call.keyid, activity.actor)
    public = (await fetcher.actor(activity.actor)).http_keys.get(call.keyid)
    if public is None:
        raise UnauthenticError("signer_mismatch")
    verify_stock_request(call, public)
    return Sender(activity.actor, has_proof=False)


async def _verify(activity: StockActivity, public: bytes | None) -> None:
    if public is None:
        raise UnauthenticError("signer_mismatch", "the actor does not list this key")
    await asyncio.to_thread(verify_document, activity.value, public)


def _check_origin(key_id: str, actor: str) -> None:
    """A key of another server is refused before anything is fetched for it."""
    try:
        same = check_url(key_id).origin == check_url(actor).origin
    except BlockedError as error:
        raise UnauthenticError("signer_mismatch", str(error)) from error
    if not same:
        raise UnauthenticError("signer_mismatch", "the key is of another server")
