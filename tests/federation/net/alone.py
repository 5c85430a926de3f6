"""One node in a process of its own, for tests that stop it with signals."""

import asyncio
import sys
from pathlib import Path

from keys.identity import DeviceKey, IdentityKey
from tests.federation.net.cluster import Cluster, Person


async def main(home: str, words: str, seed: str, port: str) -> None:
    device = DeviceKey.from_seed(bytes.fromhex(seed))
    with IdentityKey.from_words(words) as key:
        identity = key.sign_record(1, [device.multibase])
    nodes = Cluster(Path(home).parent)
    await nodes.start(Person("alone", Path(home), device, identity, words, int(port)))
    print("started", flush=True)
    await asyncio.Event().wait()


asyncio.run(main(*sys.argv[1:]))
