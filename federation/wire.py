"""Names and limits of the wire: every path, media type, header, bound and interval, with its unit.

Each limit stands here once, with the reason for its size. `tests/test_limits.py` walks
`LIMITS` and hits every one of them over HTTP. Times are seconds, sizes are bytes.
"""

from dataclasses import dataclass
from typing import Final

PROTOCOL_VERSION: Final = 1

# --- media types and headers ---------------------------------------------------------------
ACTIVITY_JSON: Final = "application/activity+json"
STOCK_MEDIA_TYPES: Final = frozenset({ACTIVITY_JSON, "application/ld+json", "application/json"})
NATIVE_BATCH: Final = "application/vnd.portfolio-planner+ndjson"
NATIVE_CALL: Final = "application/vnd.portfolio-planner+json"
PP_TO: Final = "PP-To"

# --- paths on the federation listener -------------------------------------------------------
ACTOR_PATH: Final = "/u/{did}/actor"
INBOX_PATH: Final = "/u/{did}/inbox"
OUTBOX_PATH: Final = "/u/{did}/outbox"
FOLLOWERS_PATH: Final = "/u/{did}/followers"
EVENT_PATH: Final = "/u/{did}/events/{event}"
HELLO_PATH: Final = "/pp/1/hello"
HEADS_PATH: Final = "/pp/1/heads"
PULL_PATH: Final = "/pp/1/pull"
DOCS_PATH: Final = "/pp/1/docs"
INVITE_PATH: Final = "/pp/1/invite"
ATTACHMENT_PATH: Final = "/pp/1/attachment"
WEBFINGER_PATH: Final = "/.well-known/webfinger"
NODEINFO_PATH: Final = "/.well-known/nodeinfo"
NODEINFO_21_PATH: Final = "/nodeinfo/2.1"
HEALTH_PATH: Final = "/health"

# --- paths of a directory ---------------------------------------------------------------------
METRICS_PATH: Final = "/metrics"
DIRECTORY_RECORDS_PATH: Final = "/pp/1/directory/records"
DIRECTORY_HANDLES_PATH: Final = "/pp/1/directory/handles"
DIRECTORY_LOOK_UP_PATH: Final = "/pp/1/directory/look-up"
DIRECTORY_PRESENCE_PATH: Final = "/pp/1/directory/presence"

# --- contexts of a signed activity ----------------------------------------------------------
CONTEXT: Final = (
    "https://www.w3.org/ns/activitystreams",
    "https://w3id.org/security/data-integrity/v2",
    {"pp": "https://portfolio-planner.example/ns#"},
)


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound of the protocol: its value, its unit and why it is that large."""

    value: int
    unit: str
    why: str


LIMITS: Final[dict[str, Limit]] = {
    "stock_body": Limit(256 * 1024, "bytes", "one ActivityStreams document with its text"),
    "batch_items": Limit(50, "items", "one group commit on the receiver"),
    "batch_body": Limit(1024 * 1024, "bytes", "50 large events; read into memory whole"),
    "call_body": Limit(256 * 1024, "bytes", "heads of a few thousand streams"),
    "page_items": Limit(500, "items", "one page of catch-up"),
    "page_body": Limit(4 * 1024 * 1024, "bytes", "500 events of 8 KiB"),
    "event": Limit(16 * 1024, "bytes", "an event is a header; its content travels beside it"),
    "content": Limit(128 * 1024, "bytes", "a long thesis; images travel by digest"),
    "depth": Limit(32, "levels", "no document of ours nests deeper than 8"),
    "integer": Limit(2**53 - 1, "", "I-JSON (RFC 7493): exact in every JSON library"),
    "lamport_step": Limit(2**32, "", "nobody can push the counter near its end"),
    "parked_per_stream": Limit(200, "events", "reordering inside a few batches"),
    "parked_distance": Limit(1000, "events", "further away is a gap to pull, not a reordering"),
    "parked_per_author": Limit(1000, "events", "one author cannot fill the store"),
    "members": Limit(1000, "people", "one document's grants stay foldable in one pass"),
    "documents_per_friend": Limit(1000, "documents", "quota against flooding by a friend"),
    "bytes_per_friend": Limit(100 * 1024 * 1024, "bytes", "quota against flooding by a friend"),
    "attachment": Limit(5 * 1024 * 1024, "bytes", "one picture, as its author encoded it anew"),
    "clock_skew": Limit(300, "seconds", "RFC 9421 created; the answer carries our time"),
    "nonces_per_peer": Limit(10_000, "nonces", "the window of clock_skew at full speed"),
    "invites_open": Limit(50, "invites", "more open doors than a person remembers"),
    "invite_lifetime": Limit(7 * 24 * 3600, "seconds", "a week to answer a message"),
    "invite_bad_macs": Limit(5, "tries", "then the invite is void"),
    "stranger_rate": Limit(1, "requests/s", "per address and key, for who is not a friend"),
    "stranger_burst": Limit(20, "requests", "one page view of a stock server"),
    "new_actors": Limit(20, "actors/min", "each costs an outgoing key fetch"),
    "url": Limit(2000, "characters", "of an actor or an inbox; it becomes part of an event"),
    "fetch_body": Limit(1024 * 1024, "bytes", "an actor document with its extensions"),
    "fetch_time": Limit(5, "seconds", "from the name to the last byte, redirects included"),
    "fetch_redirects": Limit(3, "redirects", "of one scheme, none visited twice"),
    "fetches_waiting": Limit(64, "hosts", "one fetch at a time each; above it 429"),
    "failure_memory": Limit(600, "seconds", "a key that could not be had is not tried again"),
    "actor_keys": Limit(16, "keys", "of one stock actor; as many as devices"),
    "context_terms": Limit(64, "terms", "defined inline; Fedify 2.3.6 writes 16"),
    "guest_reply": Limit(64 * 1024, "bytes", "it travels inside the content of an event"),
    "guest_replies": Limit(1000, "activities", "of one guest about one note"),
    "friend_in_flight": Limit(3, "requests", "per friend; a fourth waits in the fair queue"),
    "slots": Limit(8, "requests", "worked on at once; more would only share two cores"),
    "queue": Limit(64, "requests", "waiting per listener; above it 429"),
    "request_time": Limit(10, "seconds", "a whole request must have arrived by then"),
    "app_body_time": Limit(60, "seconds", "a body from the page has arrived; files are 64 MiB"),
    "heads_documents": Limit(500, "documents", "asked for in one heads call"),
    "heads_records": Limit(400, "records", "identities and endpoints of members, per document"),
    "common_documents": Limit(2000, "documents", "digests in one hello"),
    "stranger_records": Limit(8, "records", "who they are and one friend request"),
    "nearby_time": Limit(600, "seconds", "strangers on the LAN may ask who is there"),
    "answer_body": Limit(1024 * 1024, "bytes", "heads of a document with many streams"),
    "endpoint_lifetime": Limit(2 * 3600, "seconds", "an endpoint record is a heartbeat"),
    "endpoint_urls": Limit(8, "urls", "addresses of one machine"),
    "devices": Limit(16, "devices", "installations of one person"),
    "name": Limit(80, "characters", "a person's display name"),
    "lan_names": Limit(256, "names", "announcements looked at; more is somebody flooding"),
    "sealed_box": Limit(40 * 1024, "bytes", "an endpoint and an identity record, padded"),
    "handle_lifetime": Limit(366 * 24 * 3600, "seconds", "a handle rests a year, then is free"),
    "handles_per_person": Limit(3, "handles", "nobody needs to hold many names"),
    "directory_records": Limit(200_000, "records", "about 600 MiB on the directory's disk"),
    "directory_publish_rate": Limit(10, "requests/s", "per address; a renewal is one an hour"),
    "directory_publish_burst": Limit(100, "requests", "an office behind one address wakes up"),
    "directory_look_up_rate": Limit(1, "requests/s", "per address; exact look-ups are rare"),
    "directory_look_up_burst": Limit(60, "requests", "then 429: walking the names is slow"),
    "directory_claim_rate": Limit(6, "claims/min", "per address; a claim keeps a name a year"),
    "directory_claim_burst": Limit(20, "claims", "a household sets up its planners"),
    "directory_topics": Limit(1000, "topics", "watched by one socket: a person's friends"),
    "directory_queue": Limit(64, "messages", "waiting for one socket; above it the socket is cut"),
    "directory_messages": Limit(60, "messages/min", "from one socket: renewals, a changed circle"),
    "directory_sockets": Limit(5000, "sockets", "open at once; a planner needs one"),
    "directory_sockets_per_address": Limit(256, "sockets", "a company behind one address"),
}


def limit(name: str) -> int:
    """Return the value of a limit by its name."""
    return LIMITS[name].value


# --- intervals, seconds -----------------------------------------------------------------------
CONNECT_TIMEOUT_S: Final = 3.0
CALL_TIMEOUT_S: Final = 10.0
BACKOFF_FIRST_S: Final = 5.0
BACKOFF_MAX_S: Final = 1800.0
PULL_INTERVAL_S: Final = 300.0
SLEEP_DETECT_S: Final = 3.0
RECOVERY_S: Final = 30 * 24 * 3600.0  # a friend who was away for a month finds the new device
RECOVERY_SETTLE_S: Final = 30.0  # without news, before streams of former devices are closed
DIRECTORY_CONNECT_S: Final = 1.0  # a lost SYN is answered by the next try, not by waiting
DIRECTORY_RECONNECT_S: Final = 2.0  # the shortest window a directory announces
DIRECTORY_RECONNECT_MAX_S: Final = 120.0  # the longest that a planner believes
DIRECTORY_HEARTBEAT_S: Final = 20.0
NEARBY_S: Final = 600.0
LAN_BROWSE_S: Final = 60.0
LAN_RESOLVE_S: Final = 3.0
POLL_S: Final = 55.0
STAGGER_S: Final = 0.25  # between the first tries of a peer's several addresses (RFC 8305)
PRESENCE_S: Final = 30.0  # an idle friend is asked for a sign of life
SLEEP_TICK_S: Final = 1.0
HEAL_GRACE_S: Final = 1.0  # who called fills both sides; the called one waits that long
STOP_S: Final = 1.0
