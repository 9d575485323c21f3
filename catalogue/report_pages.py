"""The pages for reporting an error: the form, and the thanks."""

import re

from django.http import HttpResponseRedirect
from django.urls import reverse, translate_url
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from catalogue.context import absolute, translations
from catalogue.limits import within_limit
from catalogue.lookup import Place, place_at
from catalogue.report_form import ReportForm
from catalogue.reports import REFERENCE_LENGTH, REFERENCE_LETTERS, new_reference

REFERENCE = re.compile(rf"[{REFERENCE_LETTERS}]{{{REFERENCE_LENGTH}}}\Z")
#: So many reports may one client send in so many seconds.
MOST_REPORTS, WITHIN = 10, 3600


@method_decorator(never_cache, name="dispatch")
class ReportPage(FormView):
    """The form, about the page in ``?page=``; about the site as a whole where that is no public page."""

    template_name = "catalogue/report.html"
    form_class = ReportForm
    place: Place | None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.place = place_at(request.POST.get("page") or request.GET.get("page", ""))

    def post(self, request, *args, **kwargs):
        if request.POST.get("website"):
            # A machine filled in what nobody sees. It learns nothing from the answer.
            return thanks(new_reference())
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if not within_limit(self.request, "report", MOST_REPORTS, WITHIN):
            form.add_error(
                None, gettext("Many reports came from your network in the last hour. Please send this one again later.")
            )
            response = self.show(form, 429)
            response["Retry-After"] = str(WITHIN)
            return response
        return thanks(form.save_about(self.place).reference)

    def form_invalid(self, form):
        return self.show(form, 400)

    def show(self, form: ReportForm, status: int):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        alternates = translations(self.request.path)
        if self.place:
            # Without this the other language would forget which page it is about.
            alternates = [
                (code, f"{path}?{urlencode({'page': translate_url(self.place.path, code)})}")
                for code, path in alternates
            ]
        return super().get_context_data(
            place=self.place,
            alternates=[(code, absolute(self.request, address)) for code, address in alternates],
            **kwargs,
        )


def thanks(reference: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('report_thanks')}?{urlencode({'r': reference})}")


@method_decorator(never_cache, name="dispatch")
class ThanksPage(TemplateView):
    """What happens next. It shows the reference it is given and looks nothing up, so it tells no secrets."""

    template_name = "catalogue/report_thanks.html"

    def get_context_data(self, **kwargs):
        reference = self.request.GET.get("r", "")
        return super().get_context_data(reference=reference if REFERENCE.match(reference) else "", **kwargs)
