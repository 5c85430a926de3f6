"""Telling people: a row of the feed, a notification, a live message, all in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from federation.writer import Tx
from portfolio.live import Message, announce, announce_all
from portfolio.messages import MessageType
from portfolio.storage import feed
from portfolio.storage.values import Entropy, instant, new_id, new_ids

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
        notify: bool | None = None,
    ) -> None:
        """Add to the feed; what a friend did is a notification too, unless `notify` decides."""
        entry = new_id(tx.now, self.entropy)
        notify = who != self.me if notify is None else notify
        feed.add(
            tx.conn,
            feed.NewHappening(
                id=entry,
                at=instant(tx.now),
                type=kind,
                who=who,
                position=position,
                whom=None,
                comment=comment,
                changes=changes,
                amounts=int(amounts),
                notify=int(notify),
            ),
        )
        if notify:
            announce(tx, *_notification(entry, who, kind, position))

    def shared(self, tx: Tx, position: str, whom: str) -> None:
        """Add to the feed that I shared a position with somebody."""
        feed.add(
            tx.conn,
            feed.NewHappening(
                id=new_id(tx.now, self.entropy),
                at=instant(tx.now),
                type="shared",
                who=self.me,
                position=position,
                whom=whom,
                comment=None,
                changes=None,
                amounts=0,
                notify=0,
            ),
        )

    def commented(self, tx: Tx, position: str, comments: Iterable[tuple[str, str]]) -> None:
        """Tell of new comments, each (its id, who wrote it): the same as one after the other."""
        at = instant(tx.now)
        entries: list[feed.NewHappening] = []
        messages: list[Message] = []
        for entry, (comment, who) in zip(new_ids(tx.now, self.entropy), comments, strict=False):
            notify = who != self.me
            entries.append(
                feed.NewHappening(
                    id=entry,
                    at=at,
                    type="commented",
                    who=who,
                    position=position,
                    whom=None,
                    comment=comment,
                    changes=None,
                    amounts=0,
                    notify=int(notify),
                )
            )
            if notify:
                messages.append(_notification(entry, who, "commented", position))
            messages.append(comment_message("comment_added", comment, who, position))
        feed.add(tx.conn, *entries)
        announce_all(tx, messages)


def comment_message(kind: MessageType, comment: str, who: str, position: str) -> Message:
    """Return the live message that a comment was added, edited or deleted."""
    return kind, {"id": comment, "who": who, "position_id": position}


def _notification(entry: str, who: str, kind: str, position: str | None) -> Message:
    data: dict[str, Any] = {"id": entry, "who": who, "kind": kind}
    if position is not None:
        data["position_id"] = position
    return "notification", data


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


def deleted(tx: Tx, position: str, who: str) -> None:
    """Tell the pages that a position is gone."""
    data = {"id": position, "who": who, "fields": (), "deleted": True}
    announce(tx, "position_updated", data)
