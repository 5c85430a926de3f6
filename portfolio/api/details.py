"""What stands behind the screens, for the curious: identity, log heads, receipts, endpoints."""

from typing import Literal

from pydantic import Field

from portfolio.api.context import Context
from portfolio.api.fields import Did, Out, Ulid
from portfolio.api.op import op
from portfolio.api.shell import SHELL
from portfolio.services import details, profile
from portfolio.services.details import SharedDocument
from portfolio.services.planner import Planner


class Device(Out):
    """A device that speaks for me, by its public key; `this` is the one asked."""

    key: str
    this: bool


class Identity(Out):
    """My newest identity record."""

    number: int
    devices: tuple[Device, ...]
    retired: tuple[str, ...]
    replaced: bool = Field(
        description="a newer record does not list this device: use the newer one, or sign anew "
        "with the words (`portfolio init --recover --reissue`)"
    )


class Listeners(Out):
    """Where this planner listens; `federation` is null with `--solo`."""

    app: str
    federation: str | None


class Head(Out):
    """The last event of one stream that is held with everything before it."""

    who: Did
    stream: str
    seq: int
    hash: str


class Fork(Out):
    """A stream in which one number stands twice: a broken or a lying planner."""

    who: Did
    stream: str
    seq: int


class LastReceipt(Out):
    """What a friend's device last signed for; `at` is by its own clock."""

    did: Did
    device: str
    n: int
    at: str


class SharedPosition(Out):
    """A shared document: of a position itself, or of its amounts."""

    id: Ulid
    kind: Literal["idea", "holding"]
    part: Literal["position", "amounts"]
    symbol: str
    owner: Did
    shared_with: tuple[Did, ...]
    known: int = Field(description="events that are known to exist")
    missing: int = Field(description="those of them that are not here, or without content")
    unknown: int = Field(description="events here that need a newer version of this planner")
    waiting: int = Field(description="events here that wait for an earlier one")
    forks: tuple[Fork, ...]
    heads: tuple[Head, ...]
    receipts: tuple[LastReceipt, ...]


class EndpointOf(Out):
    """Where a planner says that it is, until when; signed by its device."""

    did: Did
    device: str
    urls: tuple[str, ...]
    expires: str


class PlannerDetails(Out):
    """Everything about this planner's place among others."""

    version: str
    did: Did
    fingerprint: str
    actor: str
    identity: Identity
    directory: str
    nearby: str
    listeners: Listeners
    public_urls: tuple[str, ...]
    positions: tuple[SharedPosition, ...] = Field(description="of the 100 newest shared positions")
    positions_left_out: int
    endpoints: tuple[EndpointOf, ...]


@op("GET", "/details")
async def read_details(context: Context) -> PlannerDetails:
    """Read what stands behind the screens: identity, log heads, receipts, endpoints."""
    shell = context.request.app[SHELL]
    status = shell.status()
    me = context.planner.me
    found = await context.read(lambda conn: details.behind(context.planner, conn))
    return PlannerDetails(
        version=shell.version,
        did=me.did,
        fingerprint=profile.fingerprint(me.did),
        actor=f"{me.base_url()}/u/{me.did}/actor",
        identity=_identity(context.planner, replaced=status.replaced),
        directory=status.directory,
        nearby=status.nearby,
        listeners=Listeners(app=status.app, federation=status.federation),
        public_urls=status.public_urls,
        positions=tuple(_shared(one) for one in found.documents),
        positions_left_out=found.left_out,
        endpoints=tuple(
            EndpointOf(
                did=one["person"], device=one["by"], urls=tuple(one["urls"]),
                expires=str(one.get("expires") or ""),
            )
            for one in found.endpoints
        ),
    )  # fmt: skip


def _identity(planner: Planner, *, replaced: bool) -> Identity:
    record, this = planner.me.identity, planner.me.device.multibase
    return Identity(
        number=record.number,
        devices=tuple(Device(key=key, this=key == this) for key in record.devices),
        retired=record.retired,
        replaced=replaced,
    )


def _shared(found: SharedDocument) -> SharedPosition:
    position, status = found.position, found.status
    return SharedPosition.model_validate(
        {
            "id": position.id,
            "kind": position.kind,
            "part": found.part,
            "symbol": position.fields.get("symbol") or "",
            "owner": position.owner,
            "shared_with": found.members,
            "known": status.known,
            "missing": status.missing,
            "unknown": status.unknown,
            "waiting": status.parked + status.held,
            "forks": [{"who": f.person, "stream": f.stream, "seq": f.seq} for f in status.forks],
            "heads": [
                {"who": s.person, "stream": s.stream, "seq": s.seq, "hash": s.hash}
                for s in found.streams
            ],
            "receipts": [
                {"did": r.person, "device": r.device, "n": r.n, "at": r.at} for r in found.receipts
            ],
        }
    )


ROUTES = (read_details,)
