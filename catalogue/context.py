"""What every page needs to know about the site and about itself."""

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import translate_url
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
    return [(code, translate_url(path, code)) for code, _name in settings.LANGUAGES]


def site(request: HttpRequest) -> dict:
    path = request.path
    return {
        "main_sections": MAIN_SECTIONS,
        "sections": SECTIONS,
        "site_origin": absolute(request, "/").removesuffix("/"),
        "canonical": absolute(request, path),
        "alternates": [(code, absolute(request, translated)) for code, translated in translations(path)],
    }
