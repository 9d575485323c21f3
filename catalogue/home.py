"""The home page: the one place beside the URLs that knows all apps."""

from django.db.models import Count, Q
from django.views.generic import TemplateView

from catalogue.models import Milestone, Statistic
from plants.models import Plant
from plants.states import state_name
from vehicles.filters import public_exports, public_runs
from vehicles.models import ExportEra, Generation, Make
from vehicles.views import programs_for_cards


class Home(TemplateView):
    template_name = "home.html"

    def get_context_data(self, **kwargs):
        runs, exports = public_runs(), public_exports()
        figures = {
            "plants": Plant.objects.published().count(),
            "generations": Generation.objects.published().count(),
            "exports": exports.count(),
        }
        states = (
            runs.order_by()
            .values("plant__state")
            .annotate(count=Count("generation", distinct=True))
            .values_list("plant__state", "count")
        )
        return super().get_context_data(
            figures=figures,
            announced=programs_for_cards().announced().order_by("-announced", "title"),
            states=sorted((state_name(code), code, count) for code, count in states),
            eras=ExportEra.objects.published()
            .annotate(count=Count("programs", filter=Q(programs__in=exports), distinct=True))
            .order_by("start"),
            makes=Make.objects.published()
            .annotate(count=Count("models__generations", filter=Q(models__generations__publication="published")))
            .filter(count__gt=0)
            .order_by("name"),
            milestones=Milestone.objects.published().order_by("-date", "slug")[:6],
            exported_from_us=Statistic.objects.published()
            .filter(series__slug="jama-us-plant-exports")
            .order_by("-year")
            .first(),
            **kwargs,
        )
