"""A directory that lies is not believed."""

from datetime import timedelta
from typing import Any

import pytest

from federation.directory.registrations import format_time
from federation.directory.sealing import Card, seal_endpoint
from federation.directory.watching import Seen, Watch, Watched
from federation.errors import RemoteProtocolError


@pytest.fixture
def watch(alice: Any) -> Watch:
    watch = Watch()
    watch.replace([Watched(alice.did, alice.card.card)])
    return watch


def item(planner: Any, number: int, **changed: Any) -> dict[str, Any]:
    return {
        "topic": planner.did,
        "device": planner.device.multibase,
        "state": "online",
        "record": planner.endpoint(number),
        "identity": planner.identity.value,
        **changed,
    }


def test_what_a_friend_signed_is_believed(watch: Watch, alice: Any, clock: Any) -> None:
    seen = watch.read(item(alice, 5), clock.now)

    device = alice.device.multibase
    assert seen == Seen(
        alice.did, online=True, device=device, endpoint=alice.endpoint(5), identity=alice.identity
    )


def test_a_known_record_does_not_make_somebody_online(
    watch: Watch, alice: Any, clock: Any
) -> None:
    assert watch.read(item(alice, 5, state="known"), clock.now).online is False


def refused(watch: Watch, told: object, clock: Any) -> str:
    with pytest.raises(RemoteProtocolError) as caught:
        watch.read(told, clock.now)
    return caught.value.reason


def test_an_older_record_is_refused_after_a_newer_one(
    watch: Watch, alice: Any, clock: Any
) -> None:
    watch.read(item(alice, 5), clock.now)

    assert refused(watch, item(alice, 4), clock) == "stale"


def test_another_record_of_the_same_number_is_refused(
    watch: Watch, alice: Any, clock: Any
) -> None:
    watch.read(item(alice, 5), clock.now)
    other = alice.endpoint(5, urls=["http://10.6.6.6:8100"])

    assert refused(watch, item(alice, 5, record=other), clock) == "stale"


def test_an_altered_address_is_refused(watch: Watch, alice: Any, clock: Any) -> None:
    altered = {**alice.endpoint(5), "urls": ["http://10.6.6.6:8100"]}

    assert refused(watch, item(alice, 5, record=altered), clock) == "signature"


def test_somebody_elses_record_is_refused(
    watch: Watch, alice: Any, mallory: Any, clock: Any
) -> None:
    assert refused(watch, item(mallory, 5, topic=alice.did), clock) == "person"
    assert refused(watch, item(mallory, 5), clock) == "topic"


def test_an_identity_that_does_not_list_the_device_is_refused(
    watch: Watch, alice: Any, mallory: Any, clock: Any
) -> None:
    foreign = item(alice, 5, identity=mallory.identity.value)
    alice.list_devices(mallory.device.multibase, number=2_000)

    assert refused(watch, foreign, clock) == "identity"
    assert refused(watch, item(alice, 5), clock) == "unknown_device"


def test_an_older_identity_record_does_not_bring_a_device_back(
    watch: Watch, alice: Any, mallory: Any, clock: Any
) -> None:
    before = item(alice, 9)
    alice.list_devices(mallory.device.multibase, number=2_000)
    alice.device = mallory.device
    watch.read(item(alice, 5), clock.now)

    assert refused(watch, before, clock) == "unknown_device"


def test_an_expired_record_is_refused(watch: Watch, alice: Any, clock: Any) -> None:
    clock.pass_(hours=2)

    assert refused(watch, item(alice, 5), clock) == "expired"


@pytest.mark.parametrize("told", [None, 5, {}, {"topic": 5}])
def test_an_item_of_another_form_is_refused(watch: Watch, told: object, clock: Any) -> None:
    assert refused(watch, told, clock) == "schema"


def test_a_sealed_record_is_opened_with_the_card(watch: Watch, alice: Any, clock: Any) -> None:
    sealed = seal_endpoint(alice.card, alice.endpoint(5), alice.identity, bytes(24))
    told = {"topic": sealed["by"], "device": sealed["by"], "state": "online", "record": sealed}

    seen = watch.read(told, clock.now)
    gone = watch.read({**told, "state": "offline"}, clock.now)

    assert (seen.endpoint, seen.online) == (alice.endpoint(5), True)
    assert gone == Seen(alice.did, online=False, device=alice.device.multibase)


def test_a_sealed_record_that_was_altered_or_sealed_with_another_key_is_refused(
    watch: Watch, alice: Any, mallory: Any, clock: Any
) -> None:
    sealed = seal_endpoint(alice.card, alice.endpoint(5), alice.identity, bytes(24))
    told = {"topic": sealed["by"], "state": "online"}
    foreign = seal_endpoint(mallory.card, alice.endpoint(5), alice.identity, bytes(24))

    assert refused(watch, {**told, "record": {**sealed, "number": 6}}, clock) == "signature"
    assert refused(watch, {**told, "record": foreign}, clock) == "signature"
    watch.replace([Watched(alice.did, Card(sealed["by"], bytes(32)))])
    assert refused(watch, {**told, "record": sealed}, clock) == "box"


def test_a_contact_cannot_put_somebody_else_under_their_card(
    watch: Watch, alice: Any, mallory: Any, clock: Any
) -> None:
    sealed = seal_endpoint(alice.card, mallory.endpoint(5), mallory.identity, bytes(24))

    told = {"topic": sealed["by"], "state": "online", "record": sealed}

    assert refused(watch, told, clock) == "person"


def test_the_length_of_a_box_does_not_tell_whose_it_is(alice: Any, bob: Any) -> None:
    short = seal_endpoint(alice.card, alice.endpoint(5), alice.identity, bytes(24))
    urls = ["https://planner.a-rather-long-name.example:8100"]
    long = seal_endpoint(bob.card, bob.endpoint(5, urls=urls), bob.identity, bytes(24))

    assert len(short["box"]) == len(long["box"])


def test_a_look_up_that_answers_about_somebody_else_is_refused(
    watch: Watch, alice: Any, mallory: Any, clock: Any
) -> None:
    theirs = {"records": [mallory.endpoint(5)], "identity": mallory.identity.value}
    claimed = {**theirs, **mallory.claim("mallory")}

    answers: list[dict[str, Any]] = [theirs, claimed, {}, {"records": []}, {"records": 5}]
    for asked in ({"did": alice.did}, {"handle": "alice"}, {"card": alice.card.card}):
        for answer in answers:
            with pytest.raises(RemoteProtocolError):
                watch.read_look_up(answer, clock.now, **asked)


def test_a_look_up_is_believed_when_it_fits(watch: Watch, alice: Any, clock: Any) -> None:
    answer = {"records": [alice.endpoint(5)], "identity": alice.identity.value}
    with_claim = {**answer, **alice.claim("alice")}

    by_did = watch.read_look_up(answer, clock.now, did=alice.did)
    by_handle = watch.read_look_up(with_claim, clock.now, handle="alice")

    assert by_did == by_handle
    assert by_did.endpoints == (alice.endpoint(5),)


def test_a_record_may_not_claim_to_live_for_ever(watch: Watch, alice: Any, clock: Any) -> None:
    for_ever = alice.endpoint(5, expires=format_time(clock.now + timedelta(days=9)))

    assert refused(watch, item(alice, 5, record=for_ever), clock) == "lifetime"
