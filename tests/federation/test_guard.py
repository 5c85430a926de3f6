"""What may be dialled: the table of addresses, the form of URLs, the filter at connect time."""

import ipaddress
import json
import socket
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from federation.guard import (
    BlockedError,
    DialPolicy,
    Source,
    attached_networks,
    check_url,
    guarded_connector,
    is_private_address,
    is_public_address,
)

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/ssrf-addresses.json").read_text())
STRANGER = DialPolicy(Source.STRANGER)
HOME_NETWORK = ipaddress.ip_network("192.168.7.0/24")
RECORD = DialPolicy(Source.RECORD, attached=lambda: (HOME_NETWORK,))


@pytest.mark.parametrize("ip", VECTORS["block"] + VECTORS["python311_is_global_wrongly_true"])
def test_no_special_purpose_address_is_public(ip: str) -> None:
    assert not is_public_address(ip)
    assert not STRANGER.allows(ip, 443)


@pytest.mark.parametrize("ip", VECTORS["allow"])
def test_addresses_of_the_internet_are_public(ip: str) -> None:
    assert is_public_address(ip)
    assert STRANGER.allows(ip, 443)


@pytest.mark.parametrize("url", VECTORS["blockUrls"])
def test_tricky_urls_are_not_dialled(url: str) -> None:
    with pytest.raises(BlockedError):
        STRANGER.check(url)


@given(st.ip_addresses(v=4).filter(lambda ip: not is_public_address(ip)))
def test_no_form_of_ipv6_reaches_an_inner_ipv4_address(inner: ipaddress.IPv4Address) -> None:
    number = int(inner)

    forms = {
        "compatible": number,
        "mapped": 0xFFFF << 32 | number,
        "translated": 0xFFFF << 48 | number,
        "nat64": 0x64FF9B << 96 | number,
        "local nat64": 0x64FF9B0001 << 80 | number,
        "6to4": 0x2002 << 112 | number << 80,
        "teredo client": 0x20010000 << 96 | number ^ 0xFFFFFFFF,
    }

    assert not [name for name, value in forms.items() if is_public_address(_v6(value))]


@given(st.ip_addresses())
def test_what_is_public_is_global_to_python_too(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert not is_public_address(ip) or ip.is_global or _is_mapped(ip)


@given(st.ip_addresses())
def test_no_address_is_public_and_private(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    assert not (is_public_address(ip) and is_private_address(ip))


def test_a_record_opens_only_attached_subnets_and_high_ports() -> None:
    assert RECORD.allows("192.168.7.20", 8100)
    assert not RECORD.allows("192.168.8.20", 8100)
    assert not RECORD.allows("192.168.7.20", 443)
    assert not RECORD.allows("127.0.0.1", 8100)


def test_a_typed_address_may_be_private_but_never_a_metadata_service() -> None:
    typed = DialPolicy(Source.TYPED)

    assert typed.allows("10.9.8.7", 8100)
    assert not typed.allows("169.254.169.254", 8100)
    assert not typed.allows("10.9.8.7", 22)
    assert not typed.allows("224.0.0.251", 8100)


def test_a_nearby_address_is_in_an_attached_subnet_or_nowhere() -> None:
    nearby = DialPolicy(Source.NEARBY, attached=lambda: (HOME_NETWORK,))

    assert nearby.allows("192.168.7.20", 8100)
    assert not nearby.allows("192.168.8.20", 8100)
    assert not nearby.allows("8.8.8.8", 8100)


def test_loopback_opens_only_where_it_was_asked_for() -> None:
    here = DialPolicy(Source.RECORD, loopback=True)

    assert here.allows("127.0.0.1", 8100)
    assert not here.allows("127.0.0.1", 80)
    assert not here.allows("::ffff:127.0.0.1", 8100)
    assert not DialPolicy(Source.TYPED).allows("127.0.0.1", 8100)


@pytest.mark.parametrize(
    "url",
    [
        "https://user@example.org/",
        "https://user:word@example.org/",
        "https:///path",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: inner",
        "https://[fe80::1%25eth0]/",
        "https://[not-an-address]/",
        "https://127.0.0.01/",
        "https://\u00b9/",
        "https://127\u3002\u2460/",
        "https://..",
        "https://example.org/" + "a" * 2048,
    ],
)
def test_malformed_urls_are_refused(url: str) -> None:
    with pytest.raises(BlockedError):
        check_url(url)


@given(st.text(max_size=40), st.sampled_from(["", "http://", "https://", "https://[", "//"]))
def test_any_text_is_a_checked_url_or_blocked(text: str, start: str) -> None:
    try:
        checked = check_url(start + text)
    except BlockedError:
        return
    assert checked.host.isascii()
    assert check_url(f"{checked.scheme}://{_bracketed(checked.host)}:{checked.port}/") == replace(
        checked, path="/"
    )


def test_origins_are_compared_in_one_spelling() -> None:
    assert check_url("HTTPS://Bücher.Example/a?b#c").origin == "https://xn--bcher-kva.example:443"
    assert check_url("https://xn--bcher-kva.example:443/x").path == "/x"
    assert check_url("http://[2606:4700:0::1111]/").host == "2606:4700::1111"


async def test_the_filter_sees_the_address_behind_a_name() -> None:
    """DNS rebinding: the name is harmless, its address is not."""
    async with TestServer(_hello()) as server:
        host = "rebound.example"
        url = f"http://{host}:{server.port}/"
        connector = guarded_connector(STRANGER, resolver=_Resolver("127.0.0.1"))

        async with aiohttp.ClientSession(connector=connector) as session:
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.get(url)


async def test_the_filter_lets_an_open_address_through() -> None:
    async with TestServer(_hello()) as server:
        here = DialPolicy(Source.TYPED, loopback=True)
        connector = guarded_connector(here, resolver=_Resolver("127.0.0.1"))

        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"http://rebound.example:{server.port}/") as response,
        ):
            assert await response.text() == "hello"


async def test_one_forbidden_address_of_an_answer_is_passed_over() -> None:
    """An answer of several addresses: only the allowed one is connected."""
    async with TestServer(_hello()) as server:
        here = DialPolicy(Source.TYPED, loopback=True)
        resolver = _Resolver("169.254.169.254", "127.0.0.1")
        connector = guarded_connector(here, resolver=resolver)

        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"http://mixed.example:{server.port}/") as response,
        ):
            assert await response.text() == "hello"


def test_attached_networks_are_subnets_without_loopback() -> None:
    for network in attached_networks():
        assert not network.is_loopback
        assert network.num_addresses > 1


class _Resolver(AbstractResolver):
    def __init__(self, *ips: str) -> None:
        self._ips = ips

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=0)
            for ip in self._ips
        ]

    @override
    async def close(self) -> None:
        return


def _hello() -> web.Application:
    async def hello(_request: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    return app


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _v6(value: int) -> ipaddress.IPv6Address:
    return ipaddress.IPv6Address(value)


def _is_mapped(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None
