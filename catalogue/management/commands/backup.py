"""Copy all that an installation has and can't make again into one file: the database, photos, the secret key."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from catalogue import backups


class Command(BaseCommand):
    help = "Write a backup of the database, the photos and the secret key into one file, while the site runs."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="a new file, such as backup-2026-11-28.tar.gz")

    def handle(self, *, file: Path, **options):
        if file.exists():
            raise CommandError(f"{file} exists already; a backup is never overwritten.")
        with tempfile.TemporaryDirectory() as folder:
            database = backups.dump_database(Path(folder))
            unfinished = file.with_name(f".{file.name}.part")
            try:
                with tarfile.open(unfinished, "w:gz") as archive:
                    archive.add(database, arcname=database.name)
                    for path in backups.kept_files():
                        archive.add(path, arcname=f"var/{path.name}")
                unfinished.chmod(0o600)
                unfinished.rename(file)
            finally:
                unfinished.unlink(missing_ok=True)
        self.stdout.write(
            f"{file}: {file.stat().st_size:,} bytes. It holds passwords' hashes and the secret key: keep it safe."
        )
