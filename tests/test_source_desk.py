"""Sources at the desk: none twice, cited where a fact is typed, and what has none is named."""

import pytest
import zeal
from django.contrib.auth.models import Group, User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalogue.desk.kinds import admin_address as address
from catalogue.models import Proposal, Source, Version
from catalogue.source_addresses import address_key
from catalogue.source_editing import proposed_slug
from plants.models import Plant
from tests.admin_forms import form_data
from vehicles.models import ExportProgram, Make

#: A source of the fixtures, as somebody pastes it who found it by way of a newsletter.
KNOWN = "exp2026-027"
PASTED = "http://www.ascii.jp/elem/000/004/380/4380780?utm_source=newsletter#top"
PREFIX = "catalogue-citation-entry_type-entry_id"


@pytest.fixture(autouse=True)
def autocomplete_looks_up_each_row():
    with zeal.zeal_ignore():
        yield


def signed_in(role: str) -> Client:
    user = User.objects.create_user(role.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def edith(db):
    return signed_in("Editor")


def form_of(client, entry) -> dict:
    return form_data(client.get(address(type(entry), "change", entry.pk)))


def new_row(data: dict, **values) -> dict:
    """The form with its empty citation row filled in."""
    number = int(data[f"{PREFIX}-INITIAL_FORMS"])
    return data | {f"{PREFIX}-{number}-{name}": value for name, value in values.items()}


def save(client, entry, data: dict):
    return client.post(address(type(entry), "change", entry.pk), data)


def said(response) -> list[str]:
    return [str(message) for message in response.wsgi_request._messages]


# Comparing addresses ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        "http://example.com/a/b?x=1&y=2",
        "https://www.example.com/a/b?x=1&y=2",
        "https://EXAMPLE.com:443/a/b/?y=2&x=1",
        "http://example.com:80/a/b?x=1&y=2#part",
        "https://example.com/a/b?utm_source=n&x=1&fbclid=abc&y=2&UTM_Campaign=z&gclid=1",
        "  https://example.com./%61/b?x=1&y=2 ",
    ],
)
def test_one_page_has_many_addresses(other):
    assert address_key(other) == address_key("https://example.com/a/b?x=1&y=2")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.com/a/b?x=1&y=3",
        "https://example.com/a/B?x=1&y=2",
        "https://example.com/a/b",
        "https://example.com:8080/a/b?x=1&y=2",
        "https://news.example.com/a/b?x=1&y=2",
        "https://example.com/a%2Fb?x=1&y=2",
        "https://example.com/#!/a/b?x=1&y=2",
    ],
)
def test_different_pages_stay_different(other):
    assert address_key(other) != address_key("https://example.com/a/b?x=1&y=2")


def test_japanese_letters_may_be_written_out_or_encoded():
    assert address_key("https://例え.jp/左駕?q=米国") == address_key(
        "http://xn--r8jz45g.jp/%e5%b7%a6%E9%A7%95?q=%E7%B1%B3%E5%9B%BD"
    )


@given(st.text(max_size=60) | st.text(max_size=60).map("https://example.com/{}".format))
def test_comparing_takes_any_text_and_is_stable(text):
    key = address_key(text)
    if key:
        assert address_key(f"https://{key}") == key


# A source's own form -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_source_is_not_entered_twice_and_the_message_leads_to_it(edith):
    data = {"url": PASTED, "title": "The same article", "_reason": ""}
    response = edith.post(address(Source, "add"), data)
    page = response.content.decode()
    known = Source.objects.get(slug=KNOWN)
    assert "already there" in page
    assert f'<a href="{address(Source, "change", known.pk)}">' in page
    assert "The same article" in page, "what was typed is kept"
    assert Source.objects.at_address(PASTED).count() == 1


@pytest.mark.django_db
def test_a_book_needs_no_address_and_gets_an_id_of_its_own(edith):
    data = {"title": "The Machine That Changed the World", "publisher": "Rawson", "published_on": "1990"}
    for _time in range(2):
        assert edith.post(address(Source, "add"), data).status_code == 302
    books = Source.objects.filter(title=data["title"]).order_by("slug")
    slug = "rawson-1990-the-machine-that-changed-the-world"
    assert [book.slug for book in books] == [slug, f"{slug}-2"]


@pytest.mark.django_db
def test_a_proposed_id_fits_whatever_the_source_is_called():
    japanese = Source(url="https://www.nikkei.com/a", title="米国車", publisher="日経", published_on="2026-03")
    assert proposed_slug(japanese) == "nikkei-com-2026-03"
    assert proposed_slug(Source(title="米国生産車")) == "source"
    long = Source(title="word " * 70, publisher="x" * 200)
    assert 0 < len(proposed_slug(long)) <= 60


@pytest.mark.django_db
def test_editing_another_field_of_a_source_does_not_meet_itself(edith):
    source = Source.objects.get(slug=KNOWN)
    data = form_of(edith, source)
    assert save(edith, source, {**data, "publisher": "ASCII", "url": source.url + "/#more"}).status_code == 302
    source.refresh_from_db()
    assert (source.publisher, source.slug) == ("ASCII", KNOWN)


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["ftp://example.com/a", "https://[::1", "nonsense", "http://a.b/\x00", "x" * 700])
def test_a_wrong_address_is_told_beside_the_field(edith, url):
    response = edith.post(address(Source, "add"), {"url": url, "title": "A title"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["url"]


# Citing in the form of an entry ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_new_source_supports_several_facts_from_the_entrys_own_form(edith):
    plant = Plant.objects.get(slug="nummi-fremont")
    data = new_row(
        form_of(edith, plant),
        new_url="example.com/nummi?utm_medium=mail",
        new_title="How NUMMI began",
        new_publisher="Example News",
        new_published_on="1984-12",
        new_language="en",
        field=["employees", "capacity"],
        locator="p. 3",
    )
    response = save(edith, plant, {**data, "_reason": "New source"})
    assert response.status_code == 302, response.context["errors"]
    source = Source.objects.get(title="How NUMMI began")
    assert (source.slug, source.language) == ("example-news-1984-12-how-nummi-began", "en")
    cited = plant.citations.filter(source=source)
    assert {(one.field, one.locator) for one in cited} == {("employees", "p. 3"), ("capacity", "p. 3")}
    edits = {Version.objects.of(one).first().edit for one in (plant, source)}
    assert len(edits) == 1, "the source and its citations are one edit"


@pytest.mark.django_db
def test_a_pasted_source_that_is_there_is_cited_and_not_added_again(edith):
    make = Make.objects.get(slug="toyota")
    known, before = Source.objects.get(slug=KNOWN), Source.objects.count()
    response = save(edith, make, new_row(form_of(edith, make), new_url=PASTED, new_title="Another title"))
    assert response.status_code == 302, response.context["errors"]
    assert Source.objects.count() == before
    assert make.citations.filter(source=known, field="").count() == 1
    assert any("already there" in text and known.title in text for text in said(response))


@pytest.mark.django_db
def test_a_source_can_be_named_by_its_id_where_no_list_can_be_searched(edith):
    make = Make.objects.get(slug="toyota")
    assert save(edith, make, new_row(form_of(edith, make), new_url="vpic", field="name")).status_code == 302
    assert make.citations.filter(source__slug="vpic", field="name").exists()


@pytest.mark.django_db
def test_the_same_new_source_in_two_rows_is_added_once(edith):
    make = Make.objects.get(slug="toyota")
    data = form_of(edith, make)
    first = int(data[f"{PREFIX}-INITIAL_FORMS"])
    for number, fact in enumerate(["name", "manufacturer"], start=first):
        data[f"{PREFIX}-{number}-new_url"] = f"https://example.com/a?utm_id={number}"
        data[f"{PREFIX}-{number}-new_title"] = "An article"
        data[f"{PREFIX}-{number}-field"] = fact
    data[f"{PREFIX}-TOTAL_FORMS"] = first + 2
    response = save(edith, make, data)
    assert response.status_code == 302, response.context["errors"]
    source = Source.objects.get(title="An article")
    assert set(make.citations.filter(source=source).values_list("field", flat=True)) == {"name", "manufacturer"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"locator": "p. 3"}, "source", "Choose a source, or paste"),
        ({"new_url": "nonsense"}, "new_url", "valid URL"),
        ({"new_url": "https://example.com/\x00", "new_title": "A"}, "new_url", "Null characters"),
        ({"new_url": "https://example.com/new"}, "new_title", "give its title"),
        (
            {"new_url": "https://example.com/new", "new_title": "A", "new_published_on": "May"},
            "new_published_on",
            "1992",
        ),
        ({"new_url": "https://example.com/new", "new_title": "A" * 500}, "new_title", "at most 400"),
        ({"source": "KNOWN", "new_url": "https://example.com/new"}, "new_url", "not both"),
        ({"source": "KNOWN", "field": ["nonsense"]}, "field", "not one of the available"),
        ({"source": "99999999"}, "source", "not one of the available"),
        ({"source": "KNOWN", "claim": "1985"}, "reason", "does not follow"),
    ],
)
def test_what_is_wrong_with_a_new_citation_is_told_beside_it(edith, typed, field, message):
    make, before = Make.objects.get(slug="toyota"), Source.objects.count()
    if typed.get("source") == "KNOWN":
        typed = {**typed, "source": Source.objects.get(slug=KNOWN).pk}
    data = {**new_row(form_of(edith, make), **typed), "name": "Toyota!"}
    response = save(edith, make, data)
    assert response.status_code == 200
    citations = next(one.formset for one in response.context["inline_admin_formsets"] if one.formset.prefix == PREFIX)
    assert message in " ".join(citations.forms[-1].errors[field])
    assert "Toyota!" in response.content.decode(), "what was typed is kept"
    assert Source.objects.count() == before


@pytest.mark.django_db
def test_a_source_is_cited_once_for_a_fact_and_the_second_time_refused_in_words(edith):
    plant = Plant.objects.get(slug="nummi-fremont")
    cited = plant.citations.first()
    data = form_of(edith, plant)
    response = save(edith, plant, new_row(data, source=cited.source_id, field=[cited.field]))
    assert response.status_code == 200
    assert "already cited for this fact" in response.content.decode()


@pytest.mark.django_db
def test_a_row_cannot_take_the_place_of_one_that_is_deleted_with_it(edith):
    plant = Plant.objects.get(slug="nummi-fremont")
    data = form_of(edith, plant)
    first, second = plant.citations.order_by("pk")[:2]
    data |= {f"{PREFIX}-0-source": second.source_id, f"{PREFIX}-0-field": second.field, f"{PREFIX}-1-DELETE": "on"}
    response = save(edith, plant, data)
    assert response.status_code == 200
    assert "already cited for this fact" in response.content.decode()


@pytest.mark.django_db
def test_a_draft_can_be_published_with_a_source_added_in_the_same_form(edith):
    plant = Plant.objects.get(slug="nummi-fremont")
    plant.citations.all().delete()
    data = form_of(edith, plant)
    assert save(edith, plant, data).status_code == 200, "without a source it can't stay published"
    response = save(edith, plant, new_row(data, new_url="https://example.com/nummi", new_title="NUMMI"))
    assert response.status_code == 302, response.context["errors"]
    assert plant.citations.get().source.title == "NUMMI"


@pytest.mark.django_db
def test_a_contributors_proposal_keeps_the_source_it_adds(edith):
    """What is proposed is only tried; the source must be there when an editor publishes it."""
    carla = signed_in("Contributor")
    program = ExportProgram.objects.get(slug="toyota-camry-2026")
    data = new_row(form_of(carla, program), new_url="https://example.com/camry", new_title="Camry for Japan")
    response = save(carla, program, {**data, "us_model": "Camry XSE", "_review": "1"})
    assert response.status_code == 302, response.context["errors"]
    source = Source.objects.get(title="Camry for Japan")
    assert not program.citations.filter(source=source).exists(), "the entry itself is as it was"
    assert Version.objects.of(source).first().user_name == "contributor"
    proposal = Proposal.objects.about(program).get()
    proposal.publish(User.objects.get(username="editor"))
    assert program.citations.filter(source=source).exists()


@pytest.mark.django_db
def test_who_may_not_add_sources_may_only_choose(editor_client, editor):
    editor.user_permissions.remove(*editor.user_permissions.filter(codename="add_source"))
    make, before = Make.objects.get(slug="toyota"), Source.objects.count()
    data = form_of(editor_client, make)
    response = save(editor_client, make, new_row(data, new_url="https://example.com/new", new_title="New"))
    assert "you may not add sources" in response.content.decode()
    assert Source.objects.count() == before
    assert save(editor_client, make, new_row(data, new_url=PASTED)).status_code == 302
    assert make.citations.filter(source__slug=KNOWN).exists()


# Facts without a source ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_form_names_the_filled_facts_that_have_no_source_of_their_own(edith):
    plant = Plant.objects.get(slug="nummi-fremont")
    plant.citations.all().delete()
    Plant.objects.filter(pk=plant.pk).update(county="", capacity=400000, employees=4700)

    def line() -> str:
        page = edith.get(address(Plant, "change", plant.pk)).content.decode()
        return page.partition('class="uncited"')[2].partition("</div>")[0]

    assert "capacity a year, " in line()
    assert "county" not in line(), "what is empty needs no source"
    assert "nothing covers them" in line()
    source = Source.objects.get(slug=KNOWN)
    plant.citations.create(source=source, field="capacity")
    assert "capacity a year, " not in line()
    plant.citations.create(source=source, field="")
    assert "A source cited for the whole entry covers them" in line()


@pytest.mark.django_db
def test_the_form_of_a_new_entry_has_nothing_to_say_about_sources_yet(edith):
    assert 'class="uncited"' not in edith.get(address(Plant, "add")).content.decode()
