"""``make run``: prepare whatever is missing, then become the web server.

Safe to repeat: it migrates, loads the fixtures only into an empty catalogue, and never touches what editors
wrote. Everything that can be wrong with the machine is said in one sentence.
"""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.utils import get_random_secret_key
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from catalogue.changes import following
from catalogue.models import SearchEntry, Source


def write_once(path: Path, text: str) -> None:
    """Create a file that only its owner can read; keep the one that is there."""
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)


class Command(BaseCommand):
    help = "Prepare the database, the facts and the static files, then serve with gunicorn."
    # The system checks need the database; this command says first, and better, when it is away.
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument("--prepare-only", action="store_true", help="stop before serving")

    def handle(self, *, host: str, port: str, workers: int, prepare_only: bool, **options):
        self.check_port(host, port)
        self.prepare_folder()
        self.prepare_database()
        self.prepare_static_files()
        if prepare_only:
            return
        self.stdout.write(f"\nThe catalogue is ready: http://{host}:{port}/\n")
        desk = f"http://{host}:{port}{reverse('admin:index')}"
        self.stdout.write(f"日本語: http://{host}:{port}/ja/   Editing: {desk} (first: make editor)\n")
        self.stdout.write("Stop it with Ctrl+C.\n")
        sys.stdout.flush()
        arguments = [
            *(sys.executable, "-m", "gunicorn", "catalogue.wsgi"),
            *("--bind", f"{host}:{port}", "--workers", str(workers), "--threads", "4"),
            *("--preload", "--log-level", "warning", "--no-control-socket"),
        ]
        if settings.METRICS_TOKEN:
            self.prepare_metrics(port)
        os.chdir(settings.BASE_DIR)
        # It ends when this process does, which from here on is the server.
        subprocess.Popen([sys.executable, "manage.py", "publish_due", "--every", "20"])
        os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter, no shell

    def check_port(self, host: str, port: str) -> None:
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise CommandError(f"{port} is not a port: choose one between 1 and 65535, for example: make run PORT=8001")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, int(port)))
            except OSError as error:
                reason = error.strerror.lower() if error.strerror else "it can't be used"
                other = int(port) % 65535 + 1
                raise CommandError(
                    f"port {port} on {host} can't be used ({reason}); choose another: make run PORT={other}"
                ) from None

    def prepare_folder(self) -> None:
        try:
            settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
            write_once(settings.VAR_DIR / "secret_key", get_random_secret_key())
            with tempfile.TemporaryFile(dir=settings.VAR_DIR):
                pass
        except OSError as error:
            reason = (error.strerror or "").lower()
            raise CommandError(
                f"the folder {settings.VAR_DIR} can't be written to ({reason}); set VAR_DIR to one that can."
            ) from None

    def check_connection(self) -> None:
        """Reach PostgreSQL without the pool, which would try for ten seconds and not say why it failed."""
        if connection.vendor == "postgresql":
            settings_dict = connection.settings_dict
            named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
            known = {name: settings_dict[key] for name, key in named.items() if settings_dict[key]}
            options = {name: value for name, value in settings_dict["OPTIONS"].items() if name != "pool"}
            psycopg.connect(**known, **{"connect_timeout": 5, **options}).close()

    def prepare_database(self) -> None:
        try:
            self.check_connection()
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                self.stdout.write("Preparing the database ...")
                call_command("migrate", interactive=False, verbosity=0)
            if not Source.objects.exists():
                self.stdout.write("Loading the facts ...")
                call_command("load_catalogue", verbosity=0)
            following.begin()
            if not SearchEntry.objects.exists():
                self.stdout.write("Building the search index ...")
                call_command("rebuild_search", verbosity=0)
        except (DatabaseError, psycopg.Error) as error:
            reason = (str(error).splitlines() or ["no reason given"])[0].strip()
            raise CommandError(f"the database does not work ({reason}); check DATABASE_URL.") from None
        finally:
            connection.close()

    def prepare_metrics(self, port: str) -> None:
        """A folder in which the worker processes add up what they count; what others counted there goes."""
        folder = settings.VAR_DIR / f"metrics-{port}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)

    def prepare_static_files(self) -> None:
        """Collect and compress the static files when any of them, or of the libraries, changed."""
        if settings.DEBUG:
            return
        state = hashlib.sha256((settings.BASE_DIR / "requirements.txt").read_bytes())
        for path in sorted((settings.BASE_DIR / "static").rglob("*")):
            if path.is_file():
                state.update(f"{path.relative_to(settings.BASE_DIR)}".encode() + path.read_bytes())
        stamp = settings.STATIC_ROOT / ".built-from"
        if stamp.exists() and stamp.read_text() == state.hexdigest():
            return
        self.stdout.write("Building the static files ...")
        # Nothing is cleared away: a server that still runs serves pages that name the files it began with.
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state.hexdigest())
