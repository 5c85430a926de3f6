"""The face towards stock ActivityPub servers: actor, WebFinger, NodeInfo, inbox, guests."""
