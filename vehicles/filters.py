"""The filters of the lists of vehicles and export programs, for pages, API and downloads."""

from functools import cached_property

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Left
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from catalogue.dates import OPEN
from catalogue.facets import Facet, vocabulary
from catalogue.filters import BrowseFilterSet
from catalogue.parameters import SearchFilter, YearsFilter, contains
from plants.filters import matching_word as plant_matching_word
from plants.models import Manufacturer, Plant
from plants.states import CODES, state_name
from vehicles.choices import DriveSide, ExportStatus
from vehicles.comparison import KEY, MOST, clean_key
from vehicles.models import (
    BodyStyle,
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    Powertrain,
    ProductionRun,
    Specification,
)


def public_runs():
    return ProductionRun.objects.published()


def public_exports():
    return ExportProgram.objects.published().sold_or_announced()


def exported_generations():
    """Public generations, each marked ``exported``: yes or no."""
    program = public_exports().filter(generation=OuterRef("pk"))
    return Generation.objects.published().annotate(
        exported=Case(When(Exists(program), then=Value("yes")), default=Value("no"), output_field=CharField())
    )


def generations_by_production():
    """Public generations, each marked ``production``: current while any run is, else planned or ended."""
    run = public_runs().filter(generation=OuterRef("pk"))
    states = [When(Exists(run.filter(status=status)), then=Value(status)) for status in ("current", "planned", "ended")]
    return Generation.objects.published().annotate(
        production=Case(*states, default=Value(""), output_field=CharField())
    )


def runs_with_builders():
    """Public runs, each joined with those who owned or operated the plant during its model years."""
    owner = "plant__ownerships__"
    return public_runs().filter(
        Q(**{f"{owner}manufacturer__publication": "published"}),
        Q(**{f"{owner}since": ""})
        | LessThanOrEqual(Left(F(f"{owner}since"), 4), Cast(Coalesce(F("last_model_year"), Value(9999)), CharField())),
        Q(**{f"{owner}until__in": ["", OPEN]})
        | GreaterThanOrEqual(Left(F(f"{owner}until"), 4), Cast(F("first_model_year"), CharField())),
    )


def generation_matching_word(word: str) -> Q:
    """Generations that a word names: make, model, code, market name, name in Japan, or where it is built."""
    text = contains(
        "model__name",
        "model__name_ja",
        "model__aliases",
        "model__slug",
        "model__make__name",
        "model__make__name_ja",
        "code",
        "slug",
    )(word)
    market = MarketName.objects.filter(Q(name__icontains=word) | Q(name_ja__icontains=word))
    sold_as = public_exports().filter(contains("japan_name", "japan_name_ja", "title", "title_ja")(word))
    plants = Plant.objects.published().filter(plant_matching_word(word))
    return (
        text
        | Q(pk__in=market.values("generation"))
        | Q(pk__in=sold_as.filter(generation__isnull=False).values("generation"))
        | Q(pk__in=public_runs().filter(plant__in=plants).values("generation"))
    )


def built_during(first: int | None, last: int | None) -> Q:
    return Q(pk__in=public_runs().built_between(first, last).values("generation"))


def built_in(year: int) -> Q:
    return built_during(year, year)


def specifications():
    return Specification.objects.published().with_fit()


def specifications_of_programs():
    return specifications().filter(program__isnull=False).telling_of_japan()


def fit_facets(rows, entry: str) -> tuple[Facet, Facet, Facet]:
    """How a vehicle fits in Japan, told from these rows: registration class, mechanical car park, parking bay."""
    told = {"rows": rows, "entry": entry}
    size = [
        *(("5-number", _("5-number: small")), ("3-number", _("3-number: ordinary"))),
        *(("4-number", _("4-number: small goods vehicle")), ("1-number", _("1-number: goods vehicle"))),
    ]
    garage = [
        ("ordinary", _("ordinary type: 5.00 × 1.80 × 1.55 m")),
        ("newer", _("newer type only: 5.05 × 1.85 × 1.55 m")),
        ("high-roof", _("high-roof type only: 5.05 × 1.85 × 2.00 m")),
        ("none", _("none: too large")),
    ]
    bay = [
        ("small", _("bay for small cars: 5.0 × 2.3 m")),
        ("standard", _("standard bay only: 6.0 × 2.5 m")),
        ("none", _("neither: too large")),
    ]
    return (
        Facet(
            label=_("Registration class in Japan"),
            help=_("By length, width, height and displacement; pickups as goods vehicles."),
            value="size_class",
            choices=size,
            **told,
        ),
        Facet(
            label=_("Mechanical car park"),
            help=_("Which it fits by size; each has limits of its own, of weight too."),
            value="garage",
            choices=garage,
            **told,
        ),
        Facet(label=_("Parking bay"), help=_("Which it fits by size."), value="bay", choices=bay, **told),
    )


def eras_in_order():
    listed = Q(pk__in=public_exports().filter(generation__isnull=False).values("era"))
    return vocabulary(ExportEra.objects.published(), listed=listed, place="start")


class VehicleFilterSet(BrowseFilterSet):
    """Filters of generations. ``built_from`` and ``built_to`` together ask for one run that overlaps.

    ``compare`` filters nothing: it holds the vehicles put aside to be compared.
    """

    CARRIED = ("compare",)

    q = SearchFilter(generation_matching_word, label=_("Search vehicles"))
    make = Facet(
        label=_("Make"),
        rows=Generation.objects.published,
        value="model__make__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(
            Make.objects.published(), listed=Q(pk__in=Generation.objects.published().values("model__make"))
        ),
        page="make",
    )
    state = Facet(
        label=_("Plant state"),
        help=_("Where it is or was built."),
        rows=public_runs,
        value="plant__state",
        entry="generation",
        vocabulary=lambda: vocabulary(public_runs(), value="plant__state", label="plant__state", label_ja=None),
        relabel=state_name,
        upper=True,
        also_valid=CODES,
    )
    plant = Facet(
        label=_("Plant"),
        rows=public_runs,
        value="plant__slug",
        entry="generation",
        vocabulary=lambda: vocabulary(
            Plant.objects.published(),
            label="short_name",
            label_ja="short_name_ja",
            listed=Q(pk__in=public_runs().values("plant")),
        ),
        page="plant",
    )
    era = Facet(
        label=_("Export era"),
        help=_("Sold in Japan in that period."),
        rows=lambda: public_exports().filter(generation__isnull=False),
        value="era__slug",
        entry="generation",
        vocabulary=eras_in_order,
        in_order=True,
        page="era",
    )
    exported = Facet(
        label=_("Sold in Japan"),
        help=_("Exported from the US to Japan, or announced to be."),
        rows=exported_generations,
        value="exported",
        entry="pk",
        choices=[("yes", _("yes, or announced")), ("no", _("no"))],
    )
    body = Facet(
        label=_("Body"),
        rows=public_runs,
        value="body_styles__slug",
        entry="generation",
        vocabulary=lambda: vocabulary(
            BodyStyle.objects.all(), listed=Q(pk__in=public_runs().values("body_styles")), place="position"
        ),
    )
    powertrain = Facet(
        label=_("Powertrain"),
        rows=public_runs,
        value="powertrains__slug",
        entry="generation",
        vocabulary=lambda: vocabulary(
            Powertrain.objects.all(), listed=Q(pk__in=public_runs().values("powertrains")), place="position"
        ),
    )
    production = Facet(
        label=_("Production"),
        help=_("Whether any US plant builds it, as of spring 2026."),
        rows=generations_by_production,
        value="production",
        entry="pk",
        choices=[("current", _("built today")), ("planned", _("planned")), ("ended", _("ended"))],
    )
    manufacturer = Facet(
        label=_("Manufacturer"),
        help=_("Who owned or operated the plant when it was built there."),
        rows=runs_with_builders,
        value="plant__ownerships__manufacturer__slug",
        entry="generation",
        vocabulary=lambda: vocabulary(
            Manufacturer.objects.published(),
            listed=Q(pk__in=runs_with_builders().values("plant__ownerships__manufacturer")),
        ),
        page="manufacturer",
    )
    size, garage, bay = fit_facets(specifications, "generation")
    built_from = YearsFilter(label=_("Built from"), help_text=_("Model year, such as 1990."))
    built_to = YearsFilter(label=_("Built to"), help_text=_("Model year, such as 1999."))
    as_of = YearsFilter(built_in, label=_("As of year"), help_text=_("Only what was built in that model year."))

    SORTS = {
        "name": (_("name"), ("model__make__name", "model__name", "ordinal", "slug")),
        "built": (_("first built"), ("first_model_year", "model__make__name", "model__name", "slug")),
        "japan": (_("first sold in Japan"), ("first_sale", "model__make__name", "model__name", "slug")),
    }

    class Meta:
        model = Generation
        fields: list[str] = []

    def clean_text(self, name, text):
        return clean_key(text) if name == "compare" else super().clean_text(name, text)

    @cached_property
    def query(self):
        """Links carry only what can be vehicles, and no more of them than fit: a long address is not multiplied."""
        query = super().query
        if keys := [key for key in query.values.pop("compare", []) if KEY.fullmatch(key)]:
            query.values["compare"] = keys[:MOST]
        return query

    def found(self, without=None):
        found, span = super().found(without), self.built_span(without)
        return found & self.index.answer(("built", span), built_during(*span)) if span else found


def program_matching_word(word: str) -> Q:
    """Export programs that a word names: its names here and there, codes, plant, city, state."""
    text = contains(
        "title",
        "title_ja",
        "japan_name",
        "japan_name_ja",
        "us_make",
        "us_model",
        "japan_make__name",
        "japan_make__name_ja",
        "slug",
        "generation__code",
        "generation__model__name",
        "generation__model__name_ja",
        "generation__model__make__name",
        "generation__model__make__name_ja",
    )(word)
    return text | Q(plant__in=Plant.objects.published().filter(plant_matching_word(word)))


def on_sale_in(year: int) -> Q:
    return Q(pk__in=ExportProgram.objects.on_sale_in(year).values("pk"))


class ExportFilterSet(BrowseFilterSet):
    q = SearchFilter(program_matching_word, label=_("Search export programs"))
    era = Facet(
        label=_("Export era"),
        rows=ExportProgram.objects.published,
        value="era__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(ExportEra.objects.published(), place="start"),
        in_order=True,
        page="era",
    )
    status = Facet(
        label=_("Status"),
        rows=ExportProgram.objects.published,
        value="status",
        entry="pk",
        choices=ExportStatus.choices,
    )
    make = Facet(
        label=_("Make in Japan"),
        help=_("The badge it carried there."),
        rows=ExportProgram.objects.published,
        value="japan_make__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(
            Make.objects.published(), listed=Q(pk__in=ExportProgram.objects.published().values("japan_make"))
        ),
        page="make",
    )
    state = Facet(
        label=_("Plant state"),
        help=_("Where it was built."),
        rows=ExportProgram.objects.published,
        value="plant__state",
        entry="pk",
        vocabulary=lambda: vocabulary(
            ExportProgram.objects.published().filter(plant__isnull=False),
            value="plant__state",
            label="plant__state",
            label_ja=None,
        ),
        relabel=state_name,
        upper=True,
        also_valid=CODES,
    )
    plant = Facet(
        label=_("Plant"),
        rows=ExportProgram.objects.published,
        value="plant__slug",
        entry="pk",
        vocabulary=lambda: vocabulary(
            Plant.objects.published(),
            label="short_name",
            label_ja="short_name_ja",
            listed=Q(pk__in=ExportProgram.objects.published().filter(plant__isnull=False).values("plant")),
        ),
        page="plant",
    )
    drive = Facet(
        label=_("Steering"),
        help=_("The side the wheel is on. Japan drives on the left, with the wheel on the right."),
        rows=ExportProgram.objects.published,
        value="drive_side",
        entry="pk",
        choices=DriveSide.choices,
    )
    size, garage, bay = fit_facets(specifications_of_programs, "program")
    year = YearsFilter(on_sale_in, label=_("On sale in Japan in"), help_text=_("Calendar year, such as 1994."))
    as_of = YearsFilter(on_sale_in, label=_("As of year"), help_text=_("Only what was on sale in that year."))

    SORTS = {
        "launch": (_("newest first"), ("-launch", "title")),
        "title": (_("title"), ("title",)),
        "units": (_("units sold"), ("-units_sold", "title")),
    }

    class Meta:
        model = ExportProgram
        fields: list[str] = []
