"""Drills: what goes wrong with machines is done to real servers, and the site has to live through it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.drills.cluster import PROGRAMS, Cluster
from tests.loaded import ROOT, free_port, site_environment


def pytest_collection_modifyitems(items):
    missing = pytest.mark.skip(reason="no PostgreSQL server is installed")
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.drill)
            item.add_marker(pytest.mark.once)
            if not PROGRAMS and not os.environ.get("CI"):
                item.add_marker(missing)


@pytest.fixture(scope="package")
def folder() -> Iterator[Path]:
    """For servers that other users than ours run: pytest's own folders are closed to them."""
    with tempfile.TemporaryDirectory(prefix="drills-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="package")
def primary(folder) -> Iterator[Cluster]:
    """A server with the loaded catalogue in its database ``catalogue``."""
    if not PROGRAMS:
        pytest.fail("no PostgreSQL server is installed, and on CI the drills must run")
    cluster = Cluster.create(folder / "primary")
    try:
        cluster.ask("CREATE DATABASE catalogue", "postgres")
        prepare = [sys.executable, "manage.py", "start", "--prepare-only", "--port", str(free_port())]
        environment = site_environment(folder / "var", cluster.url("catalogue"))
        subprocess.run(prepare, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        yield cluster
    finally:
        cluster.stop("immediate")


@pytest.fixture
def var(folder, tmp_path) -> Path:
    """A folder for one site, with the static files."""
    shutil.copytree(folder / "var", tmp_path / "var")
    return tmp_path / "var"
