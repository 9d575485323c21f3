"""Report contradictions and gaps in the data; exits with status 1 when there are any."""

from django.core.management.base import BaseCommand, CommandError

from catalogue.quality import all_problems


class Command(BaseCommand):
    help = "Check the catalogue's data for contradictions and gaps."

    def handle(self, **options):
        problems = list(all_problems())
        for problem in problems:
            self.stdout.write(str(problem))
        if problems:
            raise CommandError(f"problems found: {len(problems)}")
        self.stdout.write("No problems found.")
