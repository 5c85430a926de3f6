"""Brings a database up to this version's schema, on the caller's own connection.

Runs at every start. When the database is already there, only one row is read and Alembic is
not even imported: a second start takes well under a second.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, MetaData, inspect, text

from federation import peers as federation_peers
from federation import records as federation_records
from federation.activitypub import schema as activitypub_schema
from federation.log import schema as log_schema
from federation.schema import metadata as federation_metadata
from portfolio.storage import (
    access,
    idea_tables,
    import_memory,
    imports,
    price_tables,
    record_tables,
)
from portfolio.storage.tables import metadata as portfolio_metadata

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
HEAD: Final = "0002"
METADATA: Final[tuple[MetaData, ...]] = (federation_metadata, portfolio_metadata)
# Tables stand in these modules too; naming them here makes sure that they are known by now.
DECLARED_IN: Final = (
    log_schema,
    federation_peers,
    federation_records,
    activitypub_schema,
    access,
    import_memory,
    imports,
    idea_tables,
    price_tables,
    record_tables,
)


class NewerDatabaseError(Exception):
    """The database was written by a newer version of the planner."""


def revision(conn: Connection) -> str | None:
    """Return the revision of a database; None when it is empty."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    return conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def upgrade(conn: Connection) -> None:
    """Bring the database up to this version.

    Raises:
        NewerDatabaseError: a newer version of the planner wrote it.
    """
    found = revision(conn)
    if found == HEAD:
        return
    # Half a second of imports that a usual start does not need.
    from alembic import command  # noqa: PLC0415 - see above

    config = _config()
    _check_known(found, config)
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def check_known(conn: Connection) -> None:
    """Check that this version can bring a database up; it is not changed.

    Raises:
        NewerDatabaseError: a newer version of the planner wrote it.
    """
    found = revision(conn)
    if found != HEAD:
        _check_known(found, _config())


def _config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - as in `upgrade`

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _check_known(found: str | None, config: "Config") -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as in `upgrade`

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise NewerDatabaseError(
            "This database was written by a newer version of the planner; update the planner."
        )
