"""The approval of 2026 for passenger cars built in the United States, as sources of that spring tell its conditions."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: The day from which the ordinance holds.
SINCE = "2026-02-16"
#: (the condition, slugs of its sources)
CONDITIONS: tuple[tuple[Promise, tuple[str, ...]], ...] = (
    (
        _("It is a passenger car built in the United States that meets the American standards."),
        ("exp2026-049", "exp2026-050"),
    ),
    (
        _("A car maker, or one who acts like one, imports it from there; private imports are left out."),
        ("exp2026-049", "exphist-120"),
    ),
    (
        _("The minister approves each case on documents, without added tests, where safety and emissions allow."),
        ("exp2026-049", "specs-157"),
    ),
    (
        _("A star-shaped sticker, 5 cm across, marks it at the rear, and the inspection certificate says so too."),
        ("specs-158", "exphist-121"),
    ),
    (
        _("The ministry may ask the maker for further measures; without confirmed safety the car does not come in."),
        ("specs-160",),
    ),
)
