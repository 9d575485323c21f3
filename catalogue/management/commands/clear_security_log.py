"""Forgets old entries of the security log: names and addresses need not be kept for good."""

from django.core.management.base import BaseCommand, CommandError

from catalogue.security.event import SecurityEvent

MOST_DAYS = 36500


class Command(BaseCommand):
    help = "Delete what the security log has from before so many days."

    def add_arguments(self, parser):
        parser.add_argument("--older-than-days", type=int, required=True, metavar="N")

    def handle(self, *, older_than_days: int, **options):
        if not 0 <= older_than_days <= MOST_DAYS:
            raise CommandError(f"--older-than-days takes a number from 0 to {MOST_DAYS}.")
        count, _by_type = SecurityEvent.objects.older_than(older_than_days).delete()
        self.stdout.write(f"{count} entries deleted.")
