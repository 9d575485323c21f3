"""What both apps share: sources and citations, milestones, yearly statistics, and addresses left behind."""

import copy

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models.functions import Length
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalogue.bilingual import LocalText
from catalogue.changes.record import Change as Change
from catalogue.changes.record import Concern as Concern
from catalogue.dates import PartialDate, PartialDateField
from catalogue.desk.proposal import Proposal as Proposal
from catalogue.desk.version import Version as Version
from catalogue.entries import Entry, EntryLink, EntryQuerySet
from catalogue.links.record import LinkCheck as LinkCheck
from catalogue.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from catalogue.photos import Photo as Photo  # these: told in modules of their own; Django looks here
from catalogue.reports import Report as Report
from catalogue.revision import Revision as Revision
from catalogue.search.entry import SearchEntry as SearchEntry
from catalogue.search.entry import SearchWord as SearchWord
from catalogue.security.event import SecurityEvent as SecurityEvent
from catalogue.source_addresses import address_key, host_spellings


class SourceQuerySet(NaturalKeyQuerySet):
    def with_use(self):
        """Annotate ``uses``: how many citations of public and draft entries rest on each source."""
        return self.annotate(uses=models.Count("citations"))

    def at_address(self, url: str):
        """The sources whose web address leads to the same publication; see catalogue/source_addresses.py."""
        hosts = models.Q(pk__in=[])
        for host in host_spellings(url):
            hosts |= models.Q(url__icontains=host)
        near, key = self.filter(hosts).values_list("pk", "url"), address_key(url)
        return self.filter(pk__in=[pk for pk, other in near if address_key(other) == key])


class Source(NaturalKeyModel):
    """A publication that facts rest on: a press release, an article, a book, a data set."""

    slug = models.SlugField(
        _("id"), max_length=60, unique=True, help_text=_("Short and permanent: it is the source's address.")
    )
    url = models.URLField(_("address on the web"), max_length=600, blank=True)
    title = models.CharField(
        _("title"),
        max_length=400,
        help_text=_("As published, in its own language. In [brackets] when it is our description."),
    )
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    published_on = PartialDateField(_("published"), blank=True, help_text=_("1992, 1992-09 or 1992-09-07."))
    language = models.CharField(_("language"), max_length=10, blank=True, help_text=_("Language code: en, ja, de ..."))

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    @property
    def title_language(self) -> str:
        """The language of the title: a description in [brackets], where none was to be seen, is in English."""
        return "en" if self.title.startswith("[") or not self.language else self.language

    def __str__(self):
        return f"{self.title} ({self.publisher})" if self.publisher else self.title

    def get_absolute_url(self):
        return reverse("source", args=[self.slug])


class CitationQuerySet(NaturalKeyQuerySet):
    def of(self, entries):
        """The citations of these entries, of whatever types, with their sources: one query."""
        by_type: dict[type, list[int]] = {}
        for entry in entries:
            by_type.setdefault(type(entry), []).append(entry.pk)
        wanted = models.Q(pk__in=[])
        for entry_class, ids in by_type.items():
            label = {"entry_type__app_label": entry_class._meta.app_label}
            wanted |= models.Q(entry_type__model=entry_class._meta.model_name, entry_id__in=ids, **label)
        return self.filter(wanted).select_related("source", "entry_type").order_by("pk")


class Citation(EntryLink):
    """The link from a fact to the source it rests on: a whole entry, or one named field of it.

    Where a source says something else than the catalogue, ``claim`` keeps what it says and ``reason`` why
    the catalogue follows another source; both are shown.
    """

    natural_key_fields = ("entry_type_id", "entry_id", "source_id", "field")
    remedies = {"citation_once_per_fact": ("source", ""), "citation_claim_has_reason": ("reason", "")}

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations", verbose_name=_("source"))
    field = models.CharField(
        _("supports"), max_length=60, blank=True, help_text=_("The fact it supports; empty for the whole entry.")
    )
    locator = models.CharField(_("where in it"), max_length=120, blank=True, help_text=_("Page, table, paragraph."))
    claim = models.CharField(
        _("differing claim"), max_length=400, blank=True, help_text=_("What this source says, where it differs.")
    )
    claim_ja = models.CharField(_("differing claim in Japanese"), max_length=400, blank=True)
    reason = models.CharField(
        _("why we chose otherwise"), max_length=400, blank=True, help_text=_("Needed with a differing claim.")
    )
    reason_ja = models.CharField(_("why we chose otherwise, in Japanese"), max_length=400, blank=True)
    read_on = PartialDateField(_("read"), blank=True, help_text=_("When we read it: 2026, 2026-03 or 2026-03-05."))

    local_claim = LocalText("claim")
    local_reason = LocalText("reason")

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        constraints = [
            models.UniqueConstraint(
                fields=["entry_type", "entry_id", "source", "field"],
                name="citation_once_per_fact",
                violation_error_message=_("This source is already cited for this fact."),
            ),
            models.CheckConstraint(
                condition=models.Q(claim="") | ~models.Q(reason=""),
                name="citation_claim_has_reason",
                violation_error_message=_("Say why the catalogue does not follow the differing claim."),
            ),
        ]
        indexes = [models.Index(fields=["entry_type", "entry_id"], name="citation_entry")]

    def __str__(self):
        return f"{self.source.slug}: {self.field}" if self.field else self.source.slug

    @property
    def field_label(self) -> str:
        """The name of the supported fact as forms show it; empty when it is the whole entry."""
        if not self.field:
            return ""
        return str(self.entry_type.model_class()._meta.get_field(self.field).verbose_name)


class MilestoneKind(models.TextChoices):
    POLICY = "policy", _("policy")
    PLANT = "plant", _("plant")
    MODEL = "model", _("model")
    EXPORT = "export", _("export")


class Milestone(Entry):
    """A dated event: the subject of timelines and of the history on entry pages."""

    remedies = {"milestone_slug": ("slug", _("Another milestone has this slug; choose a different one."))}
    needs_citation = True
    has_page = False

    date = PartialDateField(_("date"), db_index=True, help_text=_("1992, 1992-09 or 1992-09-07."))
    kind = models.CharField(_("kind"), max_length=6, choices=MilestoneKind)
    title = models.CharField(_("title"), max_length=140)
    title_ja = models.CharField(_("title in Japanese"), max_length=140, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    detail_ja = models.TextField(_("detail in Japanese"), blank=True)

    local_title = LocalText("title")
    local_detail = LocalText("detail")

    class Meta:
        ordering = ["date", "slug"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        constraints = [models.UniqueConstraint(fields=["slug"], name="milestone_slug")]

    def __str__(self):
        return f"{self.date} {self.title}"

    @property
    def when(self) -> PartialDate:
        return PartialDate.parse(self.date)


class MilestoneSubject(EntryLink):
    """An entry that a milestone concerns; it shows there."""

    natural_key_fields = ("milestone_id", "entry_type_id", "entry_id")
    remedies = {"milestone_subject_once": ("milestone", _("It is linked to this milestone already: remove one."))}

    milestone = models.ForeignKey(
        Milestone, on_delete=models.CASCADE, related_name="subjects", verbose_name=_("milestone")
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = _("subject of a milestone")
        verbose_name_plural = _("subjects of milestones")
        constraints = [
            models.UniqueConstraint(fields=["milestone", "entry_type", "entry_id"], name="milestone_subject_once")
        ]
        indexes = [models.Index(fields=["entry_type", "entry_id"], name="milestone_subject_entry")]

    def __str__(self):
        return f"{self.milestone.slug}: {self.entry}"


class Series(Entry):
    """A yearly series of figures, such as exports from US plants."""

    remedies = {"series_slug": ("slug", _("Another series has this slug; choose a different one."))}
    has_page = False

    name = models.CharField(_("name"), max_length=140)
    name_ja = models.CharField(_("name in Japanese"), max_length=140, blank=True)
    unit = models.CharField(_("unit"), max_length=30)
    unit_ja = models.CharField(_("unit in Japanese"), max_length=30, blank=True)
    scope = models.CharField(_("what it counts"), max_length=300, blank=True)
    scope_ja = models.CharField(_("what it counts, in Japanese"), max_length=300, blank=True)

    local_name = LocalText("name")
    local_unit = LocalText("unit")
    local_scope = LocalText("scope")

    class Meta:
        ordering = ["slug"]
        verbose_name = _("statistical series")
        verbose_name_plural = _("statistical series")
        constraints = [models.UniqueConstraint(fields=["slug"], name="series_slug")]

    def __str__(self):
        return self.name


class StatisticQuerySet(EntryQuerySet):
    published_through = ("series",)


class Statistic(Entry):
    """One value of a series, for one period."""

    remedies = {
        "statistic_slug": ("slug", _("Another figure has this slug; leave it empty and one is made for you.")),
        "statistic_once_per_period": (
            "period",
            _("This series has a value for this period already: correct that one instead."),
        ),
        "statistic_year_plausible": ("year", _("Give a year from 1900 to 2100.")),
    }
    needs_citation = True
    has_page = False

    slug = models.SlugField(_("slug"), max_length=120, blank=True, help_text=_("Leave it empty: it is made for you."))
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="values", verbose_name=_("series"))
    period = models.CharField(
        _("period"), max_length=12, help_text=_("2018; FY2018 and FY2018-H1 for Japanese fiscal years; 2026-03.")
    )
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("The year it is sorted and charted under."))
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=3)
    approximate = models.BooleanField(_("approximate"), default=False, help_text=_("Rounded or 'more than'."))
    notes = models.CharField(_("notes"), max_length=300, blank=True)
    notes_ja = models.CharField(_("notes in Japanese"), max_length=300, blank=True)

    local_notes = LocalText("notes")

    objects = StatisticQuerySet.as_manager()

    class Meta:
        ordering = ["series__slug", "year", "period"]
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="statistic_slug"),
            models.UniqueConstraint(fields=["series", "period"], name="statistic_once_per_period"),
            models.CheckConstraint(condition=models.Q(year__range=(1900, 2100)), name="statistic_year_plausible"),
        ]

    def __str__(self):
        return f"{self.series}, {self.period}"

    def make_slug(self) -> str:
        return slugify(f"{self.series.slug}-{self.period}")


class OldAddressQuerySet(NaturalKeyQuerySet):
    def forwarding(self, path: str) -> str | None:
        """Where a path that answers 404 has moved to, or None.

        A changed make slug moves all its models' pages: the longest known beginning of the path decides.
        """
        parts = path.strip("/").split("/")
        beginnings = ["/" + "/".join(parts[:n]) + "/" for n in range(1, len(parts) + 1)]
        old = self.filter(path__in=beginnings).order_by(Length("path").desc()).first()
        if old is None or old.entry is None or old.entry.is_draft:
            return None
        return old.entry.get_absolute_url() + path[len(old.path) :]

    def present_slug(self, page: str, slug: str) -> str | None:
        """The slug now of the public entry whose page (a URL name taking one slug) used to be at ``slug``."""
        try:
            with translation.override("en"):
                path = reverse(page, args=[slug])
        except NoReverseMatch:
            return None
        old = self.filter(path=path).first()
        return old.entry.slug if old and old.entry and not old.entry.is_draft else None


class OldAddress(EntryLink):
    """A path that an entry's page had before its slug changed, without a language prefix."""

    natural_key_fields = ("path",)

    path = models.CharField(_("path"), max_length=400, unique=True)

    objects = OldAddressQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")

    def __str__(self):
        return self.path

    @classmethod
    def leave_behind(cls, entry: Entry, slug: str) -> None:
        """Record that the page of ``entry`` was at ``slug`` until now."""
        before = copy.copy(entry)
        before.slug = slug
        with translation.override("en"):
            old, new = before.get_absolute_url(), entry.get_absolute_url()
        cls.objects.filter(path=new).delete()
        cls.objects.update_or_create(path=old, defaults={"entry": entry})


def subject_relation() -> GenericRelation:
    """The reverse side of MilestoneSubject, for entry types that appear on timelines."""
    return GenericRelation(MilestoneSubject, "entry_id", "entry_type")
