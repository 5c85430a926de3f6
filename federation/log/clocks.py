"""Wall times: shown to people, deciding nothing; so an author's wrong clock is only pointed out.

An event may arrive long after it was written, so an old time alone says nothing. Certain are: it
was not written after it arrived here, and not before the grant that it cites was.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

RFC3339: Final = "%Y-%m-%dT%H:%M:%SZ"
CLOCK_OFF: Final = timedelta(hours=24)
"""A clock that is off by more is pointed out (PROTOCOL §3)."""


def latest(now: datetime) -> str:
    """Return the latest time that an event which arrives now can bear."""
    return (now + CLOCK_OFF).astimezone(UTC).strftime(RFC3339)


def is_off(published: str, latest_: str, granted: str | None) -> bool:
    """Say whether an event's time is off by more than a day.

    Args:
        published: The time that the event bears, RFC 3339 in UTC, to the second.
        latest_: What `latest` said when it arrived.
        granted: The time of the grant that it cites, where one is known.
    """
    if published > latest_:  # text order is time order
        return True
    if granted is None or published >= granted:
        return False
    try:
        return _moment(granted) - _moment(published) > CLOCK_OFF
    except ValueError:  # the 31st of February
        return True


def _moment(text: str) -> datetime:
    return datetime.strptime(text, RFC3339).replace(tzinfo=UTC)
