"""How generations are counted in words."""

from django.utils.translation import gettext


def ordinal_generation(number: int) -> str:
    """``8th generation``; in Japanese ``8代目``, and ``初代`` for the first."""
    if number == 1:
        return gettext("1st generation")
    suffix = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return gettext("%(number)s%(suffix)s generation") % {"number": number, "suffix": suffix}
