"""The page of the VIN check.

A VIN is personal data: it is neither stored nor logged, the form sends it in the body of a request, and what answers it
is kept by no cache and no search engine.
"""

from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from vehicles.vin_form import VinForm

#: VINs to try, made up from public patterns with the serial number 0: no such vehicle was built.
EXAMPLES = [
    (_("Honda Accord Wagon of 1992, from Ohio"), "1HGCB9850NA000000"),
    (_("Nissan Murano of 2024, from Tennessee"), "5N1AZ2BJ5RC000000"),
]


@method_decorator(sensitive_post_parameters("vin"), name="dispatch")
@method_decorator(cache_control(no_store=True, private=True), name="dispatch")
class VinPage(TemplateView):
    """The empty form, or the answer to a VIN; status 400 for what is none."""

    template_name = "vehicles/vin.html"

    def get(self, request, *args, **kwargs):
        if "vin" in request.GET:
            return self.answered(request.GET["vin"])
        return self.render_to_response(self.get_context_data(form=VinForm()))

    def post(self, request, *args, **kwargs):
        return self.answered(request.POST.get("vin", ""))

    def answered(self, text: str):
        form = VinForm.of(text)
        status = 200 if form.is_valid() else 400
        response = self.render_to_response(self.get_context_data(form=form, answer=form.answer), status=status)
        # The address may hold the VIN: not even our own pages are told where a reader came from.
        response["Referrer-Policy"] = "strict-origin"
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(examples=EXAMPLES, **kwargs)
