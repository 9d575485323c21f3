"""For whoever lost their phone and their recovery codes: the password alone lets them in again."""

from django.core.management.base import BaseCommand, CommandError

from catalogue.security.log import known_user
from catalogue.security.second_factor import turn_off


class Command(BaseCommand):
    help = "Turn off the second factor of a user who lost it. Make sure that it is really them who ask."

    def add_arguments(self, parser):
        parser.add_argument("user", help="the name the user signs in with")

    def handle(self, *, user: str, **options):
        found = known_user(user)
        if found is None:
            raise CommandError(f"there is no user “{user}”.")
        if turn_off(found):
            self.stdout.write(f"{user} signs in with the password alone now.")
        else:
            self.stdout.write(f"{user} had no second factor.")
