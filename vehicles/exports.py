"""What of it was sold in Japan: eras of such exports and the programs, one vehicle line each."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.bilingual import LocalText, TextWithLanguage
from catalogue.dates import OPEN, PartialDateField, SpanEndField, ordered_constraint
from catalogue.entries import Entry
from catalogue.models import subject_relation
from catalogue.photos import photo_relation
from plants.models import Plant
from vehicles.choices import DriveSide, ExportStatus
from vehicles.querysets import ExportProgramQuerySet
from vehicles.terms import BodyStyle


class ExportEra(Entry):
    """A named period of exports to Japan."""

    remedies = {
        "era_slug": ("slug", _("Another era has this slug; choose a different one.")),
        "era_in_order": ("end", ""),
    }

    name = models.CharField(_("name"), max_length=80)
    name_ja = models.CharField(_("name in Japanese"), max_length=80, blank=True)
    start = PartialDateField(_("start"))
    end = SpanEndField(_("end"), help_text=_("A date; .. for the present era."))
    summary = models.TextField(_("summary"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)

    local_name = LocalText("name")
    local_summary = LocalText("summary")

    class Meta:
        ordering = ["start"]
        verbose_name = _("export era")
        verbose_name_plural = _("export eras")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="era_slug"),
            ordered_constraint("start", "end", "era_in_order"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("era", args=[self.slug])


class ExportProgram(Entry):
    """One vehicle line built in the US and sold in Japan under a Japanese name."""

    needs_citation = True
    remedies = {
        "program_slug": ("slug", _("Another program has this slug; choose a different one.")),
        "program_on_sale_has_start": ("sales_start", ""),
        "program_open_end_is_on_sale": ("sales_end", ""),
        "program_sales_in_order": ("sales_end", ""),
    }

    title = models.CharField(_("title"), max_length=120, help_text=_("Make and name in Japan: Toyota Cavalier."))
    title_ja = models.CharField(
        _("title in Japanese"), max_length=120, blank=True, help_text=_("With a space between: トヨタ キャバリエ.")
    )
    era = models.ForeignKey(ExportEra, on_delete=models.PROTECT, related_name="programs", verbose_name=_("era"))
    status = models.CharField(_("status"), max_length=10, choices=ExportStatus)
    status_as_of = PartialDateField(
        _("status as of"), blank=True, help_text=_("When the status was last checked: 2026-03.")
    )

    japan_make = models.ForeignKey(
        "vehicles.Make", on_delete=models.PROTECT, related_name="japan_programs", verbose_name=_("make in Japan")
    )
    japan_name = models.CharField(_("name in Japan"), max_length=80)
    japan_name_ja = models.CharField(_("name in Japan, as written there"), max_length=80, blank=True)
    us_make = models.CharField(
        _("make in the US"), max_length=40, blank=True, help_text=_("Its badge there: Chevrolet.")
    )
    us_model = models.CharField(
        _("model in the US"), max_length=60, blank=True, help_text=_("Its name there: Cavalier.")
    )
    generation = models.ForeignKey(
        "vehicles.Generation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exports",
        verbose_name=_("US-built generation"),
    )
    plant = models.ForeignKey(
        Plant, on_delete=models.PROTECT, null=True, blank=True, related_name="exports", verbose_name=_("plant")
    )
    run_note = models.CharField(
        _("why no run covers it"), max_length=300, blank=True, help_text=_("When no production run covers its years.")
    )
    run_note_ja = models.CharField(_("why no run covers it, in Japanese"), max_length=300, blank=True)
    body_styles = models.ManyToManyField(BodyStyle, related_name="exports", verbose_name=_("body styles"))
    drive_side = models.CharField(_("steering"), max_length=4, choices=DriveSide, blank=True)

    announced = PartialDateField(
        pgettext_lazy("date", "announced"),
        blank=True,
        help_text=_("1992, 1992-09 or 1992-09-07, as precisely as the source says."),
    )
    sales_start = PartialDateField(
        _("on sale from"), blank=True, help_text=_("The same; of a season only the year. Planned dates too.")
    )
    sales_end = SpanEndField(
        _("on sale until"), blank=True, help_text=_("A date; .. while it is on sale; empty if not known.")
    )
    sales_channel = models.CharField(_("sold through"), max_length=140, blank=True)
    sales_channel_ja = models.CharField(_("sold through, in Japanese"), max_length=140, blank=True)
    target = models.CharField(_("sales target"), max_length=120, blank=True)
    target_ja = models.CharField(_("sales target in Japanese"), max_length=120, blank=True)
    units_sold = models.PositiveIntegerField(
        _("units"), null=True, blank=True, help_text=_("How many were sold or shipped; a plan is a sales target.")
    )
    units_note = models.CharField(_("what the units count"), max_length=160, blank=True)
    units_note_ja = models.CharField(_("what the units count, in Japanese"), max_length=160, blank=True)
    price_yen = models.PositiveIntegerField(_("price in yen"), null=True, blank=True)
    price_note = models.CharField(_("what the price is for"), max_length=160, blank=True)
    price_note_ja = models.CharField(_("what the price is for, in Japanese"), max_length=160, blank=True)
    certification = models.CharField(
        _("approval"), max_length=200, blank=True, help_text=_("By which procedure Japan admitted it.")
    )
    certification_ja = models.CharField(_("approval in Japanese"), max_length=200, blank=True)
    differences = models.TextField(
        _("differences from the US version"), blank=True, help_text=_("Engine, equipment, badge, steering.")
    )
    differences_ja = models.TextField(_("differences from the US version, in Japanese"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)
    history = models.TextField(_("more of its history"), blank=True)
    history_ja = models.TextField(_("more of its history, in Japanese"), blank=True)

    local_title = LocalText("title")
    local_japan_name = LocalText("japan_name")
    local_sales_channel = LocalText("sales_channel")
    local_target = LocalText("target")
    local_units_note = LocalText("units_note")
    local_price_note = LocalText("price_note")
    local_certification = LocalText("certification")
    local_run_note = LocalText("run_note")
    local_differences = LocalText("differences")
    local_summary = LocalText("summary")
    local_history = LocalText("history")

    subjects = subject_relation()
    photos = photo_relation()

    objects = ExportProgramQuerySet.as_manager()

    class Meta:
        ordering = ["sales_start", "announced", "slug"]
        verbose_name = _("export program")
        verbose_name_plural = _("export programs")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="program_slug"),
            models.CheckConstraint(
                condition=~models.Q(status="on-sale") | ~models.Q(sales_start=""),
                name="program_on_sale_has_start",
                violation_error_message=_("A program that is on sale needs the date its sale began."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="on-sale") | ~models.Q(sales_end=OPEN),
                name="program_open_end_is_on_sale",
                violation_error_message=_("Only a program that is on sale has an open end."),
            ),
            ordered_constraint("sales_start", "sales_end", "program_sales_in_order"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("program", args=[self.slug])

    @property
    def drawing(self) -> str:
        """The body style it is drawn as; empty where none is recorded."""
        return next((body.slug for body in self.body_styles.all()), "")

    @property
    def name_as_written_in_japan(self) -> TextWithLanguage | None:
        """The Japanese name in Japanese script, to show beside the English one."""
        return TextWithLanguage(self.japan_name_ja, "ja") if self.japan_name_ja else None
