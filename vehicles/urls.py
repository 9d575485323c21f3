from django.urls import path

from vehicles import feeds, views
from vehicles.vin_pages import VinPage

urlpatterns = [
    path("vehicles/", views.VehicleList.as_view(), name="vehicles"),
    path("vehicles/<slug:make>/", views.MakePage.as_view(), name="make"),
    path("vehicles/<slug:make>/<slug:model>/", views.ModelPage.as_view(), name="model"),
    path("vehicles/<slug:make>/<slug:model>/<slug:generation>/", views.GenerationPage.as_view(), name="generation"),
    path("vehicles.atom", feeds.VehiclesFeed.as_view(), name="vehicles-feed"),
    path("compare/", views.Compare.as_view(), name="compare"),
    path("vin/", VinPage.as_view(), name="vin"),
    path("exports/", views.ExportList.as_view(), name="exports"),
    path("exports.atom", feeds.ExportsFeed.as_view(), name="exports-feed"),
    path("exports/<slug:slug>/", views.ProgramPage.as_view(), name="program"),
    path("eras/<slug:slug>/", views.EraPage.as_view(), name="era"),
]
