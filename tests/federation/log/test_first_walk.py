from tests.federation.log.planner import shared


def test_a_comment_reaches_the_owner_and_a_change_comes_back() -> None:
    doc, (alice, bob) = shared("commenter", "alice", "bob")

    bob.comment(doc, "1", "nice")
    answer = bob.push(doc, alice)

    assert answer.results == ["duplicate", "stored"]  # his identity record, his comment
    assert alice.texts(doc) == ["nice"]
    alice.append(doc, "title.changed/1", {"id": "t", "text": "ACME"})
    assert alice.push(doc, bob).results == ["stored"]
    assert bob.entities(doc) == alice.entities(doc)
    assert bob.members(doc) == {alice.did: "owner", bob.did: "commenter"}
