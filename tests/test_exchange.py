"""The catalogue goes into spreadsheets and comes back: unharmed, or changed as an editor wanted."""

import csv
import io

import pytest
import zeal
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from catalogue.changes.record import Change
from catalogue.desk import edits
from catalogue.desk.version import Version
from catalogue.exchange.importing import Options
from catalogue.exchange.reading import read
from catalogue.exchange.resource import all_tables, rows_of, table_of, tables_about
from catalogue.exchange.running import carry_out, try_out
from catalogue.exchange.writing import FORMATS
from catalogue.models import Citation, Milestone, MilestoneSubject, Source, Statistic
from plants.models import Manufacturer, Ownership, Plant, PlantAlias, PlantCode
from vehicles.models import (
    BodyStyle,
    ExportEra,
    ExportProgram,
    Generation,
    Make,
    MarketName,
    Powertrain,
    ProductionRun,
    VehicleModel,
)

pytestmark = pytest.mark.django_db

TABLES = all_tables()
by_name = {"ids": lambda model: model.__name__}


def exported(queryset, model=None, form="csv") -> bytes:
    model = model or queryset.model
    return FORMATS[form]().export_data(table_of(model)().export(rows_of(queryset, model)))


def plan(content: bytes, model, **options):
    with zeal.zeal_ignore():
        return try_out(read(content), [model], Options(**options))


def do(content: bytes, model, user=None, **options):
    with zeal.zeal_ignore():
        sheet = read(content)
        seen = try_out(sheet, [model], Options(**options))
        assert not seen.all_problems, seen.all_problems
        return carry_out(sheet, [model], Options(**options), user=user, reason="Test", seen=seen.digest)


def edited(content: bytes, **changes) -> bytes:
    """A CSV file with these cells of its first row changed, as a spreadsheet program would write it."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    rows[0].update(changes)
    return written(rows)


def written(rows: list[dict]) -> bytes:
    out = io.StringIO()
    lines = csv.DictWriter(out, rows[0])
    lines.writeheader()
    lines.writerows(rows)
    return out.getvalue().encode()


def address(model, page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


# There and back ----------------------------------------------------------------------------------------------


def test_every_type_of_entry_and_of_its_rows_is_a_table():
    names = {model.__name__ for model in TABLES}
    assert names == set(
        "Manufacturer Plant Make VehicleModel Generation ProductionRun ExportEra ExportProgram Milestone Series Statistic "
        "Source BodyStyle Powertrain PlantCode Citation Ownership PlantAlias MarketName MilestoneSubject".split()
    )


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("model", TABLES, **by_name)
def test_a_file_brought_back_as_it_was_changes_nothing(model, form):
    before = Version.objects.count()
    # The larger tables in part: what each row goes through is the same.
    queryset = model.objects.order_by("pk")[:: max(1, model.objects.count() // 150)]
    result = plan(FORMATS[form]().export_data(table_of(model)().export(model.objects.filter(pk__in=[o.pk for o in queryset]))), model)
    assert not result.all_problems
    assert (len(result.added), len(result.changed)) == (0, 0)
    assert len(result.unchanged) == len(queryset) > 0
    assert Version.objects.count() == before
