"""Index everything anew, in one transaction: readers find by the old index until the new one is there."""

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalogue.search.indexing import expected, rebuild


class Command(BaseCommand):
    help = "Rebuild the search index. It follows every edit by itself; this is for changes made behind Django's back."

    def handle(self, *, verbosity: int, **options):
        columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
        with Progress(*columns, console=Console(file=self.stdout._out), disable=verbosity < 1) as bar:
            task = bar.add_task("Indexing", total=expected())

            def told(kind: str, number: int) -> None:
                bar.update(task, advance=number, description=f"Indexing: {kind}")

            written = rebuild(told)
            bar.update(task, total=written, completed=written, description="Indexed")
