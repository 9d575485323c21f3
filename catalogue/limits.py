"""How often one client may do something, without keeping anybody's address."""

from ipaddress import IPv6Network, ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def client_address(request: HttpRequest) -> str:
    """The client's address. "" if not known."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The last one is what our own proxy saw; those before it are what the client says.
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(known, "ipv4_mapped", None) or known)


def client_network(request: HttpRequest) -> str:
    """The client's address, for IPv6 its network of 64 bits: a household has that many. "" if not known."""
    address = client_address(request)
    return str(IPv6Network((address, 64), strict=False)) if ":" in address else address


def client_key(request: HttpRequest, purpose: str) -> str:
    """A name for the client that its address can't be read from: the secret key goes into the hash."""
    return salted_hmac(f"catalogue.limits.{purpose}", client_network(request), algorithm="sha256").hexdigest()


def within_limit(request: HttpRequest, purpose: str, most: int, seconds: int) -> bool:
    """Count one more use by this client; False when there were ``most`` of them within the time."""
    key = f"limit:{purpose}:{client_key(request, purpose)}"
    if cache.add(key, 1, seconds):
        return True
    try:
        return cache.incr(key) <= most
    except ValueError:  # the time ended between the two lines
        cache.set(key, 1, seconds)
        return True
