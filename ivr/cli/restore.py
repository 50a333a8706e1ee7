"""``ivr restore FILE`` puts a backup in the place of the database, whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.backup import where_the_key_is
from ivr.cli.stored import settings_here
from ivr.errors import SettingsError, TargetError

if TYPE_CHECKING:
    from data.backup import Manifest
    from data.dump import Counts, Dumped


@click.command(short_help="Put a backup in the place of the database.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Only read the backup through, and change nothing.")
@click.option(
    "--force", is_flag=True, help="Also where the database holds customers, staff or calls: they are gone then."
)
def restore(file: Path, check: bool, force: bool) -> None:
    """Put the backup in FILE in the place of the database that IVR_DATABASE_URL names, whole or not at all.

    It needs the key with which the backup was made, and a database that nothing else has open: stop ivr serve first.
    Whatever was to be forgotten since the backup is in it again: run ivr purge, and repeat ivr privacy erase.
    """
    from data.backup import BackupError, key_mark, open_backup, verify_rows
    from data.database import DatabaseUnavailableError
    from data.dump import DumpError, dumped
    from data.migrations import is_known

    if not file.is_file():
        raise TargetError(f"there is no file {file}")
    _require_a_key()
    settings = settings_here()
    try:
        with open_backup(file) as (manifest, dump):
            if manifest.key_mark != key_mark(settings.secret_key):
                raise TargetError(
                    f"{file} was made with another key (mark {manifest.key_mark}) than the one in {where_the_key_is()}"
                    f" (mark {key_mark(settings.secret_key)}): no customer in it could be read; put its key there first"
                )
            if not manifest.is_sealed(settings.secret_key):
                raise TargetError(f"{file} was changed since 'ivr backup' wrote it; take another copy of it")
            if manifest.revision and not is_known(manifest.revision):
                raise TargetError(
                    f"{file} is of a newer release (tables of revision {manifest.revision}); restore it with that one"
                )
            database = dumped(settings.database_url)
            if database.kind != manifest.kind:
                raise TargetError(
                    f"{file} is a backup of {manifest.kind}, and IVR_DATABASE_URL names a database of {database.kind}"
                )
            database.check(dump)
            if not check:
                _require_free(database, manifest, force=force)
                database.load(dump)
                verify_rows(database.rows(), manifest)
    except BackupError as error:
        raise TargetError(f"{file}: {error}") from None
    except DumpError as error:
        raise TargetError(f"nothing was restored: {error}" if not check else f"{file}: {error}") from None
    except DatabaseUnavailableError as error:
        raise SettingsError(f"IVR_DATABASE_URL: {error}") from None
    told = f"{manifest.total} rows of {len(manifest.rows)} tables, as of {manifest.made_at:%Y-%m-%d %H:%M} UTC"
    if check:
        click.echo(f"{file} is whole, and this is its key: {told}")
        return
    click.echo(f"restored: {told}")
    click.echo("what was forgotten since then is there again: run 'ivr purge', and repeat each 'ivr privacy erase'")


def _require_a_key() -> None:
    """Raise SettingsError where this machine has none yet: a new one would be made, and fit no backup."""
    import os

    from ivr.settings import DATA_DIRECTORY, KEY_FILE

    if not os.environ.get("IVR_SECRET_KEY") and not (DATA_DIRECTORY / KEY_FILE).exists():
        raise SettingsError(
            f"{DATA_DIRECTORY / KEY_FILE}: there is no key here, and a backup holds none; copy the file from where the"
            " backup was made, or set IVR_SECRET_KEY"
        )


def _require_free(database: Dumped, manifest: Manifest, *, force: bool) -> None:
    """Raise TargetError where the database may not be replaced."""
    from data.dump import OWN

    found: Counts = database.rows()
    others = ", ".join(sorted(found.keys() - manifest.rows.keys()))
    if others and database.kind == "postgresql":
        raise TargetError(
            f"the database has tables that the backup has not ({others}): restore it into a new, empty one"
        )
    if others and not force:
        raise TargetError(
            f"the database has tables that the backup has not ({others}), which would be gone; back it up, and add"
            " --force"
        )
    used = sum(found.get(name, 0) for name in OWN)
    if used and not force:
        raise TargetError(
            f"the database holds {used} companies, staff and calls, which would be gone; back it up, and add --force"
        )
