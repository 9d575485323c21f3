"""All addresses. English at the root, the same under /ja/ in Japanese; the rest has no language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import include, path, re_path

from catalogue import figures, home, photo_files, report_pages, views, watching
from catalogue.api import docs as api_docs
from catalogue.api import views as api_views
from catalogue.changes import pages as change_pages
from catalogue.downloads import pages as download_pages
from catalogue.search import pages as search_pages
from catalogue.sitemaps import Entries, Pages, Sources, sitemap
from plants.models import Manufacturer, Plant
from plants.sitemaps import States
from vehicles.models import ExportEra, ExportProgram, Generation, Make, VehicleModel

SITEMAPS = {
    "pages": Pages(
        *("home", "vehicles", "plants", "states", "manufacturers", "exports", "compare", "figures", "vin"),
        *("sources", "changes", "downloads", "api-docs", "about"),
    ),
    "states": States(),
    "manufacturers": Entries(Manufacturer),
    "plants": Entries(Plant),
    "makes": Entries(Make),
    "models": Entries(VehicleModel, "make"),
    "generations": Entries(Generation, "model__make"),
    "eras": Entries(ExportEra),
    "programs": Entries(ExportProgram),
    "sources": Sources(),
}

urlpatterns = [
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    path("metrics", watching.metrics, name="metrics"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("robots.txt", views.robots, name="robots"),
    path("photos/<str:name>", photo_files.serve, name="photo"),
    path("downloads/SHA256SUMS", download_pages.checksums, name="download-checksums"),
    re_path(r"^downloads/transplants\.(?P<ending>zip|json|sqlite3)$", download_pages.download, name="download"),
    path("opensearch.xml", search_pages.opensearch, name="opensearch"),
    path("", include("catalogue.api.urls")),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-section"),
]

urlpatterns += i18n_patterns(
    path("", home.Home.as_view(), name="home"),
    path("search/", search_pages.SearchPage.as_view(), name="search"),
    path("search/suggestions/", search_pages.Suggestions.as_view(), name="search-suggestions"),
    path("sources/", views.SourceList.as_view(), name="sources"),
    path("sources/<slug:slug>/", views.SourcePage.as_view(), name="source"),
    path("changes/", change_pages.ChangeList.as_view(), name="changes"),
    path("changes.atom", change_pages.ChangesFeed.as_view(), name="changes-feed"),
    path("downloads/", download_pages.Downloads.as_view(), name="downloads"),
    path("figures/", figures.Figures.as_view(), name="figures"),
    path("figures/<slug:slug>.csv", figures.FigureCsv.as_view(), name="figure-csv"),
    path("styleguide/", views.StyleGuide.as_view(), name="styleguide"),
    path("api/docs/", api_docs.Docs.as_view(), name="api-docs"),
    path("about/", views.About.as_view(), name="about"),
    path("report/", report_pages.ReportPage.as_view(), name="report"),
    path("report/thanks/", report_pages.ThanksPage.as_view(), name="report_thanks"),
    path("", include("plants.urls")),
    path("", include("vehicles.urls")),
    prefix_default_language=False,
)

urlpatterns += [re_path(r"^api/(?:[\s\S]*/)?$", api_views.Nowhere.as_view())]

handler400 = "catalogue.views.bad_request"
handler403 = "catalogue.views.forbidden"
handler404 = "catalogue.missing.not_found"
handler500 = "catalogue.views.server_error"
