"""Token buckets: how fast one key may ask, and what counts as one key."""

from federation.buckets import Buckets, site_of


def test_a_burst_is_let_through_and_then_the_rate() -> None:
    buckets = Buckets(rate=2, burst=3)

    at_once = [buckets.take("a", 0.0) for _ in range(4)]
    later = [buckets.take("a", 0.5), buckets.take("a", 0.5)]

    assert at_once == [0.0, 0.0, 0.0, 0.5]
    assert later == [0.0, 0.5]


def test_one_key_costs_another_nothing() -> None:
    buckets = Buckets(rate=1, burst=1)
    buckets.take("a", 0.0)

    assert buckets.take("b", 0.0) == 0.0
    assert buckets.take("a", 0.0) > 0.0


def test_a_clock_that_goes_back_gives_nothing_away() -> None:
    buckets = Buckets(rate=1, burst=1)
    buckets.take("a", 100.0)

    assert buckets.take("a", 0.0) == 1.0


def test_no_more_keys_are_remembered_than_allowed() -> None:
    buckets = Buckets(rate=1, burst=1, keys_max=2)

    for key in ("a", "b", "c"):
        buckets.take(key, 0.0)

    assert buckets.take("a", 0.0) == 0.0
    assert buckets.take("c", 0.0) > 0.0


def test_the_addresses_of_one_ipv6_customer_count_as_one() -> None:
    assert site_of("2001:db8:1:2::5") == site_of("2001:db8:1:2:ffff::1")
    assert site_of("fe80::1%eth0") == site_of("fe80::2%eth0")


def test_other_addresses_count_for_themselves() -> None:
    assert site_of("2001:db8:1:2::5") != site_of("2001:db8:1:3::5")
    assert site_of("192.0.2.1") != site_of("192.0.2.2")
    assert site_of("unix socket") == "unix socket"
