"""What a vehicle measures, weighs and is driven by: one variant, as sold in one market in some model years."""

from __future__ import annotations

from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from catalogue.bilingual import LocalText
from catalogue.entries import Entry
from vehicles.choices import DrivenWheels, Market
from vehicles.exports import ExportProgram
from vehicles.fit.querysets import SpecificationQuerySet
from vehicles.terms import BodyStyle, Powertrain

#: What may be a range, because a source gives one for several grades: ``length_mm`` to ``length_mm_max``.
RANGES = (
    *("length_mm", "width_mm", "height_mm", "wheelbase_mm", "weight_kg", "seats"),
    *("displacement_cc", "cylinders", "power_ps"),
)


def plausible(field: str, least: int, most: int) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__range": (least, most)}),
        name=f"spec_{field}_plausible",
    )


def in_order(field: str) -> models.CheckConstraint:
    """The upper end of a range is above its lower end, and there is none without it."""
    upper = f"{field}_max"
    return models.CheckConstraint(
        condition=models.Q(**{f"{upper}__isnull": True}) | models.Q(**{f"{upper}__gt": models.F(field)}),
        name=f"spec_{field}_range",
    )


def measure(label, help_text: str = "") -> models.PositiveIntegerField:
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


def upper_end() -> models.PositiveIntegerField:
    return measure(_("to"), _("Only for a range."))


class Specification(Entry):
    """One variant of a generation: lengths in millimetres, weight in kilograms, displacement in cubic centimetres."""

    needs_citation = True
    has_page = False
    remedies = {
        "spec_slug": ("slug", _("Another specification has this slug; leave it empty and one is made for you.")),
        "spec_model_years_in_order": ("last_model_year", _("The last model year is before the first.")),
        "spec_length_mm_plausible": ("length_mm", _("Give a length from 2,000 to 15,000 mm.")),
        "spec_width_mm_plausible": ("width_mm", _("Give a width from 1,000 to 3,000 mm.")),
        "spec_height_mm_plausible": ("height_mm", _("Give a height from 900 to 4,500 mm.")),
        "spec_weight_kg_plausible": ("weight_kg", _("Give a weight from 200 to 40,000 kg.")),
        "spec_displacement_cc_plausible": (
            "displacement_cc",
            _("Give a displacement from 50 to 30,000 cc; leave it empty for a car without an engine."),
        ),
        **{
            f"spec_{name}_range": (f"{name}_max", _("Give it above the lower end, or leave it empty."))
            for name in RANGES
        },
    }

    slug = models.SlugField(_("slug"), max_length=120, blank=True, help_text=_("Leave it empty: it is made for you."))
    generation = models.ForeignKey(
        "vehicles.Generation", on_delete=models.PROTECT, related_name="specifications", verbose_name=_("generation")
    )
    program = models.ForeignKey(
        ExportProgram,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="specifications",
        verbose_name=_("export program"),
        help_text=_("The program in Japan that this car belongs to, or whose US counterpart it is."),
    )
    market = models.CharField(_("market"), max_length=5, choices=Market, help_text=_("Where this variant is sold."))
    variant = models.CharField(_("variant"), max_length=80, blank=True, help_text=_("Grade or engine: 2.0Si."))
    variant_ja = models.CharField(_("variant in Japanese"), max_length=80, blank=True)
    first_model_year = models.PositiveSmallIntegerField(_("first model year"), null=True, blank=True)
    last_model_year = models.PositiveSmallIntegerField(
        _("last model year"), null=True, blank=True, help_text=_("Of the years these figures are for.")
    )
    body_style = models.ForeignKey(
        BodyStyle, on_delete=models.PROTECT, related_name="specifications", verbose_name=_("body style")
    )
    powertrains = models.ManyToManyField(
        Powertrain, related_name="specifications", blank=True, verbose_name=_("powertrains")
    )

    length_mm, length_mm_max = measure(_("length (mm)")), upper_end()
    width_mm = measure(_("width (mm)"), _("Without mirrors."))
    width_mm_max = upper_end()
    height_mm, height_mm_max = measure(_("height (mm)")), upper_end()
    wheelbase_mm, wheelbase_mm_max = measure(_("wheelbase (mm)")), upper_end()
    weight_kg = measure(_("curb weight (kg)"), _("In running order, without people and load."))
    weight_kg_max = upper_end()
    seats, seats_max = measure(_("seats")), upper_end()
    doors = measure(_("doors"), _("A tailgate counts as one, as sources count."))

    engine = models.CharField(_("engine"), max_length=60, blank=True, help_text=_("Code: F20A."))
    displacement_cc, displacement_cc_max = measure(_("displacement (cc)")), upper_end()
    displacement_nominal = models.BooleanField(
        _("displacement is nominal"),
        default=False,
        help_text=_("Litres times 1,000, where the exact one is not known."),
    )
    cylinders, cylinders_max = measure(_("cylinders")), upper_end()
    power_ps, power_ps_max = measure(_("power (PS)")), upper_end()
    torque_nm = measure(_("torque (N·m)"))
    transmission = models.CharField(_("transmission"), max_length=40, blank=True, help_text=_("4AT / 5MT"))
    drive = models.CharField(_("driven wheels"), max_length=8, choices=DrivenWheels, blank=True)
    type_designation = models.CharField(_("type designation"), max_length=40, blank=True, help_text=_("E-CB6."))
    price_yen = measure(_("price in yen"), _("When new, in Japan."))
    notes = models.TextField(_("notes"), blank=True)
    notes_ja = models.TextField(_("notes in Japanese"), blank=True)

    local_variant = LocalText("variant")
    local_notes = LocalText("notes")

    objects = SpecificationQuerySet.as_manager()

    class Meta:
        ordering = ["market", "first_model_year", "slug"]
        verbose_name = _("specification")
        verbose_name_plural = _("specifications")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="spec_slug"),
            models.CheckConstraint(
                condition=models.Q(first_model_year__isnull=True)
                | models.Q(last_model_year__isnull=True)
                | models.Q(last_model_year__gte=models.F("first_model_year")),
                name="spec_model_years_in_order",
            ),
            plausible("length_mm", 2000, 15000),
            plausible("width_mm", 1000, 3000),
            plausible("height_mm", 900, 4500),
            plausible("weight_kg", 200, 40000),
            plausible("displacement_cc", 50, 30000),
            *(in_order(name) for name in RANGES),
        ]

    def __str__(self):
        return f"{self.generation}, {self.variant or self.get_market_display()}"

    def get_absolute_url(self):
        return f"{self.generation.get_absolute_url()}#spec-{self.slug}"

    def make_slug(self) -> str:
        parts = [*self.generation.natural_key()[1:], self.market, self.first_model_year, self.variant]
        return slugify("-".join(str(part) for part in parts if part))[:120].strip("-")

    def span(self, field: str) -> tuple[int, int] | None:
        """The least and the most that a measure can be; None where it is not known."""
        least = getattr(self, field)
        return None if least is None else (least, getattr(self, f"{field}_max") or least)
