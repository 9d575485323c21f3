"""Make the files of /downloads/ for the present revision: ``manage.py build_downloads``, after an import or nightly."""

from django.core.management.base import BaseCommand, CommandError

from catalogue.downloads import store


class Command(BaseCommand):
    help = "Make the files of /downloads/ for the present revision, unless they are there."

    def handle(self, **options):
        try:
            manifest = store.present()
        except (store.UnavailableError, OSError) as error:
            reason = error if str(error) else "edits came in all the time; try again"
            raise CommandError(f"The files can't be made: {reason}.") from None
        for file in manifest.files.values():
            self.stdout.write(f"{file.path}  {file.size:,} bytes")
