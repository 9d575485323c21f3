"""All addresses of the API. Like the site's own addresses, they know all apps."""

from django.urls import path

from catalogue.api import docs, entries, views
from plants import api as plants
from vehicles import api as vehicles
from vehicles import specification_api, vin_api

V1 = "api/v1/"

LISTS = {
    "manufacturers": plants.ManufacturerList,
    "plants": plants.PlantList,
    "makes": vehicles.MakeList,
    "models": vehicles.ModelList,
    "vehicles": vehicles.VehicleList,
    "production-runs": vehicles.RunList,
    "exports": vehicles.ExportList,
    "eras": vehicles.EraList,
    "specifications": specification_api.SpecificationList,
    "sources": entries.SourceList,
    "milestones": entries.MilestoneList,
    "statistics": entries.StatisticList,
}
DETAILS = {
    "manufacturers": ("manufacturer", plants.ManufacturerDetail),
    "plants": ("plant", plants.PlantDetail),
    "makes": ("make", vehicles.MakeDetail),
    "production-runs": ("production-run", vehicles.RunDetail),
    "exports": ("export", vehicles.ExportDetail),
    "eras": ("era", vehicles.EraDetail),
    "specifications": ("specification", specification_api.SpecificationDetail),
    "sources": ("source", entries.SourceDetail),
    "milestones": ("milestone", entries.MilestoneDetail),
    "statistics": ("statistic", entries.StatisticDetail),
}

urlpatterns = [
    path(V1, views.Root.as_view(lists={name: f"api-{name}" for name in LISTS}), name="api-root"),
    *(path(f"{V1}{name}/", view.as_view(), name=f"api-{name}") for name, view in LISTS.items()),
    *(path(f"{V1}{lists}/<slug:slug>/", view.as_view(), name=f"api-{name}") for lists, (name, view) in DETAILS.items()),
    path(f"{V1}models/<slug:make>/<slug:model>/", vehicles.ModelDetail.as_view(), name="api-model"),
    path(
        f"{V1}vehicles/<slug:make>/<slug:model>/<slug:generation>/",
        vehicles.VehicleDetail.as_view(),
        name="api-vehicle",
    ),
    path(f"{V1}vin/<str:vin>/", vin_api.Vin.as_view(), name="api-vin"),
    path("api/schema/", docs.Schema.as_view(), name="api-schema"),
]
