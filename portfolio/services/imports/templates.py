"""Templates: what was decided about files of one header, kept for the next of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from federation.writer import Tx
from portfolio.services.errors import ConflictError, NotFoundError, RuleError, TooManyError
from portfolio.services.imports.decisions import Decisions
from portfolio.services.imports.reading import Template, header_key
from portfolio.services.planner import Planner
from portfolio.services.undoing import note
from portfolio.storage import import_memory as store
from portfolio.storage.values import instant, new_id

TEMPLATES_MAX: Final = 200


def kept(conn: Connection) -> list[Template]:
    """Return all templates, by name."""
    return [
        Template(row.id, row.name, row.headers, row.options, row.updated)
        for row in store.all_templates(conn)
    ]


def check_names(conn: Connection, decisions: Decisions) -> None:
    """Refuse decisions that name a template that is not there.

    Raises:
        RuleError: as said.
    """
    names = {one.name for one in kept(conn)}
    for decision in decisions.files.values():
        if decision.template is not None and decision.template not in names:
            raise RuleError(f'There is no template "{decision.template}"', field="template")


def add(
    planner: Planner, tx: Tx, name: str, headers: Sequence[str], options: Mapping[str, Any]
) -> Template:
    """Keep options under a name; with headers they are used for files that have just these.

    Raises:
        ConflictError: there is one of that name.
        TooManyError: there are too many.
    """
    _check_room(tx.conn, name)
    return _put(planner, tx, name, header_key(headers), options)


def remove(planner: Planner, tx: Tx, identifier: str) -> None:
    """Forget a template.

    Raises:
        NotFoundError: there is none of that id.
    """
    gone = next((one for one in kept(tx.conn) if one.id == identifier), None)
    if gone is None:
        raise NotFoundError("There is no such template")
    store.remove_template(tx.conn, identifier)
    was = {"name": gone.name, "headers": gone.headers, "options": dict(gone.options)}
    note(planner, tx, "template.removed", f"Template {gone.name} deleted",
         {"kind": "template", "was": was})  # fmt: skip


def revert(planner: Planner, tx: Tx, step: Mapping[str, Any]) -> None:
    """Keep a template again that was deleted.

    Raises:
        ConflictError: its name is taken since.
        TooManyError: there are too many by now.
    """
    was = step["was"]
    _check_room(tx.conn, was["name"])
    _put(planner, tx, was["name"], was["headers"], was["options"])


def remember(planner: Planner, tx: Tx, name: str, key: str, options: Mapping[str, Any]) -> None:
    """Keep what was decided about a file for the next one with its header.

    The template that is there for such files is changed; else one is made, of the file's name.
    """
    before = kept(tx.conn)
    same = next((one for one in reversed(before) if one.headers == key), None)
    if same is not None:
        store.save_template(tx.conn, same.id, options=options, now=instant(tx.now))
        return
    if len(before) >= TEMPLATES_MAX:
        return
    taken = {one.name for one in before}
    free = next(
        candidate
        for candidate in (name, *(f"{name} ({n})" for n in range(2, TEMPLATES_MAX + 2)))
        if candidate not in taken
    )
    _put(planner, tx, free, key, options)


def _check_room(conn: Connection, name: str) -> None:
    before = kept(conn)
    if any(one.name == name for one in before):
        raise ConflictError(f'There is a template "{name}" already')
    if len(before) >= TEMPLATES_MAX:
        raise TooManyError(f"There are {TEMPLATES_MAX} templates: delete one first")


def _put(planner: Planner, tx: Tx, name: str, key: str, options: Mapping[str, Any]) -> Template:
    made = Template(new_id(tx.now, planner.entropy), name, key, options, instant(tx.now))
    store.add_template(tx.conn, made.id, name=name, headers=key, options=options, now=made.updated)
    return made
