"""Imports: files of brokers and other trackers, reviewed before they become transactions."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from aiohttp import web
from pydantic import ValidationError
from sqlalchemy import Connection, Row

from federation.writer import Tx
from portfolio.api.answers import Created
from portfolio.api.context import Context
from portfolio.api.dispatch import field_errors
from portfolio.api.fields import LIMIT_DEFAULT, CursorById, CursorByNumber, Limit, Ulid
from portfolio.api.import_models import (
    FileChange,
    FileIn,
    Import,
    ImportIn,
    ImportPatch,
    ImportRow,
    InstrumentChoice,
    OptionsIn,
    Status,
    Template,
    TemplateIn,
)
from portfolio.api.op import op
from portfolio.api.paging import Page, page, read_cursor
from portfolio.api.problems import ProblemError
from portfolio.api.uploads import Form
from portfolio.importers.options import Options, OptionsError
from portfolio.services.errors import RuleError
from portfolio.services.imports import drafts, taking, templates
from portfolio.services.imports.decisions import (
    Decisions,
    FileDecision,
    InstrumentDecision,
    ProblemDecision,
    place_of,
)
from portfolio.services.imports.drafts import Found
from portfolio.services.imports.reading import Template as Kept
from portfolio.storage import imports as store

ROWS_AT_ONCE: Final = 500  # of the file of rejected rows
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would compute such a cell
_REJECTED: Final = ("file", "line", "reason", "column", "text", "row")
_LISTS: Final = ("files", "accounts", "instruments", "problems", "totals")


def import_of_form(form: Form) -> ImportIn:
    """Return the body that a form stands for.

    Raises:
        ProblemError: `invalid`, as for JSON.
    """
    unknown = form.fields.keys() - {"options", "template"}
    if unknown:
        raise ProblemError("invalid", "A form has files, options and template")
    try:
        stated: dict[str, Any] = {}
        if "options" in form.fields:
            stated["options"] = OptionsIn.model_validate_json(form.fields["options"], strict=True)
        if "template" in form.fields:
            stated["template"] = form.fields["template"]
        named = [FileIn.model_validate({"name": name, "content_base64": b""})
                 for name, _ in form.files]  # fmt: skip
        files = tuple(
            one.model_copy(update={"content_base64": content})
            for one, (_, content) in zip(named, form.files, strict=True)
        )
        return ImportIn.model_validate({"files": files, **stated})
    except ValidationError as error:
        raise ProblemError("invalid", errors=field_errors(error)) from None


@op("GET", "/imports")
async def list_imports(
    context: Context, *, limit: Limit = LIMIT_DEFAULT, cursor: CursorById | None = None
) -> Page[Import]:
    """List the imports, the newest first."""
    key = read_cursor(cursor, str)
    before = None if key is None else str(key[0])
    rows = await context.read(lambda conn: store.page(conn, before=before, limit=limit + 1))
    return page(
        rows,
        limit,
        item=lambda row: import_of(drafts.seen(context.planner, row)),
        key=lambda row: (row.id,),
    )


@op(
    "POST",
    "/imports",
    errors=("rule", "conflict", "too-many"),
    outside=True,
    uploads=import_of_form,
)
async def add_import(context: Context, body: ImportIn) -> Created[Import]:
    """Drop files: they are read and compared with the ledger; nothing is taken over yet.

    Short files are read before the answer. While the state is `reading` or `importing`, poll
    `GET /imports/{id}`. The body is JSON or a form whose parts with a file name are the files.
    """
    decision = _file_decision(body.options, body.template)
    decisions = Decisions(files={str(n): decision for n in range(len(body.files))})
    made = await drafts.create(
        context.planner, [(one.name, one.content_base64) for one in body.files], decisions
    )
    return Created(import_of(made), f"/imports/{made.stored.id}")


@op("GET", "/imports/templates")
async def list_templates(context: Context) -> Page[Template]:
    """List the kept templates, by name."""
    kept = await context.read(templates.kept)
    return Page(items=tuple(_template(one) for one in kept), next=None)


@op("POST", "/imports/templates", errors=("rule", "conflict", "too-many"))
async def add_template(context: Context, body: TemplateIn) -> Created[Template]:
    """Keep options under a name."""
    options = _options(body.options)

    def work(tx: Tx) -> Created[Template]:
        made = templates.add(context.planner, tx, body.name, body.headers, options)
        return Created(_template(made), "/imports/templates")

    return await context.write(work)


@op("DELETE", "/imports/templates/{id}")
async def delete_template(context: Context, id: Ulid) -> None:  # noqa: A002 - as in the path
    """Forget a template."""
    await context.write(lambda tx: templates.remove(context.planner, tx, id))


@op("GET", "/imports/{id}")
async def read_import(context: Context, id: Ulid) -> Import:  # noqa: A002 - as in the path
    """Read an import; of one that is worked on, how far it has come."""
    return import_of(await drafts.found(context.planner, id))


@op("GET", "/imports/{id}/rows")
async def list_rows(
    context: Context,
    id: Ulid,  # noqa: A002 - as in the path
    *,
    status: Status | None = None,
    limit: Limit = LIMIT_DEFAULT,
    cursor: CursorByNumber | None = None,
) -> Page[ImportRow]:
    """List the rows in the order of the files.

    Of an import that is done, those that were not taken over; the others are transactions.
    """
    key = read_cursor(cursor, int)
    after = None if key is None else int(key[0])

    def read(conn: Connection) -> Page[ImportRow]:
        drafts.get(conn, id)
        rows = store.row_page(conn, id, status=status, after=after, limit=limit + 1)
        return page(rows, limit, item=row_of, key=lambda row: (row.n,))

    return await context.read(read)


@op("PATCH", "/imports/{id}", errors=("rule", "conflict"))
async def change_import(context: Context, id: Ulid, body: ImportPatch) -> Import:  # noqa: A002 - as in the path
    """Decide about a draft: how files are read, which account, which instrument; it is read anew.

    What is not named stays as it was decided; null takes a decision back.
    """
    changed = await drafts.revise(context.planner, id, lambda old: decided(old, body))
    return import_of(changed)


@op("POST", "/imports/{id}/commit", errors=("rule", "conflict"), outside=True)
async def commit_import(context: Context, id: Ulid) -> Import:  # noqa: A002 - as in the path
    """Take the new rows over: all of them, or none."""
    return import_of(await taking.commit(context.planner, id))


@op("POST", "/imports/{id}/undo", errors=("rule", "conflict"), outside=True)
async def undo_import(context: Context, id: Ulid) -> Import:  # noqa: A002 - as in the path
    """Take the transactions of an import out again, unless later ones need them."""
    return import_of(await taking.undo(context.planner, id))


@op("DELETE", "/imports/{id}", errors=("conflict",))
async def delete_import(context: Context, id: Ulid) -> None:  # noqa: A002 - as in the path
    """Delete a draft, or the record of an import that was undone."""
    await drafts.discard(context.planner, id)


@op("GET", "/imports/{id}/rejected.csv", produces="text/csv")
async def read_rejected(context: Context, id: Ulid) -> web.StreamResponse:  # noqa: A002 - as in the path
    """Download the rejected rows as they stand in the files, each with its reason."""
    await context.read(lambda conn: drafts.get(conn, id))
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="rejected-{id}.csv"',
        }
    )
    await response.prepare(context.request)
    await response.write(_csv([_REJECTED]))
    after: int | None = None
    while rows := await context.read(partial(_next_rejected, identifier=id, after=after)):
        await response.write(_csv(_rejected(row) for row in rows))
        after = rows[-1].n
    await response.write_eof()
    return response


def _next_rejected(conn: Connection, *, identifier: str, after: int | None) -> Sequence[Row[Any]]:
    return store.row_page(conn, identifier, status="rejected", after=after, limit=ROWS_AT_ONCE)


def _rejected(row: Row[Any]) -> list[object]:
    return [row.file, row.line, row.reason, row.field, row.text, *store.cells_of(row)]


def rejected_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rejected rows, as `GET /imports/{id}/rows` answers them, as the same file."""
    names = ("file", "line", "reason", "column", "text")
    return _csv([_REJECTED, *([*(row[name] for name in names), *row["cells"]] for row in rows)])


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows as CSV (RFC 4180) of which a spreadsheet computes nothing."""
    text = io.StringIO()
    csv.writer(text).writerows([_inert(str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode()


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _options(stated: OptionsIn | None) -> dict[str, Any]:
    """Return options as they are kept.

    Raises:
        RuleError: a member is not of its form.
    """
    try:
        given = {} if stated is None else stated.model_dump(exclude_unset=True)
        return Options.from_json(given).to_json()
    except OptionsError as error:
        raise RuleError(error.message, field=f"options/{error.field}") from error


def _file_decision(options: OptionsIn | None, template: str | None) -> FileDecision:
    return FileDecision(options=_options(options), template=template)


def decided(old: Decisions, body: ImportPatch) -> Decisions:
    """Return decisions with what a body says about them."""
    files = dict(old.files)
    for one in body.files or ():
        files[str(one.n)] = _file_changed(files.get(str(one.n), FileDecision()), one)
    return replace(
        old,
        files=files,
        accounts=drafts.merged(old.accounts, body.accounts or {}),
        instruments=drafts.merged(
            old.instruments,
            {stated: _instrument(one) for stated, one in (body.resolve or {}).items()},
        ),
        problems=drafts.merged(
            old.problems,
            {
                place_of(one.symbol, one.account): None
                if one.choice is None
                else ProblemDecision(one.choice, one.quantity, one.price)
                for one in body.problems or ()
            },
        ),
    )


def _file_changed(old: FileDecision, one: FileChange) -> FileDecision:
    said = one.model_fields_set
    return FileDecision(
        options=_options(one.options) if "options" in said else old.options,
        template=one.template if "template" in said else old.template,
        leave_out=one.leave_out if "leave_out" in said else old.leave_out,
    )


def _instrument(one: InstrumentChoice | str | None) -> InstrumentDecision | None:
    if one is None or isinstance(one, str):
        return None if one is None else InstrumentDecision(one)
    return InstrumentDecision(one.symbol, one.name, one.class_, one.currency)


def import_of(found: Found) -> Import:
    """Return an import as it is answered."""
    stored = found.stored
    review: Mapping[str, Any] = stored.review
    instruments = review.get("instruments", [])
    values = {
        "id": stored.id,
        "state": stored.state,
        "created": stored.created,
        "updated": stored.updated,
        "progress": found.progress,
        "reason": stored.reason or None,
        "open": review.get("open", True),
        "unresolved": [one for one in instruments if one["how"] == "open" or one["suggestions"]],
        **{name: review.get(name, 0) for name in store.STATUSES},
        **{name: review.get(name, []) for name in _LISTS},
    }
    return Import.model_validate(values)


def row_of(row: Row[Any]) -> ImportRow:
    """Return a row as it is answered."""
    values = dict(row._mapping)  # noqa: SLF001 - the public name of SQLAlchemy's mapping
    values["column"] = values.pop("field")
    del values["import"]
    return ImportRow.model_validate({**values, "cells": store.cells_of(row)})


def _template(kept: Kept) -> Template:
    return Template(
        id=kept.id,
        name=kept.name,
        for_headers=bool(kept.headers),
        options=dict(kept.options),
        updated=kept.updated,
    )


ROUTES = (
    list_imports,
    add_import,
    list_templates,
    add_template,
    delete_template,
    read_import,
    list_rows,
    change_import,
    commit_import,
    undo_import,
    delete_import,
    read_rejected,
)
