"""Times that cannot be right, and those that are only late."""

from datetime import UTC, datetime

import pytest

from federation.log.clocks import is_off, latest

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
GRANTED = "2026-11-20T10:00:00Z"
EARLIEST = "2026-11-19T10:00:00Z"
NO_DAY = "2026-02-31T10:00:00Z"


@pytest.mark.parametrize(
    "published",
    [
        "2026-11-22T10:00:00Z",
        "2026-11-23T10:00:00Z",
        "2026-11-20T09:00:00Z",
        "2026-11-19T10:00:00Z",
    ],
)
def test_a_time_within_a_day_of_what_is_certain_is_believed(published: str) -> None:
    assert not is_off(published, latest(NOW), GRANTED)


@pytest.mark.parametrize(
    "published",
    [
        "2026-11-23T10:00:01Z",
        "9999-01-01T00:00:00Z",
        "2026-11-19T09:59:59Z",
        "2026-02-31T10:00:00Z",
    ],
)
def test_a_time_more_than_a_day_after_now_or_before_the_right_to_write_is_off(
    published: str,
) -> None:
    assert is_off(published, latest(NOW), GRANTED)


def test_what_waited_long_is_not_off() -> None:
    assert not is_off("2020-01-01T00:00:00Z", latest(NOW), None)
    assert not is_off("2026-11-20T10:00:00Z", latest(datetime(2027, 1, 1, tzinfo=UTC)), GRANTED)
