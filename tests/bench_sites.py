"""The catalogues that ``make bench`` measures, prepared once and kept in ``.bench/``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.loaded import ROOT, create_database, database_beside, free_port, fresh_environment, site_environment

EDITOR = {"DJANGO_SUPERUSER_USERNAME": "bench", "DJANGO_SUPERUSER_PASSWORD": "only for measuring"}


@dataclass
class Prepared:
    """A catalogue of one size in one database, and how long making it took."""

    name: str
    database: str
    generations: int | None
    folder: Path
    url: str
    #: Rows of the fixtures written in a second, and generations in a second where there are more than are real.
    rates: dict[str, int]

    @property
    def environment(self) -> dict[str, str]:
        return site_environment(self.folder / "var", self.url)

    @property
    def rows_file(self) -> Path:
        """What Datasette serves."""
        return self.folder / "rows.db"


def manage(environment: dict[str, str], *arguments: str) -> float:
    """Run one of the site's commands; how many seconds it took."""
    begun = time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return time.monotonic() - begun


def prepare(keep: Path, url: str, generations: int | None) -> Prepared:
    """A catalogue, made unless an earlier run has left it: the real one, or one with so many invented generations."""
    database, size = "PostgreSQL" if url else "SQLite", f"{generations:,}" if generations else "real"
    name = f"{'postgresql' if url else 'sqlite'}_{generations or 'real'}"
    folder = keep / name
    site = Prepared(f"{database}, {size}", database, generations, folder, database_beside(url, name) if url else "", {})
    told = folder / "rates"
    if told.exists():
        # The code may have changed since.
        manage(site.environment, "start", "--prepare-only", "--port", str(free_port()))
        site.rates = {key: int(value) for key, value in (line.split("=") for line in told.read_text().split())}
        return site
    (folder / "var").mkdir(parents=True, exist_ok=True)
    if site.url:
        create_database(site.url)
    manage(site.environment, "migrate")
    seconds = manage(site.environment, "load_catalogue")
    rows = sum(len(path.read_text().splitlines()) for path in (ROOT / "fixtures").glob("*.jsonl"))
    site.rates["rows_loaded_per_second"] = round(rows / seconds)
    manage(site.environment, "start", "--prepare-only", "--port", str(free_port()))
    if generations:
        seconds = manage(site.environment, "generate_catalogue", "--generations", str(generations), "--verbosity", "0")
        site.rates["generations_made_per_second"] = round(generations / seconds)
    manage({**site.environment, **EDITOR}, "createsuperuser", "--noinput", "--email", "bench@example.com")
    site.rows_file.unlink(missing_ok=True)
    subprocess.run([sys.executable, "-m", "tests.bench_rows", str(site.rows_file)], env=site.environment, check=True)
    told.write_text("\n".join(f"{key}={value}" for key, value in site.rates.items()))
    return site


def commands(site: Prepared, ports: dict[str, int], datasette: str) -> dict[str, tuple[list[str], dict[str, str]]]:
    """How each server is started: the site with and without kept pages, the bare view, Datasette."""
    environment = {**site.environment, "API_RATE": "1000000/s", "STATEMENT_TIMEOUT": "120"}
    gunicorn = [sys.executable, "-m", "gunicorn", "--workers", "2", "--threads", "4", "--timeout", "120"]

    def served(name: str, application: str) -> list[str]:
        quiet = ["--log-level", "error", "--preload", "--no-control-socket"]
        return [*gunicorn, *quiet, "--bind", f"127.0.0.1:{ports[name]}", application]

    limits = ("facet_time_limit_ms", "600000"), ("sql_time_limit_ms", "600000"), ("default_page_size", "24")
    options = [word for name, value in (*limits, ("suggest_facets", "off")) for word in ("--setting", name, value)]
    return {
        "site": (served("site", "catalogue.wsgi"), environment),
        "fresh": (served("fresh", "catalogue.wsgi"), {**environment, "PAGE_STORE": "false"}),
        "bare": (served("bare", "tests.bench_bare"), fresh_environment()),
        "datasette": (
            [datasette, "serve", "--immutable", str(site.rows_file), "--port", str(ports["datasette"]), *options],
            dict(os.environ),
        ),
    }
