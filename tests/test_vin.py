"""The VIN check: what it accepts, what it says is wrong, what it reads, and that it keeps nothing."""

import logging
import re
import threading

import pytest
import time_machine
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.log_privacy import masked
from plants import vin as rules
from plants.models import Plant, PlantCode
from vehicles import vpic
from vehicles.vin_check import check

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def day():
    """What a model year character can mean depends on the day."""
    with time_machine.travel("2026-11-25"):
        yield


WAGON = "1HGCB9850NA000000"
MURANO = "5N1AZ2BJ5RC000000"


def with_check_digit(vin: str) -> str:
    return vin[:8] + rules.check_digit(vin) + vin[9:]


def codes_of(answer) -> set[str]:
    return {problem.code for problem in answer.problems}


# What is accepted ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pasted",
    [
        WAGON,
        WAGON.lower(),
        "  1HG CB985 0 NA 000000 \n",
        "1HG-CB9850-NA000000",
        "VIN: 1HGCB9850NA000000",
        "vin no. 1HGCB9850NA000000",
        "V.I.N. 1HGCB9850NA000000",
        "VIN#1HGCB9850NA000000",
        "車台番号：1HGCB9850NA000000",
        "１ＨＧＣＢ９８５０ＮＡ００００００",
        "１ＨＧ－ＣＢ９８５０ー ＮＡ００００００",
        "*1HGCB9850NA000000*",
        "“1HGCB9850NA000000”.",
        "1HG\u200bCB9850\u00a0NA000000",
        "1HGCB9850–NA−000000",
    ],
)
def test_what_people_paste_is_read(pasted):
    answer = check(pasted)
    assert (answer.vin, answer.valid) == (WAGON, True)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "empty", "type or paste"),
        ("   - ", "empty", "type or paste"),
        ("1HGCB9850NA00000", "length", "these are 16"),
        ("1HGCB9850NA0000000", "length", "these are 18"),
        ("A", "length", "this has 1."),
        ("1HGCB985ONA000000", "letter", "letter O (position 9); is it the digit 0"),
        ("IHGCB9850NA000000", "letter", "letter I (position 1); is it the digit 1"),
        ("1HGCB9850NAQ000Q0", "letter", "letter Q (position 12, 16); is it the digit 0"),
        ("1HGCB9850NA00000é", "characters", "not: É"),
        ("1HGCB9850NA0000あい", "characters", "not: あ い"),
        ("1HGCB9851NA000000", "check_digit", "is 1, but the other characters ask for 0"),
    ],
)
def test_a_bad_vin_is_told_what_is_wrong(text, code, said):
    answer = check(text)
    assert not answer.valid
    assert [problem.message for problem in answer.errors if problem.code == code and said in problem.message]


def test_several_faults_are_told_at_once():
    assert codes_of(check("1HGOB985?NA0000")) == {"length", "letter", "characters"}


def test_the_length_counts_characters_without_label_and_spaces():
    assert "these are 4" in check("VIN: 1H-G C").errors[0].message


# The check digit -------------------------------------------------------------------------------------


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "11111111111111111", "5GZCZ43D13S812715", "1FTEX1C87AFA00000"])
def test_the_check_digit_of_public_examples_follows_from_the_others(vin):
    # The first two stand in many texts on the check digit; the last one is made wrong on purpose.
    assert (rules.check_digit(vin) == vin[8]) == (vin != "1FTEX1C87AFA00000")


vins = st.text(rules.LETTERS_AND_DIGITS, min_size=17, max_size=17).map(with_check_digit)


@given(vins, st.integers(0, 16), st.sampled_from(rules.LETTERS_AND_DIGITS))
def test_every_slip_to_a_character_of_another_value_is_caught(vin, place, other):
    slipped = vin[:place] + other + vin[place + 1 :]
    same = other == vin[place] if place == 8 else rules.VALUES[other] == rules.VALUES[vin[place]]
    assert bool(rules.problems_of_form(slipped)) == (not same)


@given(vins, st.integers(0, 15).filter(lambda place: place not in (7, 8)))
def test_exchanging_two_neighbours_of_different_values_is_caught(vin, place):
    exchanged = vin[:place] + vin[place + 1] + vin[place] + vin[place + 2 :]
    same = rules.VALUES[vin[place]] == rules.VALUES[vin[place + 1]]
    assert bool(rules.problems_of_form(exchanged)) == (not same)


# Maker codes and model years -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wmi", "country"),
    [
        ("1HG", "the United States"),
        ("4T1", "the United States"),
        ("5N1", "the United States"),
        ("7MM", "the United States"),
        ("7FA", "the United States"),
        ("700", "the United States"),
        ("7A1", "New Zealand"),
        ("7E9", "New Zealand"),
        ("2HG", "Canada"),
        ("3N1", "Mexico"),
        ("JHM", "Japan"),
        ("KMH", "South Korea"),
        ("WAU", "Germany"),
        ("SHH", "the United Kingdom"),
        ("MLH", "Thailand"),
        ("8GD", "South America"),
        ("93H", "Brazil"),
        ("AAV", "Africa"),
        ("X4X", "Europe"),
    ],
)
def test_the_maker_code_belongs_to_a_country(wmi, country):
    assert rules.origin(wmi) == country
    assert rules.is_us(wmi) == (country == "the United States")


def test_every_maker_code_of_the_catalogue_is_of_the_united_states():
    assert not [row for row in PlantCode.objects.values_list("wmi", flat=True) if not rules.is_us(row)]


@given(vins)
def test_every_maker_code_belongs_somewhere(vin):
    assert rules.origin(rules.wmi_of(vin))


@pytest.mark.parametrize(
    ("seventh", "code", "light", "years"),
    [
        ("8", "A", True, [1980, 2010]),
        ("8", "9", True, [2009]),
        ("8", "Y", True, [2000]),
        ("B", "A", True, [2010, 1980]),
        ("B", "T", True, [2026, 1996]),
        ("B", "V", True, [2027, 1997]),
        ("B", "W", True, [1998]),
        ("8", "L", False, [2020, 1990]),
        ("8", "U", True, []),
        ("8", "Z", True, []),
        ("8", "0", True, []),
    ],
)
def test_position_10_names_a_year_and_position_7_its_cycle(seventh, code, light, years):
    vin = f"1HGCB9{seventh}50{code}A000000"
    assert rules.model_years(vin, newest=2027, light=light) == years


def test_a_model_year_further_ahead_than_the_next_is_not_possible():
    assert check(with_check_digit("1HGCY1F00VA000000")).model_year == 2027
    assert check(with_check_digit("1HGCY1F00WA000000")).model_year == 1998


def test_a_light_truck_with_a_letter_in_position_7_is_dated_by_its_plant_codes():
    answer = check(with_check_digit("1Y1SKXT90LZ000000"))
    assert (answer.model_year, answer.plant.slug) == (1990, "nummi-fremont")
    assert "model_year_by_data" in codes_of(answer)


def test_where_a_heavy_vehicle_may_be_of_two_years_both_are_named():
    answer = check("1M8GDM9AXKP042788")
    assert answer.valid
    assert (answer.model_year, sorted(answer.model_years)) == (None, [1989, 2019])
    assert "model_year_ambiguous" in codes_of(answer)


def test_a_heavy_truck_of_a_known_plant_is_dated_by_its_codes():
    answer = check(with_check_digit("5PVNJ8JV0L5S00000"))
    assert (answer.model_year, answer.plant.slug) == (2020, "hino-mineral-wells")


def test_a_small_maker_has_three_more_characters():
    answer = check(with_check_digit("1H9TERN60RM773000"))
    assert (answer.wmi, answer.plant.slug) == ("1H9773", "hexagon-purus-mesquite")
    assert [(one.number, one.characters) for one in answer.positions[-2:]] == [("12–14", "773"), ("15–17", "000")]


# Plants ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "vin", "fits"),
    [
        ("", WAGON, True),
        ("CB9", WAGON, True),
        ("CB7", WAGON, False),
        ("CB7; CB9", WAGON, True),
        ("*B[789]", WAGON, True),
        ("*B[0-7]", WAGON, False),
        ("****5", WAGON, True),
        ("****5|*A", WAGON, True),
        ("****5|*L", WAGON, False),
        ("CB9[", WAGON, False),
        ("CB9(", WAGON, False),
        ("CB9[5-1]", WAGON, False),
    ],
)
def test_patterns_are_read_as_vpic_writes_them(pattern, vin, fits):
    assert rules.pattern_fits(pattern, vin) == fits


def first_of(token: str, *, digit: bool | None = None) -> str:
    """A character that one token of a pattern allows; a digit or a letter where that is asked for and possible."""
    allowed = [one for one in rules.LETTERS_AND_DIGITS if token == "*" or re.fullmatch(token, one)]
    return next((one for one in allowed if digit is None or one.isdigit() == digit), allowed[0])


def tokens(notation: str) -> list[str]:
    return re.findall(r"\[[^]]*\]|.", notation)


def made_of(row: PlantCode, alternative: str, year: int) -> str:
    """A VIN that a plant code describes, with the serial number 0."""
    head, _, tail = alternative.strip().partition("|")
    described = [*tokens(head), *"*****"][:5]
    rest = [*tokens(tail), *"********"][:8]
    letters = [first_of(one, digit=year < 2010 if place == 3 else None) for place, one in enumerate(described)]
    serial = "".join(first_of(one) if one != "*" else "0" for one in rest[2:])
    if len(row.wmi) == 6:
        serial = row.wmi[3:] + serial[3:]
    year_code = rules.YEAR_CODES[(year - 1980) % 30]
    return with_check_digit(f"{row.wmi[:3]}{''.join(letters)}0{year_code}{first_of(tokens(row.code)[0])}{serial}")


def years_of(row: PlantCode) -> set[int]:
    """The first and last model year of a plant code, and the first of each decade in it."""
    last = row.last_model_year or max(row.first_model_year, 2026)
    first = row.first_model_year or last
    return {first, last, *(year for year in range(first, last) if year % 10 == 0)}


def test_constructed_vins_of_every_plant_code_and_decade_lead_to_their_plant():
    wrong, tried, plants, makes = [], 0, set(), set()
    for row in PlantCode.objects.select_related("plant"):
        for year in years_of(row):
            alternatives = row.pattern.split(";")
            # The years are tried by turns with the first and the last of its patterns.
            vin = made_of(row, alternatives[-(tried % 2)], year)
            answer = check(vin)
            tried += 1
            plants.add(row.plant.slug)
            makes.add(row.model.split("/")[0])
            if not answer.valid or answer.plant != row.plant:
                wrong.append((vin, year, row.plant.slug, answer.plant, codes_of(answer)))
    assert not wrong
    assert tried > 1000
    assert makes >= {"acura", "honda", "infiniti", "isuzu", "lexus", "mazda", "mitsubishi", "nissan", "subaru"}
    assert makes >= {"suzuki", "toyota", "hino"}
    building = set(Plant.objects.filter(kind="assembly", runs__isnull=False).values_list("slug", flat=True))
    assert building - plants <= {"gm-lordstown", "utilimaster-wakarusa"}


@pytest.mark.parametrize(
    ("vin", "year", "plant", "generation"),
    [
        ("1HGCB9850NA", 1992, "honda-marysville", "honda/accord/cb"),
        ("4T1SK12E0RU", 1994, "toyota-georgetown", "toyota/camry/xv10"),
        ("1NXAE04B0PZ", 1993, "nummi-fremont", "toyota/corolla/e100"),
        ("5TFDY5F10HX", 2017, "toyota-san-antonio", "toyota/tundra/xk50"),
        ("5N1AZ2BJ0RC", 2024, "nissan-smyrna", "nissan/murano/z52"),
        ("1N4AL11D06N", 2006, "nissan-canton", "nissan/altima/l31"),
        ("19UDE4H30PA", 2023, "honda-marysville", "acura/integra/de4"),
        ("5FNYF5H50HB", 2017, "honda-lincoln", "honda/pilot/yf5"),
        ("7FARW1H50KE", 2019, "honda-greensburg", "honda/cr-v/rw"),
        ("4S4BSAAC0H3", 2017, "subaru-lafayette", "subaru/outback/bs"),
        ("1YVHP80C065", 2006, "mazda-flat-rock", "mazda/mazda6/gg"),
        ("7MMVABBM0PN", 2023, "mazda-toyota-huntsville", "mazda/cx-50/va"),
        ("58ABK1GG0HU", 2017, "toyota-georgetown", "lexus/es/xv60"),
        ("5YFBURHE0HP", 2017, "toyota-blue-springs", "toyota/corolla/e170"),
    ],
)
def test_cars_of_many_makes_are_found_with_their_generation(vin, year, plant, generation):
    answer = check(with_check_digit(f"{vin}000000"))
    assert answer.valid
    assert (answer.model_year, answer.plant.slug, answer.vehicle and answer.vehicle.key) == (year, plant, generation)


def test_a_code_for_one_model_does_not_hold_for_another():
    # Code R stands for Lafayette on Camrys of 2007 to 2020 only.
    assert check(with_check_digit("4T1BE46K07R000000")).plant.slug == "subaru-lafayette"
    answer = check(with_check_digit("4T1BE46K03R000000"))
    assert answer.plant is None
    assert "plant_unknown" in codes_of(answer)


def test_a_vehicle_older_than_its_plant_is_doubted():
    answer = check(with_check_digit("1HGCB9650SE000000"))
    assert answer.plant.slug == "honda-greensburg"
    assert "plant_years" in codes_of(answer)


def test_a_code_of_several_plants_names_none_but_says_which(monkeypatch):
    row = PlantCode.objects.get(wmi="1HG", pattern="CB9")
    other = Plant.objects.get(slug="honda-east-liberty")
    PlantCode.objects.create(
        plant=other, wmi="1HG", pattern="CB", code="A", first_model_year=1992, last_model_year=1992, source=row.source
    )
    answer = check(WAGON)
    assert answer.plant is None
    reason = next(problem.message for problem in answer.problems if problem.code == "plant_ambiguous")
    assert "Marysville" in reason and "East Liberty" in reason


def test_the_city_is_also_given_as_public_data_spells_it(client):
    vin = with_check_digit("4F2YZ02B03K000000")
    assert check(vin).city_spellings == ["KANSAS CITY"]
    assert "KANSAS CITY" in client.post("/vin/", {"vin": vin}).text


def test_a_draft_plant_is_not_named():
    Plant.objects.filter(slug="honda-marysville").update(publication="draft")
    assert check(WAGON).plant is None


@pytest.mark.parametrize(
    ("vin", "code"),
    [
        ("JHMCM56507C000000", "not_us"),
        ("2HGEJ6570VH000000", "not_us"),
        ("3VWSE69M04M000000", "not_us"),
        ("1FTFW1ET0DF000000", "maker_unknown"),
        ("1HGCB9850NX000000", "plant_unknown"),
        ("1HGCB98500A000000", "plant_unknown"),
    ],
)
def test_no_plant_has_a_reason(vin, code):
    answer = check(with_check_digit(vin))
    assert answer.valid
    assert answer.plant is None
    assert code in codes_of(answer)


def test_the_country_of_a_foreign_maker_code_is_said():
    message = next(one.message for one in check(with_check_digit("JHMCM56507C000000")).problems if one.code == "not_us")
    assert "Japan" in message and "JHM" in message


def test_a_make_without_entry_is_named_as_vpic_spells_it():
    answer = check(with_check_digit("1FTFW1ET0DF000000"))
    assert (answer.make, answer.make_name, answer.model_name) == (None, "Ford", "F-150")


# Sold in Japan ---------------------------------------------------------------------------------------


def test_a_generation_sold_in_japan_names_its_programs():
    assert {program.slug for program in check(WAGON).exports} == {"honda-accord-wagon-cb9", "honda-accord-coupe-cb6"}


def test_a_generation_never_sold_in_japan_has_no_program():
    answer = check(MURANO)
    assert answer.vehicle
    assert answer.exports == []


def test_a_vehicle_with_a_wrong_check_digit_is_read_all_the_same():
    answer = check("1HGCB9851NA000000")
    assert not answer.valid
    assert (answer.plant.slug, answer.model_year) == ("honda-marysville", 1992)


def test_an_answer_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        check(WAGON)


def test_seventeen_positions_are_explained_without_a_gap():
    positions = check(WAGON).positions
    assert "".join(one.characters for one in positions) == WAGON
    assert all(one.name and one.meaning for one in positions)
    assert [one.first for one in positions][1:] == [one.last + 1 for one in positions][:-1]


# Any text --------------------------------------------------------------------------------------------

anything = st.text() | st.text(rules.LETTERS_AND_DIGITS + "IOQ- ", max_size=20) | vins


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(anything)
def test_no_text_breaks_the_check(text):
    answer = check(text)
    assert answer.valid == (not answer.errors)
    assert answer.plant is None or answer.positions


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(text=anything)
def test_no_text_breaks_the_page(text):
    for response in (Client().post("/vin/", {"vin": text}), Client().get("/vin/", {"vin": text})):
        assert response.status_code in (200, 400)


@pytest.mark.parametrize(
    "text", ["\x00", f"{WAGON}\x00", "A" * 10_000, "😀" * 17, "<script>alert(1)</script>", "ſ" * 17]
)
def test_odd_texts_are_answered(client, text):
    response = client.post("/vin/", {"vin": text})
    assert response.status_code == (200 if text.startswith(WAGON) else 400)
    assert "<script>alert" not in response.text
    assert len(response.content) < 30_000


def test_threads_share_the_database_of_vpic():
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(vpic.look_up(WAGON, "1HG", 1992).model)) for _number in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Accord"] * 8


# The page --------------------------------------------------------------------------------------------


def test_the_empty_form_may_be_found_by_search_engines(client):
    response = client.get("/vin/")
    assert response.status_code == 200
    assert "noindex" not in response.text
    assert 'method="post"' in response.text


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_answer_names_plant_vehicle_and_sale_and_is_kept_nowhere(client, method):
    response = getattr(client, method)("/vin/", {"vin": f"VIN: {WAGON}"})
    assert response.status_code == 200
    for link in ("/plants/honda-marysville/", "/vehicles/honda/accord/cb/", "/exports/honda-accord-wagon-cb9/"):
        assert f'href="{link}"' in response.text
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in response.text


def test_no_link_of_an_answer_has_the_vin_in_it(client):
    response = client.get("/vin/", {"vin": MURANO})
    assert not [
        address for address in re.findall(r'(?:href|action|content)="([^"]*)"', response.text) if MURANO in address
    ]
    assert response["Referrer-Policy"] == "strict-origin"


def test_a_bad_vin_is_400_with_the_message_at_the_field_and_the_text_kept(client):
    response = client.post("/vin/", {"vin": "1hg cb985o na000000"})
    assert response.status_code == 400
    assert 'value="1hg cb985o na000000"' in response.text
    assert 'aria-invalid="true"' in response.text
    described = re.search(r'aria-describedby="([^"]*)"', response.text)[1].split()
    assert all(f'id="{one}"' in response.text for one in described)
    assert "is it the digit 0" in response.text


def test_an_empty_field_is_400(client):
    assert client.post("/vin/", {}).status_code == 400
    assert client.get("/vin/?vin=").status_code == 400


def test_the_answer_is_in_japanese_under_ja(client):
    response = client.post("/ja/vin/", {"vin": WAGON})
    assert response.status_code == 200
    for text in ("VINチェック", "モデルイヤー", "米国", "オハイオ州"):
        assert text in response.text
    assert "17文字" in client.post("/ja/vin/", {"vin": "1HG"}).text


def test_the_examples_are_valid_and_found(client):
    examples = re.findall(r'name="vin" value="([^"]+)"', client.get("/vin/").text)
    assert len(examples) == 2
    for vin in examples:
        answer = check(vin)
        assert answer.valid and answer.vehicle and answer.vin[11:] == "000000"


def test_the_check_is_linked_from_the_foot_of_every_page(client):
    assert '<a href="/vin/">VIN check</a>' in client.get("/about/").text


def test_the_form_is_protected_against_other_sites():
    assert Client(enforce_csrf_checks=True).post("/vin/", {"vin": WAGON}).status_code == 403


def test_an_answer_of_the_page_takes_few_queries(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.post("/vin/", {"vin": WAGON})


# Logs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        f"/vin/?vin={WAGON[:-1]}",
        f"/vin/{WAGON}/",
        f"/api/v1/vin/{WAGON}/more/",
        f"/api/v1/vin/{WAGON.lower()}/more/",
        "/api/v1/vin/1HG-CB9850-NA000000/more/",
        f"/{WAGON}",
        f"/ja/vin/{WAGON}",
    ],
)
def test_no_log_record_has_a_vin(client, caplog, address):
    caplog.set_level(logging.DEBUG)
    assert client.get(address).status_code in (400, 404)
    assert [record for record in caplog.records if record.name == "django.request"]
    assert "000000" not in caplog.text and "00000" not in caplog.text


def test_a_refused_form_logs_no_vin(caplog):
    caplog.set_level(logging.DEBUG)
    Client(enforce_csrf_checks=True).post(f"/vin/{WAGON}", {"vin": WAGON})
    Client(enforce_csrf_checks=True).post("/vin/", {"vin": WAGON})
    assert caplog.records
    assert WAGON not in caplog.text


def test_an_error_in_the_check_logs_no_vin(client, caplog, monkeypatch):
    def fail(text):
        raise RuntimeError(f"can't read {text}")

    monkeypatch.setattr("vehicles.vin_form.check", fail)
    client.raise_request_exception = False
    assert client.post("/vin/", {"vin": WAGON}).status_code == 500
    assert "RuntimeError" in caplog.text
    assert WAGON not in caplog.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Not Found: /api/v1/vin/{WAGON}/", "Not Found: /api/v1/vin/1HG**************/"),
        (f"GET /vin/?vin={WAGON}&x=1", "GET /vin/?vin=1HG**************&x=1"),
        (f"GET /vin/?vin=VIN:%20{WAGON}", "GET /vin/?vin=VIN**************"),
        ("Not Found: /vehicles/honda/accord-tourer-cw/", "Not Found: /vehicles/honda/accord-tourer-cw/"),
        ("Bad Request: /vin/", "Bad Request: /vin/"),
    ],
)
def test_only_vins_are_masked(text, shown):
    assert masked(text) == shown
