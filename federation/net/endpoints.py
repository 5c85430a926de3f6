"""Endpoint records: where a device can be reached, said by the device itself.

    {"type": "endpoint", "by", "person", "number", "urls": […], "spki"?, "private"?, "expires",
     "sig"}

The newest number counts. `expires` bounds how long a directory gives it out; a peer that knows
nothing newer goes on trying the last known addresses. `private` asks those who have it to hand it
on to nobody: other members of a document then reach that planner through its owner only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from federation.errors import MalformedError
from federation.guard import BlockedError, check_url
from federation.wire import limit
from keys.identity import DeviceKey, next_number
from keys.multiformats import is_digest
from keys.purposes import sign_value

ENDPOINT: Final = "endpoint"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a device says that it is. `value` is the record as signed."""

    person: str
    device: str
    number: int
    urls: tuple[str, ...]
    spki: str | None
    value: Mapping[str, Any] = field(repr=False, compare=False)


def rfc3339(at: datetime) -> str:
    """Return a time as RFC 3339 in UTC with whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def sign_endpoint(
    key: DeviceKey,
    person: str,
    *,
    urls: Sequence[str],
    spki: str | None,
    highest_seen: int,
    now: datetime,
    private: bool = False,
) -> Endpoint:
    """Return a new endpoint record of this device."""
    value: dict[str, Any] = {
        "type": ENDPOINT,
        "by": key.multibase,
        "person": person,
        "number": next_number(now, highest_seen),
        "urls": list(urls),
        "expires": rfc3339(now + timedelta(seconds=limit("endpoint_lifetime"))),
    }
    if spki is not None:
        value["spki"] = spki
    if private:
        value["private"] = True
    return parse_endpoint(sign_value(key, ENDPOINT, value))


def parse_endpoint(value: Mapping[str, Any]) -> Endpoint:
    """Return the endpoint of a record whose signature was verified; checks the rest.

    Raises:
        MalformedError: An address or the pin is not of its form.
    """
    urls, spki = value.get("urls"), value.get("spki")
    if not isinstance(urls, list) or len(urls) > limit("endpoint_urls"):
        raise MalformedError("record", "urls is a short list")
    if spki is not None and not is_digest(spki):
        raise MalformedError("record", "spki is a digest")
    try:
        for url in urls:
            check_url(url if isinstance(url, str) else "")
    except BlockedError as error:
        raise MalformedError("record", "an address is not of http or https") from error
    return Endpoint(value["person"], value["by"], value["number"], tuple(urls), spki, value)
