"""``ivr backup FILE`` writes the whole database into one file while calls go on, and reads it through."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli import clock
from ivr.cli.new_file import PRIVATE, NewFile, force_option
from ivr.cli.stored import settings_here
from ivr.errors import SettingsError, TargetError


@click.command(short_help="Write the database into one file, while calls go on.")
@click.argument("file", type=click.Path(path_type=Path))
@force_option
def backup(file: Path, force: bool) -> None:
    """Write the database that IVR_DATABASE_URL names into FILE, as it is at one moment, and read it through.

    The key is not in it: who has FILE alone can read no document and try no password, and who has lost the key has lost
    them too. Keep a copy of it elsewhere (var/secret.key, or IVR_SECRET_KEY). Neither are the menus below flows/, nor
    what callers said: recordings are kept by the telephone company. PostgreSQL is dumped by its own pg_dump.
    """
    import tempfile

    from data.backup import write_backup
    from data.database import DatabaseUnavailableError
    from data.dump import DumpError, dumped

    target = NewFile(file, "FILE", force, PRIVATE)
    settings = settings_here()
    try:
        database = dumped(settings.database_url)
        # Beside the file: it takes its name when it is whole, which is one step on one disk only.
        with tempfile.TemporaryDirectory(prefix=".ivr-backup-", dir=file.parent) as folder:
            dump, made = Path(folder) / "dump", Path(folder) / "backup"
            content = database.dump(dump)
            manifest = write_backup(made, dump, database.kind, content, settings.secret_key, clock.now())
            target.take(made)
    except DumpError as error:
        raise TargetError(f"nothing was backed up: {error}") from None
    except DatabaseUnavailableError as error:
        raise SettingsError(f"IVR_DATABASE_URL: {error}") from None
    except OSError as error:
        raise TargetError(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{file}: {manifest.total} rows of {len(manifest.rows)} tables, {manifest.size} bytes, read through")
    click.echo(
        f"the key is not in it, and without it no customer in it can be read: keep {where_the_key_is()}"
        f" (mark {manifest.key_mark}) elsewhere"
    )


def where_the_key_is() -> str:
    """Return where this environment has its key from."""
    import os

    from ivr.settings import DATA_DIRECTORY, KEY_FILE

    return "IVR_SECRET_KEY" if os.environ.get("IVR_SECRET_KEY") else str(DATA_DIRECTORY / KEY_FILE)
