"""nginx as docs/deploy/nginx.conf has it, but for ports, TLS and folders."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.loaded import ROOT, free_port, wait_for_port

PROGRAM = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
MAIN = """
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""


def configured(port: int, behind: list[int]) -> str:
    """The documented configuration for a port without TLS, with these ports behind it."""
    text = (ROOT / "docs/deploy/nginx.conf").read_text()
    upstream, secure, _redirect = re.split(r"^server \{", text, flags=re.MULTILINE)
    for documented, real in zip(("8001", "8002"), behind, strict=True):
        upstream = upstream.replace(f"127.0.0.1:{documented}", f"127.0.0.1:{real}")
    secure = re.sub(r"^ *ssl_.*$", "", secure, flags=re.MULTILINE)
    changed = {"listen 443 ssl http2": f"listen 127.0.0.1:{port}", "server_name catalogue.example": "server_name _"}
    for documented, real in changed.items():
        assert documented in secure
        secure = secure.replace(documented, real)
    return f"{upstream}server {{{secure}"


@contextmanager
def nginx(folder: Path, behind: list[int]) -> Iterator[str]:
    """The address of an nginx in front of these ports."""
    assert PROGRAM, "no nginx is installed, and the drills need one"
    port = free_port()
    user = "user root;\n" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(user + MAIN.format(folder=folder, servers=configured(port, behind)))
    command = [PROGRAM, "-p", folder, "-c", folder / "nginx.conf", "-g", "daemon off;"]
    process = subprocess.Popen(command)
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
