"""Telling people: a row of the feed, a notification, a live message, all in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from federation.writer import Tx
from portfolio.live import announce
from portfolio.storage import feed
from portfolio.storage.values import Entropy, instant, new_id

Diff = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Teller:
    """Writes what happened. `me` is never notified of what they did themselves."""

    me: str
    entropy: Entropy

    def happened(
        self,
        tx: Tx,
        kind: str,
        who: str,
        *,
        position: str | None = None,
        comment: str | None = None,
        changes: Diff | None = None,
        amounts: bool = False,
        quietly: bool = False,
    ) -> None:
        """Add to the feed; what a friend did is a notification too, unless told `quietly`."""
        entry = new_id(tx.now, self.entropy)
        notify = who != self.me and not quietly
        feed.add(
            tx.conn,
            feed.NewHappening(
                id=entry,
                at=instant(tx.now),
                type=kind,
                who=who,
                position=position,
                comment=comment,
                changes=changes,
                amounts=amounts,
                notify=notify,
            ),
        )
        if notify:
            data = {"id": entry, "who": who, "kind": kind}
            if position is not None:
                data["position_id"] = position
            announce(tx, "notification", data)


def difference(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the fields that differ, sorted by name: {field, from, to}."""
    old, new = before or {}, after or {}
    return [
        {"field": name, "from": old.get(name), "to": new.get(name)}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def updated(tx: Tx, position: str, who: str, fields: Sequence[str]) -> None:
    """Tell the pages that fields of a position changed."""
    announce(tx, "position_updated", {"id": position, "who": who, "fields": tuple(fields)})
