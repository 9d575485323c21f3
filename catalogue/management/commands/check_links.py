"""Ask the web address of every source whether it is still there; for a nightly job."""

import argparse
from collections import Counter

from django.core.management.base import BaseCommand

from catalogue.links.checking import Checker, check, days_ago, due


def count(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 100_000:
        raise argparse.ArgumentTypeError("between 0 and 100000, please")
    return number


def seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 3600:
        raise argparse.ArgumentTypeError("between 0 and 3600, please")
    return number


class Command(BaseCommand):
    stealth_options = ("checker",)  # tests bring a web of their own
    help = "Ask the web addresses of the sources and note what they answer. Needs direct access to the web."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=count, help="ask at most so many; those never asked come first")
        parser.add_argument("--older-than-days", type=count, default=30, help="leave out what was asked since")
        parser.add_argument("--delay", type=seconds, default=1.0, help="seconds between two requests to one host")

    def handle(self, *, limit: int | None, older_than_days: int, delay: float, verbosity: int, **options):
        found = Counter()
        checker = options.get("checker") or Checker(delay=delay)
        for source, link in check(due(days_ago(older_than_days))[:limit], checker):
            found[link.get_state_display()] += 1
            if verbosity > 1 or (verbosity and link.is_failing):
                self.stdout.write(f"{source.slug}: {link.get_state_display()} {link.get_trouble_display()}".rstrip())
        told = ", ".join(f"{state}: {number}" for state, number in sorted(found.items()))
        self.stdout.write(f"Asked {found.total()} addresses. {told}".strip())
