"""The pages of the second factor, under the admin: how it stands, setting it up, giving a code, turning it off."""

from __future__ import annotations

from django.contrib import admin, messages
from django.contrib.auth import logout
from django.contrib.auth.views import RedirectURLMixin, redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView, TemplateView

from catalogue.security import second_factor
from catalogue.security.event import Kind
from catalogue.security.log import record
from catalogue.security.second_factor import Lack
from catalogue.security.second_factor_forms import CodeForm, ProofForm

#: Where each lack is made good.
REMEDIES = {
    Lack.NOTHING: "admin:second_factor",
    Lack.CODE: "admin:second_factor_verify",
    Lack.FACTOR: "admin:second_factor_set_up",
}


def remedy(request, onward: str) -> HttpResponseRedirect:
    """To the page where a session gets what it lacks, and from there onward."""
    return HttpResponseRedirect(f"{reverse(REMEDIES[request.lack])}?{urlencode({'next': onward})}")


def half_signed_in(request) -> bool:
    """Whether somebody gave their password, and nothing more yet."""
    return not request.user.is_authenticated and hasattr(request, "half_user")


@method_decorator([sensitive_post_parameters("code", "proof"), never_cache], name="dispatch")
class FactorPage(RedirectURLMixin, TemplateView):
    """A page for staff, with or without their second factor; ``admits`` says with which lacks."""

    admits = {Lack.NOTHING}
    title = gettext_lazy("Second factor")

    def dispatch(self, request, *args, **kwargs):
        self.user = request.half_user if half_signed_in(request) else request.user
        if not (self.user.is_active and self.user.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if request.lack not in self.admits:
            return remedy(request, self.get_success_url())
        if request.method == "POST" and "leave" in request.POST:
            request.user = self.user
            logout(request)
            return HttpResponseRedirect(reverse("admin:login"))
        return super().dispatch(request, *args, **kwargs)

    def get_default_redirect_url(self):
        return reverse("admin:index")

    def get_context_data(self, **kwargs):
        context = {
            **admin.site.each_context(self.request),
            "title": self.title,
            # Half signed in, there is nowhere to go from here.
            "is_nav_sidebar_enabled": self.request.user.is_authenticated,
            "next": self.get_redirect_url(),
            "onward": self.get_success_url(),
            "may_leave": self.request.lack is not Lack.NOTHING,
            "required": second_factor.is_required_of(self.user),
        }
        return super().get_context_data(**context, **kwargs)


class FactorForm(FactorPage, FormView):
    """One of those pages with a form. A form that comes too soon is answered with status 429."""

    def form_invalid(self, form):
        response = super().form_invalid(form)
        if form.wait:
            response.status_code = 429
            response["Retry-After"] = str(form.wait)
        return response

    def show_codes(self):
        """The new recovery codes: in this answer and never again."""
        codes = second_factor.new_recovery_codes(self.user)
        context = FactorPage.get_context_data(self, form=None, codes=codes)
        return render(self.request, "admin/second_factor/codes.html", {**context, "title": _("Your recovery codes")})


class State(FactorPage):
    """How the user's second factor stands."""

    template_name = "admin/second_factor/state.html"

    def get_context_data(self, **kwargs):
        factor = second_factor.factor_of(self.user)
        return super().get_context_data(factor=factor, left=second_factor.recovery_codes_left(self.user), **kwargs)


class Verify(FactorForm):
    """The code, after the password."""

    admits = {Lack.CODE}
    template_name = "admin/second_factor/verify.html"
    title = gettext_lazy("Enter your code")

    def get_form(self, form_class=None):
        return CodeForm(lambda code: second_factor.check(self.user, code), **self.get_form_kwargs())

    def form_valid(self, form):
        second_factor.let_in(self.request, self.user)
        record(Kind.CODE_ACCEPTED, self.user)
        left = second_factor.recovery_codes_left(self.user)
        if left < 3:
            text = _("You have few recovery codes left (%(n)s). Get new ones under “Second factor”.")
            messages.warning(self.request, text % {"n": left})
        return super().form_valid(form)


class SetUp(FactorForm):
    """The key for the app, and a first code that proves it arrived."""

    admits = {Lack.NOTHING, Lack.FACTOR}
    template_name = "admin/second_factor/set_up.html"
    title = gettext_lazy("Set up a second factor")

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and second_factor.factor_of(request.user) is not None:
            return HttpResponseRedirect(reverse("admin:second_factor"))
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        self.device = second_factor.begin(self.user)
        return CodeForm(lambda code: second_factor.confirm(self.device, code), **self.get_form_kwargs())

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "picture": second_factor.picture(self.device),
            "key": second_factor.readable(self.device),
            "otpauth": self.device.config_url,
        }

    def form_valid(self, form):
        second_factor.let_in(self.request, self.user)
        self.request.lack = Lack.NOTHING
        return self.show_codes()


class Codes(FactorForm):
    """New recovery codes in place of the old."""

    template_name = "admin/second_factor/confirm.html"
    title = gettext_lazy("New recovery codes")
    extra_context = {
        "explanation": gettext_lazy("You get ten new codes. Those you have now stop working."),
        "button": gettext_lazy("Make new codes"),
    }

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and second_factor.factor_of(request.user) is None:
            return HttpResponseRedirect(reverse("admin:second_factor"))
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, form_class=None):
        return ProofForm(self.request, self.user, **self.get_form_kwargs())

    def form_valid(self, form):
        return self.show_codes()


class TurnOff(Codes):
    """No second factor any more."""

    title = gettext_lazy("Turn off the second factor")
    extra_context = {
        "explanation": gettext_lazy("From then on your password alone lets you in. Your recovery codes are deleted."),
        "button": gettext_lazy("Turn it off"),
    }

    def form_valid(self, form):
        second_factor.turn_off(self.user)
        messages.success(self.request, _("The second factor is off."))
        return HttpResponseRedirect(reverse("admin:second_factor"))


class SecondFactorSite(admin.AdminSite):
    """An admin whose login goes on to the second factor."""

    def get_urls(self):
        pages = [
            path("second-factor/", State.as_view(), name="second_factor"),
            path("second-factor/verify/", Verify.as_view(), name="second_factor_verify"),
            path("second-factor/set-up/", SetUp.as_view(), name="second_factor_set_up"),
            path("second-factor/recovery-codes/", Codes.as_view(), name="second_factor_codes"),
            path("second-factor/turn-off/", TurnOff.as_view(), name="second_factor_off"),
        ]
        return [*pages, *super().get_urls()]

    def login(self, request, extra_context=None):
        if request.method == "GET" and half_signed_in(request):
            return remedy(request, request.GET.get("next", ""))
        return super().login(request, extra_context)
