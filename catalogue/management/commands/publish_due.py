"""Publish the proposed changes whose time has come. ``make run`` keeps it running beside the server."""

import os
import time

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from catalogue.desk.proposal import Proposal, Undecided


class Command(BaseCommand):
    help = "Publish the proposed changes whose time has come."

    def add_arguments(self, parser):
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="look again and again, until the process that began this ends"
        )

    def handle(self, *, every: int | None, **options):
        if every is None:
            self.publish()
            return
        parent = os.getppid()
        while os.getppid() == parent:
            try:
                self.publish()
            except DatabaseError as error:  # away for a while; the next look will tell
                self.stderr.write(f"publish_due: {error}")
            finally:
                connection.close()
            for _second in range(max(every, 1)):
                if os.getppid() != parent:
                    return
                time.sleep(1)

    def publish(self) -> None:
        for proposal in Proposal.objects.due().select_related("base", "entry_type", "reviewer"):
            try:
                proposal.publish(proposal.reviewer)
            except (Undecided, ValidationError) as error:
                proposal.fail(error)
                self.stderr.write(f"Not published: {proposal}: {proposal.problem}")
            else:
                self.stdout.write(f"Published: {proposal}")
