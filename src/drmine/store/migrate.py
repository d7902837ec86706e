"""Bring the tables to the version that this drmine knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, select, table
from sqlalchemy import column as sql_column

from drmine.errors import ConfigurationError
from drmine.store.engine import reading, writing
from drmine.store.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"
VERSION_TABLE = "drmine_schema"
_version_table = table(VERSION_TABLE, sql_column("version_num"))


def current_version(connection: Connection) -> str | None:
    """Return the version of the tables; None for a database without any."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(select(_version_table.c.version_num)).scalar()


def upgrade(engine: Engine) -> None:
    """Create or migrate the tables; does nothing where they are up to date.

    Raises
    ------
    ConfigurationError
        The store was made by a newer drmine.
    """
    with reading(engine) as connection:
        if current_version(connection) == HEAD:
            return
    with writing(engine) as connection:
        # another process may have done it while this one waited
        if not _is_up_to_date(engine, current_version(connection)):
            migrate_to("head", connection)


def check(engine: Engine) -> None:
    """See to it that the tables are those that this drmine knows, for who may not migrate them.

    Raises
    ------
    ConfigurationError
        They are not; the sentence says what to do.
    """
    with reading(engine) as connection:
        version = current_version(connection)
    if _is_up_to_date(engine, version):
        return
    tables = f"tables of an older drmine (schema {version})" if version else "no tables of drmine"
    raise ConfigurationError(
        f"The database {engine.url.database} has {tables} and cannot be written to; let "
        "somebody who may run `drmine refresh --offline`, which brings it up to date."
    )


def _is_up_to_date(engine: Engine, version: str | None) -> bool:
    """Whether tables are those that this drmine knows; a newer drmine's are refused."""
    if version is None or version == HEAD or is_known(version):
        return version == HEAD
    other = "workspace" if engine.dialect.name == "sqlite" else "database"
    raise ConfigurationError(
        f"The database {engine.url.database} was made by a newer version of drmine "
        f"(schema {version}, this one knows {HEAD}); upgrade drmine or use another {other}."
    )


def migrate_to(revision: str, connection: Connection) -> None:
    """Run the migrations up or down to a revision inside the caller's transaction."""
    from alembic import command

    config = alembic_config()
    config.attributes["connection"] = connection
    version = current_version(connection)
    order = [*reversed(revisions())]
    target = None if revision == "base" else HEAD if revision == "head" else revision
    is_down = target is None or (version is not None and order.index(target) < order.index(version))
    (command.downgrade if is_down else command.upgrade)(config, revision)


def is_known(version: str) -> bool:
    """Whether a migration of this name comes with this drmine."""
    return version in revisions()


def revisions() -> list[str]:
    """Return the names of all migrations, the latest first."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(alembic_config())
    return [one.revision for one in script.walk_revisions()]


def alembic_config() -> Config:
    """Return Alembic's configuration; there is no ini file, everything stands here."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config
