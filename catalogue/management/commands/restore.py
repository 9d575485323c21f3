"""Bring back what ``backup`` wrote, in place of all that is there."""

from __future__ import annotations

import tarfile
import tempfile
import zlib
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from catalogue import backups, revision


def agreed() -> bool:
    """Whether somebody is there and says yes."""
    try:
        return input("All that is in the database now is lost. Type yes to go on: ") == "yes"
    except EOFError:
        return False


class Command(BaseCommand):
    help = "Replace the database, the photos and the secret key by those of a backup. Stop the site first."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="do not ask before all is replaced")

    def handle(self, *, file: Path, yes: bool, **options):
        with tempfile.TemporaryDirectory() as folder:
            try:
                with tarfile.open(file) as archive:
                    archive.extractall(folder, filter="data")
            except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
                raise CommandError(f"{file} can't be read as a backup ({error}).") from None
            database = backups.database_in(Path(folder))
            if not yes and not agreed():
                raise CommandError("Nothing was changed.")
            backups.load_database(database)
            backups.put_files_back(Path(folder) / "var")
        call_command("migrate", interactive=False, verbosity=0)
        # Whoever kept pages of what was there before, in Redis say, must not find them: the numbers that follow the
        # backup's had another meaning then.
        revision.leap()
        self.stdout.write("Restored. Start the site again.")
