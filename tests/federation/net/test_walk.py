from pathlib import Path

from tests.federation.net.cluster import befriend, cluster, delivered, has, until


async def test_an_event_reaches_a_friend_and_the_answer_comes_back(tmp_path: Path) -> None:
    async with cluster(tmp_path) as nodes:
        alice, bob = await nodes.start("alice"), await nodes.start("bob")
        await befriend(alice, bob)

        doc = await alice.share(bob.did)
        await alice.comment(doc, 1)
        await until(lambda: has(bob, doc, 1))
        await bob.comment(doc, 2)
        await until(lambda: has(alice, doc, 1, 2))

        await until(lambda: delivered(alice, doc, bob))
