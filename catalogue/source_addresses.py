"""Whether two web addresses lead to the same publication.

Addresses are kept as they were typed; ``address_key`` is what of one counts when two are compared. It errs on the side
of "different": two sources too many can be put right, a source that can't be entered stops the work.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_plus, urlsplit

#: Parameters that say where a reader came from, not what is read.
TRACKING = re.compile(
    r"utm_\w*|mtm_\w*|pk_(?:campaign|kwd|source|medium|content)|hsa_\w*|_hs(?:enc|mi)|mc_[ce]id|mkt_tok|_ga|_gl"
    r"|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|twclid|ttclid|igshid|yclid",
    re.IGNORECASE,
)
DEFAULT_PORTS = {"http": 80, "https": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")
#: Everything that may stand in an address; what is left is percent-encoded.
_KEPT = "%!*'();:@&=+$,/?[]"


def address_key(url: str) -> str:
    """What two addresses of the same page have in common; "" for what is no web address.

    The same are http and https, with and without ``www.``, default ports, slashes at the end, letter case of the host,
    parameters in any order, percent-encoding in any style; tracking parameters and places within a page do not count.

    >>> address_key("HTTP://www.Example.com:80/a/?b=2&utm_source=x&a=1#part")
    'example.com/a?a=1&b=2'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    scheme, host = parts.scheme.lower(), host_key(parts.hostname or "")
    if scheme not in DEFAULT_PORTS or not host:
        return ""
    if port and port != DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    query = "&".join(sorted(_escaped(one.replace("+", "%20")) for one in parts.query.split("&") if _counts(one)))
    # Some sites name their pages after the hash: "#!/models" and "#/models" are pages, "#models" is a place in one.
    page = f"#{_escaped(parts.fragment)}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{_escaped(parts.path).rstrip('/')}{'?' if query else ''}{query}{page}"


def without_tracking(url: str) -> str:
    """The address without what says where a reader came from; else just as it was typed.

    >>> without_tracking("https://example.com/a?utm_source=x&id=1#part")
    'https://example.com/a?id=1#part'
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    kept = [one for one in parts.query.split("&") if _counts(one)]
    return url.strip() if "&".join(kept) == parts.query else parts._replace(query="&".join(kept)).geturl()


def host_key(host: str) -> str:
    host = host.rstrip(".").lower().removeprefix("www.")
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:  # a label that is too long, say: it is compared as it stands
        return host


def host_spellings(url: str) -> set[str]:
    """How the host of an address may be written in another address of the same page; none where it has none."""
    host = address_key(url).partition("/")[0].partition("?")[0].partition("#")[0].partition(":")[0]
    if not host:
        return set()
    try:
        return {host, host.encode("ascii").decode("idna")}
    except UnicodeError:
        return {host}


def _counts(parameter: str) -> bool:
    return bool(parameter) and not TRACKING.fullmatch(unquote_plus(parameter.partition("=")[0]))


def _escaped(text: str) -> str:
    """One way of percent-encoding: what needs none is written out, the rest in capitals."""

    def one(match: re.Match) -> str:
        character = chr(int(match[1], 16))
        return character if _UNRESERVED.fullmatch(character) else match[0].upper()

    return quote(_ESCAPE.sub(one, text), safe=_KEPT)
