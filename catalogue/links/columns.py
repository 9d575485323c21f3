"""How editors see whether a source's address still leads somewhere: in the list, in the form, and by asking now."""

from __future__ import annotations

import time

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.links.checking import Checker, check
from catalogue.links.record import LinkCheck, LinkState
from catalogue.models import Source

#: How many addresses one request may ask, and how many seconds that may take: somebody waits for it.
MOST_AT_ONCE = 5
PATIENCE = 20


class LinkFilter(admin.SimpleListFilter):
    title = gettext_lazy("link")
    parameter_name = "link"

    def lookups(self, request, model_admin):
        return [
            *LinkState.choices,
            ("unknown", _("not asked yet")),
        ]

    def queryset(self, request, queryset):
        asked = LinkCheck.objects.current()
        if self.value() == "unknown":
            return queryset.exclude(url="").exclude(pk__in=asked.values("source"))
        if self.value() in LinkState.values:
            return queryset.filter(pk__in=asked.filter(state=self.value()).values("source"))
        return queryset


class LinkColumns:
    """For the admin of sources, with ``link`` in its list and ``link_check_details`` in its form."""

    def link_check_of(self, source: Source) -> LinkCheck | None:
        """What is known of the address as it is now."""
        known = getattr(source, "link_check", None)
        return known if known and known.url == source.url else None

    @admin.display(description=gettext_lazy("link"), ordering="link_check__state")
    def link(self, source):
        known = self.link_check_of(source)
        if known is None:
            return "–"
        if known.is_failing and known.first_failed_at:
            since = date_format(timezone.localtime(known.first_failed_at), "DATE_FORMAT")
            return _("%(state)s, since %(date)s") % {"state": known.get_state_display(), "date": since}
        return known.get_state_display()

    @admin.display(description=gettext_lazy("link"))
    def link_check_details(self, source):
        known = self.link_check_of(source)
        if known is None:
            return _("not asked yet") if source.url else "–"
        lines = [capfirst(known.get_state_display())]
        if known.trouble:
            lines[0] += f": {known.get_trouble_display()}"
        if known.status_code:
            lines[0] += f" ({known.status_code})"
        if known.final_url:
            # Shown to be copied, not as a link: whoever answered chose where it leads.
            lines.append(_("It leads to %(address)s") % {"address": known.final_url})
        if known.failures:
            since = date_format(timezone.localtime(known.first_failed_at), "DATE_FORMAT")
            n = known.failures
            text = ngettext("No answer since %(date)s.", "No answer since %(date)s (asked %(n)s times).", n)
            lines.append(text % {"date": since, "n": n})
        asked = date_format(timezone.localtime(known.checked_at), "DATETIME_FORMAT")
        lines.append(_("Asked %(date)s.") % {"date": asked})
        return format_html_join(mark_safe("<br>"), "{}", ([line] for line in lines))

    @admin.action(description=gettext_lazy("Check the links of the selected sources now"), permissions=["change"])
    def check_links(self, request, queryset):
        chosen = Source.objects.filter(pk__in=queryset.values("pk")).exclude(url="").order_by("pk")
        wanted = chosen.count()
        if wanted > MOST_AT_ONCE:
            text = _("Choose at most %(n)s sources: you wait while they are asked. A nightly job asks all others.")
            self.message_user(request, text % {"n": MOST_AT_ONCE}, messages.WARNING)
            return
        if not wanted:
            self.message_user(request, _("None of them has an address on the web."), messages.WARNING)
            return
        begun, asked = time.monotonic(), 0
        for source, link in check(chosen, self.link_checker()):
            asked += 1
            told = f"{source}: {link.get_state_display()}"
            trouble = f" ({link.get_trouble_display()})" if link.trouble else ""
            self.message_user(request, told + trouble, messages.WARNING if link.is_failing else messages.SUCCESS)
            if time.monotonic() - begun > PATIENCE:
                break
        if asked < wanted:
            text = _("%(n)s not asked: the others took too long. Try again.") % {"n": wanted - asked}
            self.message_user(request, text, messages.WARNING)

    def link_checker(self) -> Checker:
        return Checker(delay=0.5, timeout=4, patience=8)
