"""Who builds, and where: manufacturers, plants, who owned them, and the VIN codes that point at them."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalogue.bilingual import LocalText, in_reader_language
from catalogue.dates import OPEN, PartialDateField, SpanEndField, ordered_constraint
from catalogue.entries import Entry, EntryQuerySet
from catalogue.models import subject_relation
from catalogue.natural_keys import NaturalKeyModel, NaturalKeyQuerySet
from catalogue.photos import photo_relation
from plants.choices import AliasKind, ManufacturerKind, OwnershipRole, PlantKind, PlantStatus
from plants.states import CODES, state_name


class Manufacturer(Entry):
    """A company or joint venture that owns or operates plants."""

    remedies = {"manufacturer_slug": ("slug", _("Another manufacturer has this slug; choose a different one."))}

    name = models.CharField(_("name"), max_length=140)
    name_ja = models.CharField(_("name in Japanese"), max_length=140, blank=True)
    aliases = models.CharField(
        _("other names"), max_length=300, blank=True, help_text=_("Earlier and short names, separated by semicolons.")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ManufacturerKind)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subsidiaries", verbose_name=_("parent")
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, help_text=_("Two-letter country code: JP, US ...")
    )
    founded = PartialDateField(_("founded"), blank=True)
    us_manufacturing_since = PartialDateField(_("building in the US since"), blank=True)
    website = models.URLField(_("website"), blank=True)
    summary = models.TextField(_("summary"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)
    notes = models.TextField(_("notes"), blank=True)
    notes_ja = models.TextField(_("notes in Japanese"), blank=True)

    local_name = LocalText("name")
    local_summary = LocalText("summary")
    local_notes = LocalText("notes")

    class Meta:
        ordering = ["name"]
        verbose_name = _("manufacturer")
        verbose_name_plural = _("manufacturers")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="manufacturer_slug"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")),
                name="manufacturer_not_its_own_parent",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        # Forms leave out constraints that name the id, so this one is told here.
        super().clean()
        if self.parent_id is not None and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A manufacturer can't be its own parent.")})

    def get_absolute_url(self):
        return reverse("manufacturer", args=[self.slug])


class PlantQuerySet(EntryQuerySet):
    def operating(self):
        return self.filter(status=PlantStatus.OPERATING)

    def gone(self):
        """Plants that no longer build for a Japanese brand's owner: closed or sold."""
        return self.filter(status__in=[PlantStatus.CLOSED, PlantStatus.SOLD])

    def open_in(self, year: int):
        """Plants producing in ``year``, as far as their dates are known."""
        return self.filter(models.Q(production_start__lt=str(year + 1)) & ~models.Q(production_start="")).filter(
            models.Q(production_end=OPEN) | models.Q(production_end__gte=str(year))
        )


class Plant(Entry):
    """A factory in the United States, open or closed, own, joint or a partner's."""

    needs_citation = True
    remedies = {
        "plant_slug": ("slug", _("Another plant has this slug; choose a different one.")),
        "plant_latitude_in_us": ("latitude", ""),
        "plant_longitude_in_us": ("longitude", _("West is negative: give a longitude from -180 to -66.")),
        "plant_production_in_order": ("production_end", ""),
    }

    name = models.CharField(_("name"), max_length=140)
    name_ja = models.CharField(_("name in Japanese"), max_length=140, blank=True)
    short_name = models.CharField(_("short name"), max_length=60, help_text=_("As in a table: Toyota Kentucky."))
    short_name_ja = models.CharField(_("short name in Japanese"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=PlantKind)
    status = models.CharField(_("status"), max_length=10, choices=PlantStatus)
    operator_name = models.CharField(_("operator's legal name"), max_length=160, blank=True)

    city = models.CharField(_("city"), max_length=80)
    city_ja = models.CharField(_("city in Japanese"), max_length=80, blank=True)
    county = models.CharField(_("county"), max_length=80, blank=True)
    county_ja = models.CharField(_("county in Japanese"), max_length=80, blank=True)
    state = models.CharField(_("state"), max_length=2, choices=sorted(CODES.items(), key=lambda pair: pair[1]))
    latitude = models.DecimalField(
        _("latitude"), max_digits=7, decimal_places=4, null=True, blank=True, help_text=_("Degrees north.")
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=8, decimal_places=4, null=True, blank=True, help_text=_("Degrees, west is negative.")
    )
    location_note = models.CharField(_("how exact the place is"), max_length=80, blank=True)
    location_note_ja = models.CharField(_("how exact the place is, in Japanese"), max_length=80, blank=True)

    announced = PartialDateField(pgettext_lazy("date", "announced"), blank=True)
    production_start = PartialDateField(_("start of production"), blank=True)
    production_end = SpanEndField(
        _("end of production"), blank=True, help_text=_("A date; .. while it produces; empty if not known.")
    )
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    employees_as_of = PartialDateField(_("employees as of"), blank=True)
    capacity = models.DecimalField(_("capacity a year"), max_digits=11, decimal_places=1, null=True, blank=True)
    capacity_unit = models.CharField(_("unit of capacity"), max_length=40, blank=True)
    capacity_unit_ja = models.CharField(_("unit of capacity in Japanese"), max_length=40, blank=True)
    capacity_as_of = PartialDateField(_("capacity as of"), blank=True)

    summary = models.TextField(_("summary"), blank=True)
    summary_ja = models.TextField(_("summary in Japanese"), blank=True)
    predecessor = models.CharField(_("before, or with whom"), max_length=200, blank=True)
    predecessor_ja = models.CharField(_("before, or with whom, in Japanese"), max_length=200, blank=True)
    brand_window = models.CharField(
        _("built Japanese brands"), max_length=200, blank=True, help_text=_("For partners' plants: what and when.")
    )
    brand_window_ja = models.CharField(_("built Japanese brands, in Japanese"), max_length=200, blank=True)
    site_today = models.CharField(_("the site today"), max_length=300, blank=True)
    site_today_ja = models.CharField(_("the site today, in Japanese"), max_length=300, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    notes_ja = models.TextField(_("notes in Japanese"), blank=True)

    local_name = LocalText("name")
    local_short_name = LocalText("short_name")
    local_city = LocalText("city")
    local_county = LocalText("county")
    local_location_note = LocalText("location_note")
    local_capacity_unit = LocalText("capacity_unit")
    local_summary = LocalText("summary")
    local_predecessor = LocalText("predecessor")
    local_brand_window = LocalText("brand_window")
    local_site_today = LocalText("site_today")
    local_notes = LocalText("notes")

    subjects = subject_relation()
    photos = photo_relation()

    objects = PlantQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("plant")
        verbose_name_plural = _("plants")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="plant_slug"),
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True) | models.Q(latitude__range=(18, 72)),
                name="plant_latitude_in_us",
                violation_error_message=_("The latitude is outside the United States (18 to 72)."),
            ),
            models.CheckConstraint(
                condition=models.Q(longitude__isnull=True) | models.Q(longitude__range=(-180, -66)),
                name="plant_longitude_in_us",
                violation_error_message=_("The longitude is outside the United States (-180 to -66)."),
            ),
            ordered_constraint("production_start", "production_end", "plant_production_in_order"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("plant", args=[self.slug])

    @property
    def state_name(self) -> str:
        return state_name(self.state)

    @property
    def state_short(self) -> str:
        """As one writes it after a city: the postal code in English, the name in Japanese."""
        return in_reader_language(self.state, state_name(self.state))

    @property
    def is_gone(self) -> bool:
        return self.status in (PlantStatus.CLOSED, PlantStatus.SOLD)


class PlantAlias(NaturalKeyModel):
    """Another name a plant is found under: TMMK, Diamond-Star, or "Maryville" as VIN data spell it."""

    natural_key_fields = ("plant__slug", "name")
    remedies = {"alias_once_per_plant": ("name", _("The plant has this alias already: remove one."))}

    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("plant"))
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=AliasKind)

    class Meta:
        ordering = ["kind", "name"]
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        constraints = [models.UniqueConstraint(fields=["plant", "name"], name="alias_once_per_plant")]

    def __str__(self):
        return self.name


class Ownership(NaturalKeyModel):
    """Who owned which share of a plant, or operated it, from when to when."""

    natural_key_fields = ("plant__slug", "manufacturer__slug", "role", "since")
    remedies = {
        "ownership_once": ("since", _("This manufacturer has this role from this date already: correct that row.")),
        "ownership_share_0_to_100": ("share", ""),
        "ownership_in_order": ("until", ""),
    }

    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, related_name="ownerships", verbose_name=_("plant"))
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, related_name="ownerships", verbose_name=_("manufacturer")
    )
    role = models.CharField(_("role"), max_length=8, choices=OwnershipRole, default=OwnershipRole.OWNER)
    share = models.DecimalField(
        _("share in percent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("0 to 100; empty if not known."),
    )
    since = PartialDateField(_("from"), blank=True)
    until = SpanEndField(_("to"), blank=True, help_text=_("A date; .. if it still holds; empty if not known."))
    note = models.CharField(_("note"), max_length=200, blank=True)
    note_ja = models.CharField(_("note in Japanese"), max_length=200, blank=True)

    local_note = LocalText("note")

    class Meta:
        ordering = ["since", "-share", "manufacturer__name"]
        verbose_name = _("ownership")
        verbose_name_plural = _("ownerships")
        constraints = [
            models.UniqueConstraint(fields=["plant", "manufacturer", "role", "since"], name="ownership_once"),
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__range=(0, 100)),
                name="ownership_share_0_to_100",
                violation_error_message=_("A share is between 0 and 100 percent."),
            ),
            ordered_constraint("since", "until", "ownership_in_order"),
        ]

    def __str__(self):
        return f"{self.manufacturer}, {self.plant}"


class PlantCodeQuerySet(NaturalKeyQuerySet):
    def of_maker(self, wmi: str):
        """The codes of a maker's public plants, each with its plant."""
        return self.filter(wmi=wmi, plant__publication="published").select_related("plant")


class PlantCode(NaturalKeyModel):
    """What in a VIN says that a vehicle came from this plant.

    The rule is that of NHTSA's vPIC (https://vpic.nhtsa.dot.gov/): the maker (WMI, positions 1 to 3; for
    small makers also 12 to 14), a pattern over positions 4 to 8, the plant's code in position 11, and the
    model years it holds for.
    """

    natural_key_fields = ("plant__slug", "wmi", "pattern", "code", "first_model_year", "model")
    remedies = {
        "plant_code_once": ("code", _("The plant has this code from this model year already: correct that row.")),
        "plant_code_once_undated": (
            "first_model_year",
            _("The plant has this code already: say from which model year."),
        ),
        "plant_code_years_in_order": ("last_model_year", ""),
    }

    plant = models.ForeignKey(Plant, on_delete=models.CASCADE, related_name="codes", verbose_name=_("plant"))
    wmi = models.CharField(
        _("WMI"),
        max_length=6,
        validators=[
            RegexValidator(
                re.compile(r"[A-HJ-NPR-Z0-9]{3}(?:[A-HJ-NPR-Z0-9]{3})?\Z"),
                _("A WMI is three letters or digits (six for small makers), without I, O and Q."),
            )
        ],
        help_text=_("VIN positions 1 to 3 (and 12 to 14 for small makers)."),
    )
    pattern = models.CharField(
        _("pattern"),
        max_length=300,
        blank=True,
        help_text=_(
            "vPIC notation for positions 4 to 8: * is any, [AB] one of; alternatives after semicolons. "
            "After | the positions from 10 on."
        ),
    )
    code = models.CharField(
        _("code"), max_length=8, help_text=_("VIN position 11: one character, or a set such as [1-7].")
    )
    first_model_year = models.PositiveSmallIntegerField(_("first model year"), null=True, blank=True)
    last_model_year = models.PositiveSmallIntegerField(
        _("last model year"), null=True, blank=True, help_text=_("Empty while it is in use.")
    )
    model = models.CharField(
        _("make/model"), max_length=80, blank=True, help_text=_("Address of the model, such as toyota/camry.")
    )
    source = models.ForeignKey(
        "catalogue.Source", on_delete=models.PROTECT, related_name="plant_codes", verbose_name=_("source")
    )

    objects = PlantCodeQuerySet.as_manager()

    class Meta:
        ordering = ["wmi", "first_model_year", "code", "pattern"]
        verbose_name = _("VIN plant code")
        verbose_name_plural = _("VIN plant codes")
        constraints = [
            models.UniqueConstraint(
                fields=["plant", "wmi", "pattern", "code", "first_model_year", "model"], name="plant_code_once"
            ),
            models.UniqueConstraint(
                fields=["plant", "wmi", "pattern", "code", "model"],
                condition=models.Q(first_model_year__isnull=True),
                name="plant_code_once_undated",
            ),
            models.CheckConstraint(
                condition=models.Q(last_model_year__isnull=True)
                | models.Q(first_model_year__isnull=True)
                | models.Q(last_model_year__gte=models.F("first_model_year")),
                name="plant_code_years_in_order",
                violation_error_message=_("The last model year is before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.wmi} … {self.code}"
