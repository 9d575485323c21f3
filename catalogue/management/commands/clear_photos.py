"""Delete the files of photos that are neither shown nor may be brought back."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalogue.models import Photo, Proposal, Version
from catalogue.photo_files import NAME, names_of


class Command(BaseCommand):
    help = "Delete the files of photos that were taken away, once they are no longer kept for undoing that."

    def add_arguments(self, parser):
        parser.add_argument("--days", type=int, default=90, help="keep what was taken away since then (default: 90)")

    def handle(self, *, days: int, **options):
        since = timezone.now() - timedelta(days=max(days, 0))
        kept = {file for name in named(since) for file in names_of(name)}
        gone = [file for file in default_storage.listdir("")[1] if NAME.match(file) and file not in kept]
        for file in gone:
            default_storage.delete(file)
        self.stdout.write(f"{len(gone)} files deleted, {len(kept)} kept.")


def named(since) -> set[str]:
    """The largest file of each photo that is shown, proposed, or was part of an entry at any time ``since``."""
    over = Version.objects.filter(
        entry_type=OuterRef("entry_type"), entry_id=OuterRef("entry_id"), number__gt=OuterRef("number"), at__lt=since
    )
    names = set(Photo.objects.values_list("image", flat=True))
    for documents in (
        Version.objects.filter(~Exists(over)).exclude(action="removed", at__lt=since),
        Proposal.objects.open(),
    ):
        for document in documents.values_list("document", flat=True).iterator():
            names |= {row["fields"]["image"] for row in document["rows"].get("photos", [])}
    return {name for name in names if NAME.match(name)}
