from django.urls import path, register_converter

from plants import feeds, views


class StateCode:
    """Two lower-case letters: a state in an address."""

    regex = "[a-z]{2}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value.lower()


register_converter(StateCode, "state")

urlpatterns = [
    path("plants/", views.PlantList.as_view(), name="plants"),
    path("plants.atom", feeds.PlantsFeed.as_view(), name="plants-feed"),
    path("plants/<slug:slug>/", views.PlantPage.as_view(), name="plant"),
    path("states/", views.StateList.as_view(), name="states"),
    path("states/<state:code>/", views.StatePage.as_view(), name="state"),
    path("manufacturers/", views.ManufacturerList.as_view(), name="manufacturers"),
    path("manufacturers/<slug:slug>/", views.ManufacturerPage.as_view(), name="manufacturer"),
]
