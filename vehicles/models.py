"""What is built: makes, models, generations and their production runs. Exports to Japan: ``exports.py``."""

from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from catalogue.bilingual import LocalText, in_reader_language
from catalogue.dates import OPEN, PartialDateField, SpanEndField, ordered_constraint
from catalogue.entries import Entry
from catalogue.models import subject_relation
from catalogue.natural_keys import NaturalKeyModel
from catalogue.photos import photo_relation
from plants.models import Manufacturer, Plant
from vehicles.choices import RunStatus
from vehicles.exports import ExportEra as ExportEra  # told in a module of their own; Django looks for them here
from vehicles.exports import ExportProgram as ExportProgram
from vehicles.naming import ordinal_generation
from vehicles.querysets import (
    GenerationQuerySet,
    ProductionRunQuerySet,
    VehicleModelQuerySet,
)
from vehicles.specifications import Specification as Specification
from vehicles.terms import BodyStyle, Powertrain


class Make(Entry):
    """The brand on the car."""

    remedies = {"make_slug": ("slug", _("Another make has this slug; choose a different one."))}

    name = models.CharField(_("name"), max_length=60)
    name_ja = models.CharField(_("name in Japanese"), max_length=60, blank=True)
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, related_name="makes", verbose_name=_("manufacturer")
    )
    summary = models.TextField(_("summary"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)

    local_name = LocalText("name")
    local_summary = LocalText("summary")

    class Meta:
        ordering = ["name"]
        verbose_name = _("make")
        verbose_name_plural = _("makes")
        constraints = [models.UniqueConstraint(fields=["slug"], name="make_slug")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("make", args=[self.slug])


class VehicleModel(Entry):
    """A make's nameplate."""

    natural_key_fields = ("make__slug", "slug")
    remedies = {"model_slug_in_make": ("slug", _("Another model of this make has this slug; choose a different one."))}

    make = models.ForeignKey(Make, on_delete=models.PROTECT, related_name="models", verbose_name=_("make"))
    name = models.CharField(_("name"), max_length=80)
    name_ja = models.CharField(_("name in Japanese"), max_length=80, blank=True)
    aliases = models.CharField(
        _("other spellings"), max_length=200, blank=True, help_text=_("Separated by semicolons.")
    )

    local_name = LocalText("name")

    objects = VehicleModelQuerySet.as_manager()

    class Meta:
        ordering = ["make__name", "name"]
        verbose_name = _("model")
        verbose_name_plural = _("models")
        constraints = [models.UniqueConstraint(fields=["make", "slug"], name="model_slug_in_make")]

    def __str__(self):
        return f"{self.make} {self.name}"

    def get_absolute_url(self):
        return reverse("model", args=[self.make.slug, self.slug])

    @property
    def full_name(self) -> str:
        """Make and model in the reader's language: "Toyota Camry"."""
        return f"{self.make.local_name} {self.local_name}"


class Generation(Entry):
    """One design of a model: what a reader thinks of as a vehicle."""

    natural_key_fields = ("model__make__slug", "model__slug", "slug")
    remedies = {
        "generation_slug_in_model": (
            "slug",
            _("Another generation of this model has this slug; choose a different one."),
        )
    }

    model = models.ForeignKey(
        VehicleModel, on_delete=models.PROTECT, related_name="generations", verbose_name=_("model")
    )
    code = models.CharField(_("chassis code"), max_length=60, blank=True, help_text=_("XV70, CB7/CB9 ..."))
    ordinal = models.PositiveSmallIntegerField(_("number in its model's history"), null=True, blank=True)
    own_name = models.CharField(
        _("name"), max_length=80, blank=True, help_text=_("Only where code and number do not say which one it is.")
    )
    own_name_ja = models.CharField(_("name in Japanese"), max_length=80, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)

    local_summary = LocalText("summary")

    subjects = subject_relation()
    photos = photo_relation()

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering = ["model__make__name", "model__name", "ordinal", "slug"]
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        constraints = [models.UniqueConstraint(fields=["model", "slug"], name="generation_slug_in_model")]

    def __str__(self):
        return f"{self.model} {self.name}".strip()

    def get_absolute_url(self):
        return reverse("generation", args=[self.model.make.slug, self.model.slug, self.slug])

    @property
    def name(self) -> str:
        """Which generation: "XV70 (8th generation)", "2nd generation", the bare code, or a name of its own."""
        if self.own_name:
            return in_reader_language(self.own_name, self.own_name_ja)
        parts = {"code": self.code, "ordinal": ordinal_generation(self.ordinal) if self.ordinal else ""}
        if not all(parts.values()):
            return parts["code"] or parts["ordinal"]
        return pgettext("chassis code (ordinal generation)", "%(code)s (%(ordinal)s)") % parts

    @property
    def full_name(self) -> str:
        return f"{self.model.full_name} {self.name}".strip()

    @property
    def bodies(self) -> list[BodyStyle]:
        """Its body styles in the order of its runs, where ``public_runs`` are loaded."""
        return list(dict.fromkeys(body for run in self.public_runs for body in run.body_styles.all()))

    @property
    def public_powertrains(self) -> list[Powertrain]:
        return list(dict.fromkeys(one for run in self.public_runs for one in run.powertrains.all()))

    @property
    def public_plants(self) -> list[Plant]:
        return list(dict.fromkeys(run.plant for run in self.public_runs))

    @property
    def states(self) -> list[str]:
        """The two-letter codes of the states it was built in."""
        return sorted({plant.state for plant in self.public_plants})

    @property
    def last_model_year(self) -> int | None:
        """Of its last run; None while any is built or planned, or ended in an unknown year."""
        years = [run.last_model_year for run in self.public_runs]
        return max(years) if years and all(years) else None

    @property
    def drawing(self) -> str:
        """The body style it is drawn as: the first of its first run."""
        return next((body.slug for body in self.bodies), "")

    @property
    def key(self) -> str:
        """How an address names a generation among all others: ``toyota/camry/xv70``."""
        return "/".join(self.natural_key())


class MarketName(NaturalKeyModel):
    """The name a generation carries in another market: Highlander is Kluger in Japan."""

    natural_key_fields = (
        "generation__model__make__slug",
        "generation__model__slug",
        "generation__slug",
        "market",
        "name",
    )
    remedies = {"market_name_once": ("name", _("It has this name in this market already: remove one."))}

    generation = models.ForeignKey(
        Generation, on_delete=models.CASCADE, related_name="market_names", verbose_name=_("generation")
    )
    name = models.CharField(_("name"), max_length=80)
    name_ja = models.CharField(_("name in Japanese"), max_length=80, blank=True)
    market = models.CharField(_("market"), max_length=60)
    market_ja = models.CharField(_("market in Japanese"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    note_ja = models.CharField(_("note in Japanese"), max_length=200, blank=True)

    local_name = LocalText("name")
    local_market = LocalText("market")
    local_note = LocalText("note")

    class Meta:
        ordering = ["market", "name"]
        verbose_name = _("market name")
        verbose_name_plural = _("market names")
        constraints = [models.UniqueConstraint(fields=["generation", "market", "name"], name="market_name_once")]

    def __str__(self):
        return f"{self.name} ({self.market})"


class ProductionRun(Entry):
    """One generation built at one plant for a span of model years."""

    needs_citation = True
    has_page = False
    remedies = {
        "run_slug": ("slug", _("Another run has this slug; leave it empty and one is made for you.")),
        "run_once_per_generation_plant_span": ("first_model_year", ""),
        "run_once_per_generation_plant_undated": ("first_model_year", ""),
        "run_model_year_plausible": ("first_model_year", _("Give a model year from 1960 to 2100.")),
        "run_model_years_in_order": ("last_model_year", ""),
        "run_ended_is_not_open": ("production_end", ""),
        "run_production_in_order": ("production_end", ""),
    }

    slug = models.SlugField(_("slug"), max_length=120, blank=True, help_text=_("Leave it empty: it is made for you."))
    generation = models.ForeignKey(
        Generation, on_delete=models.PROTECT, related_name="runs", verbose_name=_("generation")
    )
    plant = models.ForeignKey(Plant, on_delete=models.PROTECT, related_name="runs", verbose_name=_("plant"))
    variant = models.CharField(
        _("variant"), max_length=60, blank=True, help_text=_("When it is only a part of the generation: PMC Edition.")
    )
    variant_ja = models.CharField(_("variant in Japanese"), max_length=60, blank=True)
    body_styles = models.ManyToManyField(BodyStyle, related_name="runs", verbose_name=_("body styles"))
    powertrains = models.ManyToManyField(Powertrain, related_name="runs", verbose_name=_("powertrains"))
    status = models.CharField(_("status"), max_length=8, choices=RunStatus)
    first_model_year = models.PositiveSmallIntegerField(_("first model year"), null=True, blank=True)
    last_model_year = models.PositiveSmallIntegerField(
        _("last model year"), null=True, blank=True, help_text=_("Empty while it is built, or if not known.")
    )
    production_start = PartialDateField(
        _("start of production"), blank=True, help_text=_("1992, 1992-09 or 1992-09-07; empty if not known.")
    )
    production_end = SpanEndField(
        _("end of production"), blank=True, help_text=_("A date; .. while it is built; empty if not known.")
    )
    notes = models.TextField(_("notes"), blank=True)
    notes_ja = models.TextField(_("notes in Japanese"), blank=True)

    local_variant = LocalText("variant")
    local_notes = LocalText("notes")

    objects = ProductionRunQuerySet.as_manager()

    class Meta:
        ordering = ["first_model_year", "production_start", "slug"]
        verbose_name = _("production run")
        verbose_name_plural = _("production runs")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="run_slug"),
            models.UniqueConstraint(
                fields=["generation", "plant", "variant", "first_model_year"],
                name="run_once_per_generation_plant_span",
                violation_error_message=_("This generation already has a run at this plant from this model year."),
            ),
            models.UniqueConstraint(
                fields=["generation", "plant", "variant"],
                condition=models.Q(first_model_year__isnull=True),
                name="run_once_per_generation_plant_undated",
                violation_error_message=_("This generation already has a run of unknown years at this plant."),
            ),
            models.CheckConstraint(
                condition=models.Q(first_model_year__isnull=True) | models.Q(first_model_year__range=(1960, 2100)),
                name="run_model_year_plausible",
            ),
            models.CheckConstraint(
                condition=models.Q(first_model_year__isnull=True)
                | models.Q(last_model_year__isnull=True)
                | models.Q(last_model_year__gte=models.F("first_model_year")),
                name="run_model_years_in_order",
                violation_error_message=_("The last model year is before the first."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ended", production_end=OPEN),
                name="run_ended_is_not_open",
                violation_error_message=_(
                    "A run that has ended can't have an open end; give a date or leave it empty."
                ),
            ),
            ordered_constraint("production_start", "production_end", "run_production_in_order"),
        ]

    def __str__(self):
        return f"{self.generation}, {self.plant.short_name}"

    def get_absolute_url(self):
        return f"{self.generation.get_absolute_url()}#run-{self.slug}"

    def make_slug(self) -> str:
        parts = [*self.generation.natural_key(), self.plant.slug, self.first_model_year, self.variant]
        return slugify("-".join(str(part) for part in parts if part))[:120]
