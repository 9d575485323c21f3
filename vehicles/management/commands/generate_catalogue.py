"""Make a large catalogue for measuring: ``manage.py generate_catalogue --generations 100000 --seed 1``."""

from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalogue import revision
from vehicles.generated import generate


class Command(BaseCommand):
    help = "Add invented makes, plants and vehicles to a loaded catalogue, for measuring. Never on a real site."

    def add_arguments(self, parser):
        parser.add_argument("--generations", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *, generations: int, seed: int, verbosity: int, **options):
        if generations < 1:
            raise CommandError("--generations must be 1 or more.")
        if User.objects.exists():
            raise CommandError("There are editors here: invented entries belong into a database of their own.")
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        with Progress(*columns, console=Console(file=self.stdout._out), disable=verbosity < 1) as bar:
            task = bar.add_task("Generations", total=generations)
            with transaction.atomic():
                made = generate(generations, seed, lambda number: bar.update(task, advance=number))
                revision.advance()
            bar.update(task, total=made, completed=made)
        call_command("rebuild_search", verbosity=verbosity)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
