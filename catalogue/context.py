"""What every page needs to know about the site and about itself."""

from functools import cache, lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

#: The sections that readers come for, in the order of the navigation: (name of the URL, label).
MAIN_SECTIONS = [
    ("vehicles", _("Vehicles")),
    ("plants", _("Plants")),
    ("exports", _("Exports")),
    ("figures", _("Figures")),
    ("compare", _("Compare")),
]
#: All sections, for the foot of the page.
SECTIONS = [
    *MAIN_SECTIONS,
    ("states", _("States")),
    ("manufacturers", _("Manufacturers")),
    ("vin", _("VIN check")),
    ("sources", _("Sources")),
    ("api-docs", _("API")),
    ("changes", _("Changes")),
    ("downloads", _("Downloads")),
    ("about", _("About")),
]


def absolute(request: HttpRequest, path: str) -> str:
    """The public address of a path; the bare path where the request names a host that is not ours."""
    if settings.SITE_URL:
        return settings.SITE_URL + path
    try:
        return request.build_absolute_uri(path)
    except DisallowedHost:
        return path


def translations(path: str) -> list[tuple[str, str]]:
    """(language, path) of the same page in each language."""
    return _translations(path, get_language())


@lru_cache(1000)
def _translations(path: str, _language: str) -> list[tuple[str, str]]:
    # Looking an address up to write it anew takes its time, and which one it is depends on the language alone.
    return [(code, translate_url(path, code)) for code, _name in settings.LANGUAGES]


@cache
def sections(_language: str) -> list[tuple[str, str]]:
    """(address, label) of each section, for readers of this language, which is the active one."""
    return [(reverse(name), str(label)) for name, label in SECTIONS]


def site(request: HttpRequest) -> dict:
    path, listed = request.path, sections(get_language())
    return {
        "main_sections": listed[: len(MAIN_SECTIONS)],
        "sections": listed,
        "site_origin": absolute(request, "/").removesuffix("/"),
        "canonical": absolute(request, path),
        "alternates": [(code, absolute(request, translated)) for code, translated in translations(path)],
    }
