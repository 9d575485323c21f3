"""One request to an address on the web that somebody typed in: to public hosts only, and only for so long.

No proxy, no cookies, no redirects, and no body: status and headers are all that is asked for. The host's name is
looked up once and the connection made to the address that was checked, so a name that answers differently the second
time leads nowhere.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from catalogue.links.record import Trouble
from catalogue.source_addresses import DEFAULT_PORTS

#: IPv6 networks whose addresses stand for IPv4 addresses, which may be private: NAT64, 6to4.
TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("2002::/16"))


class Answer(NamedTuple):
    status: int
    location: str = ""


class NoAnswer(Exception):  # noqa: N818 - it is what was found out
    def __init__(self, trouble: Trouble):
        super().__init__(trouble.value)
        self.trouble = trouble


def user_agent() -> str:
    """Who is asking, so that a host can tell us to stop."""
    return f"Transplants link check{f' (+{settings.SITE_URL}/about/)' if settings.SITE_URL else ''}"


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    translated = any(ip.version == network.version and ip in network for network in TRANSLATED)
    return ip.is_global and not ip.is_multicast and not translated


def look_up(host: str, port: int, allow_private: bool = False) -> str:
    """The address to connect to. A host with any address that is not public is refused altogether."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NoAnswer(Trouble.NO_HOST) from None
    addresses = [entry[4][0] for entry in found]
    if not addresses:
        raise NoAnswer(Trouble.NO_HOST)
    if not allow_private and not all(is_public(address) for address in addresses):
        raise NoAnswer(Trouble.NOT_PUBLIC)
    return addresses[0]


@cache
def trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def fetch(method: str, url: str, timeout: float, *, allow_private: bool = False) -> Answer:
    """Ask one address, once; raises NoAnswer. ``allow_private`` is for tests, which have a server of their own."""
    try:
        parts = urlsplit(iri_to_uri(url))
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or DEFAULT_PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise NoAnswer(Trouble.BAD_ADDRESS) from None
    if not host:
        raise NoAnswer(Trouble.BAD_ADDRESS)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    name = f"[{host}]" if ":" in host else host
    headers = {
        "Host": name if port == DEFAULT_PORTS[parts.scheme] else f"{name}:{port}",
        "User-Agent": user_agent(),
        "Accept": "*/*",
        "Connection": "close",
    }
    watch, begun = None, time.monotonic()
    try:
        connection.sock = socket.create_connection((look_up(host, port, allow_private), port), timeout)
        if parts.scheme == "https":
            connection.sock = trusted().wrap_socket(
                connection.sock, server_hostname=host, do_handshake_on_connect=False
            )
        # A server that sends a byte now and then never runs into the socket's own limit.
        watch = threading.Timer(timeout, hang_up, [connection.sock])
        watch.daemon = True
        watch.start()
        if parts.scheme == "https":
            connection.sock.do_handshake()
        connection.request(method, target, headers=headers)
        response = connection.getresponse()
        # Headers come as Latin-1; who writes other letters into them means UTF-8.
        location = response.headers.get("Location", "").encode("latin-1", "replace").decode("utf-8", "replace")
        return Answer(response.status, location)
    except ssl.SSLCertVerificationError:
        raise NoAnswer(Trouble.CERTIFICATE) from None
    except TimeoutError:
        raise NoAnswer(Trouble.TIMEOUT) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() - begun >= timeout:
            raise NoAnswer(Trouble.TIMEOUT) from None
        raise NoAnswer(Trouble.NO_CONNECTION if isinstance(error, OSError) else Trouble.NOT_HTTP) from None
    finally:
        if watch:
            watch.cancel()
        connection.close()


def hang_up(sock: socket.socket) -> None:
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # below TLS, which another thread is waiting in
