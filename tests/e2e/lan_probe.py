"""Announce and browse in a process of its own; tell each sighting as one line of JSON.

python tests/e2e/lan_probe.py SEED BROWSE_S [FRIEND_SEED …]
"""

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from os import urandom

import ifaddr

from federation.guard import DialPolicy, Source, attached_networks
from federation.lan.service import Lan, LanOptions, LanState, Own, Sighting
from keys.identity import DeviceKey
from keys.multiformats import did_of

PORT = 8100


def card_of(seed: int) -> bytes:
    return bytes([seed]) * 32


def addresses() -> Sequence[str]:
    """Return the IPv4 addresses of this host's interfaces, without loopback."""
    ips = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [ip for ip in ips if isinstance(ip, str) and not ip.startswith("127.")]


def say(**what: object) -> None:
    print(json.dumps(what), flush=True)


async def main(seed: int, browse_s: float, friends: Sequence[int]) -> None:
    def saw(sighting: Sighting) -> None:
        known = [friend for friend in friends if sighting.mark.is_of(card_of(friend))]
        say(saw=known, addresses=sighting.addresses, port=sighting.port, did=sighting.mark.did)

    def changed(state: LanState) -> None:
        say(state=state.value)

    loop = asyncio.get_running_loop()
    lan = Lan(
        Own(did_of(DeviceKey.from_seed(card_of(seed)).public), PORT, card_of(seed), addresses),
        DialPolicy(Source.NEARBY, attached_networks),
        entropy=urandom,
        on_sighting=saw,
        on_state=changed,
        options=LanOptions(browse_s=browse_s),
    )
    running = asyncio.create_task(lan.run())
    loop.add_signal_handler(signal.SIGTERM, running.cancel)
    loop.add_signal_handler(signal.SIGUSR1, lan.open_to_nearby)
    await asyncio.wait([running])
    say(state="stopped")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2]), [int(one) for one in sys.argv[3:]]))
