"""What everybody may read of a planner: actor, WebFinger, NodeInfo, empty collections."""

from urllib.parse import quote

import aiohttp
import pytest

from keys.canonical import jcs
from keys.identity import parse_identity_record
from tests.federation.activitypub.sides import SOMEBODY_ELSE, Planner

ACTIVITY = "application/activity+json"


@pytest.mark.parametrize(
    "accept",
    [
        ACTIVITY,
        'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
        "text/html, */*;q=0.8",
        None,
    ],
)
async def test_the_actor_is_served_as_activity_json(
    planner: Planner, http: aiohttp.ClientSession, accept: str | None
) -> None:
    headers = {} if accept is None else {"Accept": accept}

    async with http.get(planner.stock.local.url, headers=headers) as response:
        assert response.status == 200
        assert response.content_type == ACTIVITY
        assert response.headers["Vary"] == "Accept"
        assert (await response.json(content_type=None))["id"] == planner.stock.local.url


async def test_the_actor_is_not_served_as_a_page(
    planner: Planner, http: aiohttp.ClientSession
) -> None:
    async with http.get(planner.stock.local.url, headers={"Accept": "text/html"}) as response:
        assert response.status == 406
        assert response.headers["Vary"] == "Accept"


async def test_nobody_else_lives_here(planner: Planner, http: aiohttp.ClientSession) -> None:
    other = planner.stock.local.url.replace(planner.me.did, SOMEBODY_ELSE)

    async with http.get(other) as response:
        assert response.status == 404


async def test_the_actor_document_proves_itself(
    planner: Planner, http: aiohttp.ClientSession
) -> None:
    """The embedded record is signed by the did and lists the key of the actor."""
    async with http.get(planner.stock.local.url) as response:
        actor = await response.json(content_type=None)

    record = parse_identity_record(jcs(actor["pp:identityRecord"]))
    methods = actor["assertionMethod"]

    assert actor["type"] == "Person"
    assert actor["preferredUsername"] == "alice"
    assert actor["alsoKnownAs"] == [planner.me.did] == [record.did]
    assert [method["publicKeyMultibase"] for method in methods] == list(record.devices)
    assert [method["id"] for method in methods] == [
        f"{actor['id']}#{device}" for device in record.devices
    ]
    assert {method["controller"] for method in methods} == {actor["id"]}
    assert actor["publicKey"]["id"] == f"{actor['id']}#main-key"
    assert actor["pp:spki"] == "uEiSpki"


@pytest.mark.parametrize("path", ["outbox", "followers"])
async def test_collections_are_valid_and_show_nothing(
    planner: Planner, http: aiohttp.ClientSession, path: str
) -> None:
    url = f"{planner.base}/u/{planner.me.did}/{path}"

    async with http.get(url) as response:
        collection = await response.json(content_type=None)

    assert collection["id"] == url
    assert collection["type"] == "OrderedCollection"
    assert collection["totalItems"] == len(collection["orderedItems"]) == 0


async def test_an_event_is_not_served_to_a_stranger(
    planner: Planner, http: aiohttp.ClientSession
) -> None:
    async with http.get(planner.stock.local.event_url("01JD0000000000000000000007")) as response:
        assert response.status == 404


async def test_webfinger_finds_the_person_under_each_of_their_names(
    planner: Planner, http: aiohttp.ClientSession
) -> None:
    authority = planner.stock.local.authority
    names = [
        f"acct:alice@{authority}",
        f"acct:ALICE@{authority.upper()}",
        f"acct:{planner.me.did.removeprefix('did:key:')}@{authority}",
        planner.stock.local.url,
        planner.me.did,
    ]

    for name in names:
        async with http.get(_webfinger(planner, f"resource={quote(name, safe='')}")) as response:
            assert response.status == 200, name
            assert response.content_type == "application/jrd+json"
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            found = await response.json(content_type=None)
        assert found["subject"] == f"acct:alice@{authority}"
        assert [link["href"] for link in found["links"]] == [planner.stock.local.url]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("resource=acct:bob@{authority}", 404),
        ("resource=acct:alice@example.org", 404),
        ("resource=https://example.org/u/alice", 404),
        ("", 400),
        ("resource=", 400),
        ("resource=alice", 400),
        ("resource=acct:alice@{authority}&resource=acct:bob@{authority}", 400),
        ("resource=acct:" + "a" * 2048, 400),
    ],
)
async def test_webfinger_knows_nobody_else(
    planner: Planner, http: aiohttp.ClientSession, query: str, status: int
) -> None:
    url = _webfinger(planner, query.format(authority=planner.stock.local.authority))

    async with http.get(url) as response:
        assert response.status == status


async def test_webfinger_leaves_out_links_that_were_not_asked_for(
    planner: Planner, http: aiohttp.ClientSession
) -> None:
    name = f"resource=acct:alice@{planner.stock.local.authority}"

    async with http.get(_webfinger(planner, f"{name}&rel=avatar")) as response:
        assert (await response.json(content_type=None))["links"] == []
    async with http.get(_webfinger(planner, f"{name}&rel=avatar&rel=self")) as response:
        assert len((await response.json(content_type=None))["links"]) == 1


async def test_nodeinfo_is_found_and_tells_little(
    planner: Planner, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{planner.base}/.well-known/nodeinfo") as response:
        [link] = (await response.json())["links"]
    async with http.get(link["href"]) as response:
        assert link["rel"] in response.headers["Content-Type"]
        info = await response.json(content_type=None)

    assert info["version"] == "2.1"
    assert info["software"] == {"name": "portfolio-planner", "version": "0.1.0"}
    assert info["protocols"] == ["activitypub"]
    assert info["usage"] == {"users": {"total": 1}}


def _webfinger(planner: Planner, query: str) -> str:
    return f"{planner.base}/.well-known/webfinger?{query}"
