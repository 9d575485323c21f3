"""A Redis of the drills' own."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.loaded import free_port, wait_for_port

PROGRAM = shutil.which("redis-server")


class RedisServer:
    """In memory only; ``folder`` is where it runs."""

    def __init__(self, folder: Path):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder]
        self.process = subprocess.Popen([PROGRAM, *options], stdout=subprocess.DEVNULL)
        wait_for_port(self.port)

    def stop(self) -> None:
        """As if the machine was switched off."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
