"""Real sites for tests: started as ``make run`` starts them, watched, and stopped again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.loaded import ROOT, free_port


@dataclass
class Site:
    """A running site."""

    address: str
    environment: dict[str, str]
    process: subprocess.Popen
    log: Path

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py on the same database."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def wait_until_ready(self) -> None:
        for _ in range(600):
            assert self.process.poll() is None, f"the site did not start:\n{self.log.read_text()}"
            try:
                with urlopen(f"{self.address}/health/ready", timeout=5) as answer:  # noqa: S310 - our own server
                    assert answer.read() == b"ready\n"
                    return
            except (URLError, OSError):
                time.sleep(0.2)
        pytest.fail(f"the site was not ready in two minutes:\n{self.log.read_text()}")

    def kill(self) -> None:
        """All its processes at once, as if the machine was switched off."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def running_site(environment: dict[str, str], log: Path, *options: str) -> Iterator[Site]:
    """A site with this environment, ready to be asked; what it says goes to ``log``."""
    address = f"http://127.0.0.1:{(port := free_port())}"
    command = [sys.executable, "manage.py", "start", "--port", str(port), *options]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    site = Site(address, environment, process, log)
    try:
        site.wait_until_ready()
        yield site
    finally:
        site.stop()
