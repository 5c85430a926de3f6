"""What may be dialled: one table of addresses, one check of URLs, one filter at connect time.

A node sends requests to addresses that others name: a friend's endpoint record, an mDNS
announcement, the key URL of a stock peer. Each could point at this machine, the router or a
cloud's metadata service (server-side request forgery). Three rules, in this order:

1. `is_public_address` decides by a table of its own; `ipaddress.is_global` of Python 3.11 passes
   NAT64, 6to4, IPv4-compatible, multicast and newer special-purpose blocks.
2. `DialPolicy` says what the *source* of an address entitles it to (PROTOCOL §6, Dialling).
   Private addresses are for friends and for the user, never for a stranger's URL.
3. `guarded_connector` applies the policy to every address that is actually connected, after
   name resolution, so neither redirects nor DNS rebinding get past it.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import idna
import ifaddr

from federation.errors import DeliveryError
from federation.wire import limit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PRIVATE_PORT_MIN: Final = 1024  # below it live the services that every machine has
PORT_MAX: Final = 65_535
PREFIX_LENGTH: Final = {4: 32, 6: 128}

# IANA IPv4 Special-Purpose Address Registry and its predecessors; all else of IPv4 is public.
_NOT_PUBLIC_V4: Final = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relay, withdrawn
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
_GLOBAL_UNICAST_V6: Final = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_V6: Final = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: carries any IPv4 address
        "3ffe::/16",  # 6bone, returned
        "3fff::/20",  # documentation
    )
)
# Blocks in which a person's own machines live; these a DialPolicy may open.
_PRIVATE: Final[tuple[Network, ...]] = (
    *(
        ipaddress.IPv4Network(text)
        for text in (
            "10.0.0.0/8",
            "100.64.0.0/10",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.168.0.0/16",
        )
    ),
    ipaddress.IPv6Network("fc00::/7"),
    ipaddress.IPv6Network("fe80::/10"),
)
_LOOPBACK: Final[tuple[Network, ...]] = (
    ipaddress.IPv4Network("127.0.0.0/8"),
    ipaddress.IPv6Network("::1/128"),
)
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")
_METADATA: Final = frozenset(
    ipaddress.ip_address(text)
    for text in ("169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254")
)
_NUMERIC_LABEL: Final = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_FORBIDDEN_CHARACTER: Final = re.compile(r"[\x00-\x20\x7f\\]")


class BlockedError(DeliveryError):
    """A URL or address that must not be dialled."""


class BlockedAddressError(OSError):
    """An address refused at connect time; an OSError, so that aiohttp tries the next one."""


class Source(StrEnum):
    """Who named an address; decides what it may be."""

    STRANGER = "stranger"  # named in data of somebody who is not a friend: public only
    RECORD = "record"  # in a friend's endpoint record: public, or inside an attached subnet
    NEARBY = "nearby"  # seen by mDNS: inside an attached subnet
    TYPED = "typed"  # given by the user: public or private


def is_public_address(ip: str | Address) -> bool:
    """Tell whether an address is of the public internet.

    IPv4-mapped and NAT64 (RFC 6052) addresses are judged by the IPv4 address they reach; all
    other forms that embed one (6to4, Teredo, IPv4-compatible, local NAT64) are not public.

    Raises:
        ValueError: not an address.
    """
    address = _reached(_address(ip))
    if isinstance(address, ipaddress.IPv4Address):
        return not _is_in(address, _NOT_PUBLIC_V4)
    return address in _GLOBAL_UNICAST_V6 and not _is_in(address, _NOT_PUBLIC_V6)


def is_private_address(ip: str | Address) -> bool:
    """Tell whether an address is one of a home or company network. Loopback is not.

    Raises:
        ValueError: not an address.
    """
    address = _address(ip)
    return address not in _METADATA and _is_in(address, _PRIVATE)


def is_loopback_address(ip: str | Address) -> bool:
    """Tell whether an address is this machine itself; embedded forms are not.

    Raises:
        ValueError: not an address.
    """
    return _is_in(_address(ip), _LOOPBACK)


def _address(ip: str | Address) -> Address:
    return ipaddress.ip_address(ip.partition("%")[0]) if isinstance(ip, str) else ip


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == one.version and address in one for one in networks)


def _reached(address: Address) -> Address:
    if isinstance(address, ipaddress.IPv6Address) and (address in _MAPPED or address in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


@dataclass(frozen=True, slots=True)
class CheckedUrl:
    """A URL taken apart and checked: `host` is lower case IDNA A-labels or a bare address."""

    scheme: str
    host: str
    port: int
    path: str  # with its query

    @property
    def origin(self) -> str:
        """The origin in one spelling, for comparison: scheme, host and port."""
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def address(self) -> Address | None:
        """The address, when the host is one."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def check_url(url: str) -> CheckedUrl:
    """Check the form of a URL that somebody else named; no address is judged yet.

    Only http and https, and no credentials. Backslashes, blanks and control characters are
    refused, because parsers disagree on them; so are numbers that `inet_aton` would take for an
    address ("127.1", "0x7f000001"). A fragment is dropped.

    Raises:
        BlockedError: it is of another form.
    """
    if len(url) > limit("url") or _FORBIDDEN_CHARACTER.search(url):
        raise BlockedError("the URL is too long or has characters that URLs do not have")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BlockedError("the URL cannot be taken apart") from error
    if parts.scheme not in {"http", "https"}:
        raise BlockedError("the URL is not of http or https")
    if parts.username is not None or parts.password is not None or not parts.hostname:
        raise BlockedError("the URL has credentials or no host")
    if port is None:
        port = 443 if parts.scheme == "https" else 80
    if not 0 < port <= PORT_MAX:
        raise BlockedError("the URL has no usable port")
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return CheckedUrl(parts.scheme, _checked_host(parts.hostname), port, path)


def _checked_host(host: str) -> str:
    if ":" in host:
        if "%" in host:
            raise BlockedError("the host has a zone id, which means nothing to others")
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise BlockedError("the host is not an IPv6 address") from error
    try:
        name = idna.encode(host.rstrip("."), uts46=True).decode("ascii").rstrip(".")
    except UnicodeError as error:
        raise BlockedError("the host is not a domain name (RFC 5891)") from error
    # After the mapping, because it turns other digits, such as superscripts, into 0 to 9.
    if _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError as error:
            raise BlockedError("the host is a number, but no dotted IPv4 address") from error
    return name


@dataclass(frozen=True, slots=True)
class DialPolicy:
    """What may be dialled on behalf of one source of addresses (PROTOCOL §6, Dialling).

    `attached` tells the subnets this machine is in at the moment. `loopback` opens this machine
    itself: for nodes whose own listener is on loopback, and for tests. Calls to private
    addresses go to fixed paths and follow no redirect; the caller holds to that.
    """

    source: Source
    attached: Callable[[], Iterable[Network]] = tuple
    loopback: bool = False

    def allows(self, ip: str | Address, port: int) -> bool:
        """Tell whether this very address and port may be connected.

        Raises:
            ValueError: `ip` is not an address.
        """
        address = _address(ip)
        if is_public_address(address):
            return self.source is not Source.NEARBY
        if is_loopback_address(address):
            return self.loopback and port >= PRIVATE_PORT_MIN
        if not is_private_address(address) or port < PRIVATE_PORT_MIN:
            return False
        if self.source is Source.TYPED:
            return True
        return self.source is not Source.STRANGER and _is_in(address, self.attached())

    def check(self, url: str) -> CheckedUrl:
        """Check a URL and, when its host is an address, that address.

        Names are judged when they are connected, by the addresses they stand for then.

        Raises:
            BlockedError: it must not be dialled.
        """
        checked = check_url(url)
        address = checked.address
        if address is not None and not self.allows(address, checked.port):
            raise BlockedError(f"the address is not open to a {self.source}")
        if not self.loopback and (
            checked.host == "localhost" or checked.host.endswith(".localhost")
        ):
            raise BlockedError("localhost is this machine")
        return checked


def attached_networks() -> tuple[Network, ...]:
    """Return the subnets of this machine's interfaces, without loopback and host routes."""
    found: set[Network] = set()
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            text = ip.ip if isinstance(ip.ip, str) else ip.ip[0]
            network = ipaddress.ip_network(f"{text}/{ip.network_prefix}", strict=False)
            if network.prefixlen < PREFIX_LENGTH[network.version] and not network.is_loopback:
                found.add(network)
    return tuple(sorted(found, key=str))


def guarded_connector(policy: DialPolicy, **options: Any) -> aiohttp.TCPConnector:  # noqa: ANN401 - aiohttp's own
    """Return a connector that opens a socket only to addresses that the policy allows.

    The check stands where the socket is made, so that it sees the address itself: of every
    redirect, every answer of the resolver, every retry. `options` are aiohttp's.
    """

    def open_socket(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, where = info
        if not policy.allows(where[0], where[1]):
            raise BlockedAddressError(f"{where[0]} is not open to a {policy.source}")
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(socket_factory=open_socket, **options)
