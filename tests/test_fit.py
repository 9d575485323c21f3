"""How vehicles fit in Japan: a hand-made table of verdicts, at the limits and beside them, and what pages say."""

from decimal import Decimal

import pytest
from django.utils import translation

from catalogue.models import Source, Statistic
from plants.models import Plant
from vehicles import units
from vehicles.fit.drawing import EXTENTS, HEIGHT, View, drawn
from vehicles.fit.section import RULE_SOURCES, fit_of_program, telling_of_japan
from vehicles.fit.taxes import automobile_tax, weight_tax
from vehicles.fit.verdicts import automobile_tax as tax_verdict
from vehicles.models import BodyStyle, ExportProgram, Generation, Powertrain, Specification
from vehicles.prices import todays_price

pytestmark = pytest.mark.django_db


def made(body="sedan", powertrain="gasoline", market="japan", program=None, **measures) -> Specification:
    """A published specification, as the database judges it."""
    spec = Specification.objects.create(
        generation=Generation.objects.get(model__slug="camry", slug="xv80"),
        body_style=BodyStyle.objects.get(slug=body),
        market=market,
        program=program,
        publication="published",
        slug=f"made-{Specification.objects.count()}",
        **measures,
    )
    spec.powertrains.add(Powertrain.objects.get(slug=powertrain))
    return judged(spec)


def judged(spec: Specification) -> Specification:
    return Specification.objects.with_fit().select_related("body_style").prefetch_related("powertrains").get(pk=spec.pk)


SIZE = ("length_mm", "width_mm", "height_mm", "displacement_cc")
#: length, width, height, displacement: class. The limits are 4,700, 1,700 and 2,000 mm and 2,000 cc.
CLASSES = [
    ((4700, 1700, 2000, 2000), "5-number"),
    ((4701, 1700, 2000, 2000), "3-number"),
    ((4700, 1701, 2000, 2000), "3-number"),
    ((4700, 1700, 2001, 2000), "3-number"),
    ((4700, 1700, 2000, 2001), "3-number"),
    ((3395, 1475, 1790, 658), "5-number"),
    ((4700, 1700, 2000, None), ""),
    ((None, 1700, 2000, 2000), ""),
    ((None, 1701, None, None), "3-number"),
]


@pytest.mark.parametrize(("size", "expected"), CLASSES)
def test_the_registration_class_at_its_limits(size, expected):
    assert made(**dict(zip(SIZE, size, strict=True))).size_class == expected


def test_a_range_across_a_limit_is_not_judged_and_one_on_either_side_is():
    assert made(length_mm=4690, length_mm_max=4700, width_mm=1700, height_mm=1400, displacement_cc=1998).size_class == (
        "5-number"
    )
    assert (
        made(length_mm=4690, length_mm_max=4710, width_mm=1700, height_mm=1400, displacement_cc=1998).size_class == ""
    )
    assert made(length_mm=4710, length_mm_max=4750, width_mm=1700, height_mm=1400, displacement_cc=1998).size_class == (
        "3-number"
    )


@pytest.mark.parametrize("powertrain", ["diesel", "battery-electric", "fuel-cell"])
@pytest.mark.parametrize("displacement", [None, 2400])
def test_displacement_does_not_count_for_diesels_and_cars_without_an_engine(powertrain, displacement):
    measures = {"length_mm": 4700, "width_mm": 1700, "height_mm": 1500, "displacement_cc": displacement}
    assert made(powertrain=powertrain, **measures).size_class == "5-number"
    assert made(powertrain=powertrain, **{**measures, "width_mm": 1710}).size_class == "3-number"


def test_pickups_are_goods_vehicles():
    small = {"length_mm": 4700, "width_mm": 1690, "height_mm": 1700, "displacement_cc": 2000}
    assert made(body="pickup", **small).size_class == "4-number"
    assert made(body="pickup", **{**small, "length_mm": 5933}).size_class == "1-number"


@pytest.mark.parametrize(
    ("length", "width", "height", "garage", "bay"),
    [
        (5000, 1800, 1550, "ordinary", "small"),
        (5001, 1800, 1550, "newer", "standard"),
        (5000, 1801, 1550, "newer", "small"),
        (5050, 1850, 1550, "newer", "standard"),
        (5050, 1850, 1551, "high-roof", "standard"),
        (5050, 1850, 2000, "high-roof", "standard"),
        (5050, 1850, 2001, "none", "standard"),
        (5051, 1850, 1550, "none", "standard"),
        (5050, 1851, 1550, "none", "standard"),
        (6000, 2500, 1981, "none", "standard"),
        (6001, 2037, 1981, "none", "none"),
        (5000, 2300, 1550, "none", "small"),
        (5000, 2301, 1550, "none", "standard"),
        (6000, 2501, 1550, "none", "none"),
        (4820, 1770, None, "", "small"),
        (None, 1770, 1550, "", ""),
        (None, 2037, None, "none", ""),
    ],
)
def test_parking_at_its_limits(length, width, height, garage, bay):
    spec = made(length_mm=length, width_mm=width, height_mm=height)
    assert (spec.garage, spec.bay) == (garage, bay)


@pytest.mark.parametrize(
    ("cc", "new", "before"),
    [
        ((660, 660), [25_000], [29_500]),
        ((1000, 1000), [25_000], [29_500]),
        ((1001, 1500), [30_500], [34_500]),
        ((2000, 2000), [36_000], [39_500]),
        ((2001, 2001), [43_500], [45_000]),
        ((2400, 3000), [43_500, 50_000], [45_000, 51_000]),
        ((6000, 6000), [87_000], [88_000]),
        ((6001, 7000), [110_000], [111_000]),
    ],
)
def test_the_automobile_tax_by_displacement(cc, new, before):
    bands = automobile_tax(*cc)
    assert [band.yen for band in bands] == new
    assert [band.yen_before for band in bands] == before


@pytest.mark.parametrize(
    ("kg", "two_years", "new"),
    [
        ((500, 500), [8_200], [12_300]),
        ((1000, 1000), [16_400], [24_600]),
        ((1001, 1500), [24_600], [36_900]),
        ((1290, 1360), [24_600], [36_900]),
        ((1500, 1510), [24_600, 32_800], [36_900, 49_200]),
        ((2500, 2501), [41_000, 49_200], [61_500, 73_800]),
    ],
)
def test_the_weight_tax_by_half_tonnes(kg, two_years, new):
    bands = weight_tax(*kg)
    assert [band.yen_for_two_years for band in bands] == two_years
    assert [band.yen_when_new for band in bands] == new


def test_a_car_without_an_engine_pays_the_lowest_tax_and_a_pickup_by_its_load():
    assert tax_verdict([made(powertrain="fuel-cell")], before_2019=False).headline == "¥25,000"
    assert "load" in tax_verdict([made(body="pickup", displacement_cc=3400)], before_2019=False).headline
    assert tax_verdict([made()], before_2019=False).answer == "unknown"


# What is told of real cars -------------------------------------------------------------------------------------

EXPORTED = {
    # program: (size classes, mechanical car parks, bays), worked out by hand from the sources
    "honda-accord-coupe-ca6": ({"5-number"}, {"ordinary"}, {"small"}),
    "honda-accord-coupe-cb6": ({"5-number"}, {"ordinary"}, {"small"}),
    "honda-accord-wagon-cb9": ({"3-number"}, {""}, {""}),
    "honda-accord-wagon-ce1": ({"3-number"}, {"ordinary"}, {"small"}),
    "honda-civic-coupe-ej1": ({"5-number"}, {"ordinary"}, {"small"}),
    "honda-element-yh2": ({"3-number"}, {"high-roof"}, {"small"}),
    "honda-nsx-nc1": ({"3-number"}, {"none"}, {"small"}),
    "honda-crv-efcev": ({"3-number"}, {"none"}, {"small"}),
    "toyota-scepter-wagon": ({"3-number"}, {""}, {"small"}),
    "toyota-cavalier": ({"3-number"}, {"ordinary"}, {"small"}),
    "toyota-voltz": ({"3-number"}, {"high-roof"}, {"small"}),
    "mitsubishi-eclipse-1g": ({"5-number"}, {"ordinary"}, {"small"}),
    "toyota-camry-2026": ({"3-number"}, {"newer"}, {"small"}),
    "toyota-highlander-2026": ({"3-number"}, {"none"}, {"small"}),
    "toyota-tundra-2026": ({"1-number"}, {"none"}, {"standard", "none"}),
    "acura-integra-type-s-2026": ({"3-number"}, {"none"}, {"small"}),
    "honda-passport-trailsport-elite-2026": ({"3-number"}, {"none"}, {"small"}),
    "nissan-murano-2027": ({"3-number"}, {"none"}, {"small"}),
}


@pytest.mark.parametrize("slug", EXPORTED)
def test_the_verdicts_on_exported_cars(slug):
    specs = telling_of_japan(list(Specification.objects.published().with_fit().filter(program__slug=slug)))
    found = tuple({getattr(spec, name) for spec in specs} for name in ("size_class", "garage", "bay"))
    assert found == EXPORTED[slug]


def test_every_published_specification_names_its_source_and_rules_name_sources_there_are():
    assert not Specification.objects.published().filter(citations__isnull=True).exists()
    assert set(RULE_SOURCES) - set(Source.objects.values_list("slug", flat=True)) == set()


def test_a_program_page_tells_the_verdicts_with_the_rules_sources(client):
    page = client.get("/exports/toyota-scepter-wagon/").content.decode()
    for words in ("Does it fit in Japan?", "ordinary car (3-number)", "width 1,770 mm (limit 1,700 mm)", "¥45,000"):
        assert words in page
    assert "Not known: height." in page
    assert 'id="spec-camry-xv10-japan-1992-3-0-v6"' in page


def test_figures_of_the_us_car_are_named_as_such(client):
    words = "Told from the figures of the US car"
    assert words in client.get("/exports/toyota-tundra-2026/").content.decode()
    assert words not in client.get("/exports/toyota-cavalier/").content.decode()


def test_the_conditions_of_2026_stand_on_pages_of_cars_they_are_for(client):
    words = "The approval of 2026"
    assert words in client.get("/exports/toyota-camry-2026/").content.decode()
    assert words in client.get("/vehicles/subaru/ascent/wm/").content.decode()
    assert words not in client.get("/exports/toyota-scepter-coupe/").content.decode()


def test_a_page_without_specifications_says_nothing_of_fit(client):
    page = client.get("/vehicles/toyota/camry/v20/").content.decode()
    assert "Does it fit in Japan?" not in page and "Specifications" not in page


def test_versions_that_differ_are_each_told(client):
    page = client.get("/exports/toyota-tundra-2026/").content.decode()
    assert "depends on the version" in page
    assert "longer or wider than a standard bay: long body" in page


def test_japanese_pages_tell_it_in_japanese_and_metric_units_only(client):
    page = client.get("/ja/exports/toyota-cavalier/").content.decode()
    for words in (
        "日本の規格に収まるか",
        "普通乗用車（3ナンバー）",
        "全幅1,735〜1,740mm（上限1,700mm）",
        "150PS（110kW）",
    ):
        assert words in page
    assert " in)" not in page and " lb" not in page


def test_drafts_tell_nothing(client):
    Specification.objects.filter(program__slug="toyota-cavalier").update(publication="draft")
    assert "Does it fit in Japan?" not in client.get("/exports/toyota-cavalier/").content.decode()
    assert "toyota-cavalier" not in {
        row["slug"] for row in client.get("/api/v1/exports/?garage=ordinary").json()["results"]
    }


def test_the_api_gives_measures_and_verdicts(client):
    rows = client.get("/api/v1/specifications/?size=5-number&make=honda").json()["results"]
    assert rows
    assert {row["size_class"] for row in rows} == {"5-number"}
    one = client.get("/api/v1/specifications/tundra-xk70-us-2025-long-body/").json()
    assert (one["length_mm"], one["garage"], one["bay"], one["market"]) == (6414, "none", "none", "us")
    assert one["citations"]


# Drawings --------------------------------------------------------------------------------------------------------


def test_every_body_style_can_be_drawn():
    assert set(BodyStyle.objects.values_list("slug", flat=True)) <= set(EXTENTS)


def test_cars_are_drawn_to_scale_and_the_largest_stands_for_all():
    specs = [made(length_mm=4565, width_mm=1695, height_mm=1340), made(length_mm=4700, width_mm=1700, height_mm=1400)]
    views = drawn(specs, "Two")
    assert [view.is_subject for view in views] == [True, False, False]
    side = views[0].side
    assert (side["width"], side["height"]) == (470, 140)
    assert side["y"] + side["height"] == HEIGHT
    assert views[0].top - 10 == (250 - 170) / 2


def test_what_is_longer_than_the_bay_overhangs_its_open_end():
    (view, *_others) = drawn([made(body="pickup", length_mm=6414, width_mm=2032, height_mm=1981)], "Long")
    assert isinstance(view, View) and view.left == 10


def test_nothing_is_drawn_without_a_size_and_no_side_without_a_height():
    assert drawn([made(width_mm=1700)], "Unknown") == []
    assert drawn([made(length_mm=4700, width_mm=1700)], "Low")[0].side is None


# Units and prices ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "english", "japanese"),
    [
        (lambda: units.length(4565, 4565), "4,565 mm (179.7 in)", "4,565mm"),
        (lambda: units.length(1605, 1615), "1,605–1,615 mm (63.2–63.6 in)", "1,605〜1,615mm"),
        (lambda: units.weight(1220, 1220), "1,220 kg (2,690 lb)", "1,220kg"),
        (lambda: units.power(228, 228), "225 hp (228 PS, 168 kW)", "228PS（168kW）"),
        (lambda: units.displacement(2000, 2000, nominal=True), "2.0 L", "2.0L"),
        (lambda: units.displacement(2164, 2164, nominal=False), "2,164 cc", "2,164cc"),
        (lambda: units.torque(166, 166), "166 N·m (122 lb-ft)", "166N·m"),
    ],
)
def test_measures_are_written_as_readers_write_them(told, english, japanese):
    with translation.override("en"):
        assert told() == english
    with translation.override("ja"):
        assert told() == japanese


def test_a_former_price_is_told_in_todays_yen_by_the_consumer_price_index(client):
    program = ExportProgram.objects.get(slug="toyota-cavalier")
    index = dict(Statistic.objects.filter(series__slug="japan-consumer-prices").values_list("year", "value"))
    told = todays_price(program)
    assert told.year == 2025
    assert abs(told.yen - program.price_yen * index[2025] / index[1996]) <= 5000
    assert told.yen % 10_000 == 0
    assert "in prices of 2025" in client.get("/exports/toyota-cavalier/").content.decode()


def test_without_price_date_or_index_no_price_of_today_is_told(client):
    program = ExportProgram.objects.get(slug="toyota-cavalier")
    program.sales_start = ""
    assert todays_price(program) is None
    program.sales_start = "1996-01"
    Statistic.objects.filter(series__slug="japan-consumer-prices", year=1996).delete()
    assert todays_price(program) is None
    assert "in prices of" not in client.get("/exports/toyota-cavalier/").content.decode()


def test_the_index_is_that_of_the_published_rates():
    index = dict(Statistic.objects.filter(series__slug="japan-consumer-prices").values_list("year", "value"))
    assert index[2022] == Decimal("102.3")
    assert abs(index[2023] / index[2022] - Decimal("1.032")) < Decimal("0.001")
    assert Decimal(84) < index[1988] < Decimal(86)


def test_an_ended_program_pays_the_tax_of_its_time_and_a_new_one_todays():
    old = ExportProgram.objects.get(slug="toyota-cavalier")
    new = ExportProgram.objects.get(slug="toyota-camry-2026")
    heads = {}
    for program in (old, new):
        specs = Specification.objects.published().with_fit().filter(program=program)
        told = fit_of_program(program, list(specs.select_related("body_style").prefetch_related("powertrains")))
        heads[program.slug] = next(one.headline for one in told.verdicts if one.slug == "tax")
    assert heads == {"toyota-cavalier": "¥45,000", "toyota-camry-2026": "¥43,500"}


def test_a_plant_shows_its_place_from_the_largest_in_japanese(client):
    plant = Plant.objects.get(slug="toyota-georgetown")
    assert "Georgetown, Scott County, " in client.get(plant.get_absolute_url()).content.decode()
    assert "ケンタッキー州</a>スコット郡ジョージタウン" in client.get("/ja/plants/toyota-georgetown/").content.decode()
