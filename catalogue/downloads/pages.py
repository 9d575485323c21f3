"""The page of the downloads, and the files."""

from dataclasses import dataclass

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from catalogue.context import absolute
from catalogue.downloads import store
from catalogue.downloads.formats import LICENCE_ADDRESS
from catalogue.downloads.tables import TABLES

KINDS = {
    "zip": (
        gettext_lazy("CSV"),
        gettext_lazy("One file for each table, in a zip, with every column described."),
    ),
    "json": (gettext_lazy("JSON"), gettext_lazy("All tables in one file.")),
    "sqlite3": (
        gettext_lazy("SQLite"),
        gettext_lazy("A database with keys and indexes, ready to be queried or opened in Datasette."),
    ),
}


@dataclass
class Offer:
    """A file as the page offers it."""

    file: store.File
    address: str
    label: str
    about: str


class Downloads(TemplateView):
    template_name = "catalogue/downloads.html"

    def get_context_data(self, **kwargs):
        try:
            manifest = store.latest()
        except store.UnavailableError:
            return super().get_context_data(manifest=None, **kwargs)
        offers = [
            Offer(manifest.files[ending], reverse("download", args=[ending]), label, about)
            for ending, (label, about) in KINDS.items()
        ]
        return super().get_context_data(
            manifest=manifest,
            offers=offers,
            structured_data=self.data_set(manifest, offers),
            tables=[(table.name, gettext(table.meaning), manifest.counts[table.name]) for table in TABLES],
            licence_address=LICENCE_ADDRESS,
            home=absolute(self.request, reverse("home")),
            **kwargs,
        )

    def data_set(self, manifest: store.Manifest, offers: list[Offer]) -> dict:
        """schema.org data about the catalogue as a data set, by which search engines for data find it."""
        address = absolute(self.request, reverse("downloads"))
        files = [
            {
                "@type": "DataDownload",
                "contentUrl": absolute(self.request, offer.address),
                "encodingFormat": offer.file.content_type,
                "contentSize": f"{offer.file.size} B",
                "sha256": offer.file.sha256,
            }
            for offer in offers
        ]
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "@id": address,
            "url": address,
            "name": gettext("Japanese cars built in the United States"),
            "description": gettext(
                "Which cars of Japanese brands are built in the United States, where and when, and which of them were "
                "sold in Japan: every fact with its source."
            ),
            "license": LICENCE_ADDRESS,
            "isAccessibleForFree": True,
            "dateModified": manifest.date,
            "version": str(manifest.revision),
            "temporalCoverage": "1982/..",
            "spatialCoverage": ["United States", "Japan"],
            "creator": {"@type": "Organization", "name": gettext("Transplants")},
            "distribution": files,
        }


def unavailable() -> HttpResponse:
    text = gettext("The files can't be made at the moment. Please try again later.")
    response = HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=503)
    response["Retry-After"] = "600"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def download(request, ending: str):
    """One file of the present revision. Who has it already is told so."""
    try:
        file = store.latest().files[ending]
        content = file.path.open("rb")
    except (store.UnavailableError, OSError):
        return unavailable()
    etag = quote_etag(file.sha256)
    response = get_conditional_response(request, etag)
    if response is None:
        # The gzip middleware would take away the length, and a second time would not make it smaller.
        request.META.pop("HTTP_ACCEPT_ENCODING", None)
        response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
        response["X-Content-Type-Options"] = "nosniff"
    else:
        content.close()
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


@require_safe
def checksums(request):
    """In the form that ``sha256sum --check`` reads."""
    try:
        files = store.latest().files.values()
    except store.UnavailableError:
        return unavailable()
    lines = [f"{file.sha256}  {file.name}\n" for file in files]
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")
