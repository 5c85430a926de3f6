"""WebFinger (RFC 7033): from a handle, a did or an actor URL to the actor. Pure."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from federation.activitypub.actor import LocalActor
from federation.errors import MalformedError
from federation.wire import ACTIVITY_JSON
from keys.multiformats import DID_PREFIX

JRD_TYPE: Final = "application/jrd+json"
RESOURCE_CHARS_MAX: Final = 2048


def describe(
    local: LocalActor, resources: Sequence[str], rels: Sequence[str] = ()
) -> dict[str, Any] | None:
    """Return the JSON resource descriptor, or None for somebody else.

    Args:
        local: Whose planner this is.
        resources: All values of the query parameter `resource`; exactly one is right.
        rels: The values of `rel`; without any, all links are returned (§4.3).

    Raises:
        MalformedError: `resource` is missing, repeated, or no absolute URI.
    """
    if len(resources) != 1 or len(resources[0]) > RESOURCE_CHARS_MAX:
        raise MalformedError("shape", "exactly one resource")
    resource = resources[0]
    scheme, colon, rest = resource.partition(":")
    if not colon or not scheme.isalnum() or not rest:
        raise MalformedError("shape", "resource is an absolute URI")
    if not _is_of(local, resource):
        return None
    links = [{"rel": "self", "type": ACTIVITY_JSON, "href": local.url}]
    return {
        "subject": f"acct:{local.username}@{local.authority}",
        "aliases": [local.url, local.me.did],
        "links": [link for link in links if not rels or link["rel"] in rels],
    }


def _is_of(local: LocalActor, resource: str) -> bool:
    if resource in {local.url, local.me.did}:
        return True
    scheme, _, address = resource.partition(":")
    if scheme.lower() != "acct":
        return False
    name, _, host = address.removeprefix("@").partition("@")
    names = {local.username.lower(), local.me.did.removeprefix(DID_PREFIX).lower()}
    hosts = {local.authority.lower(), (urlsplit(local.me.base_url()).hostname or "").lower()}
    return name.lower() in names and host.lower() in hosts
