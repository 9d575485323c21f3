"""Load the fixtures, in one transaction, in the order their references ask for."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from catalogue.changes import following
from catalogue.natural_keys import remembered_lookups


class Command(BaseCommand):
    help = "Load the catalogue's fixtures. Entries already there are overwritten with the fixtures' facts."

    def handle(self, **options):
        files = sorted(path.stem for path in settings.FIXTURE_DIRS[0].glob("*.jsonl"))
        # Each row names those it refers to, and most name the same few.
        with remembered_lookups():
            call_command("loaddata", *files, verbosity=options["verbosity"])
        following.begin()
        # Until the planner knows how many rows there are, it joins the facets in an order that takes minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
