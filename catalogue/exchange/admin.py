"""Export and import on the list page of every type."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.admin import ExportMixin

from catalogue.exchange import uploads
from catalogue.exchange.forms import ExportForm, ImportForm
from catalogue.exchange.importing import Options
from catalogue.exchange.reading import Problem, Unreadable, read
from catalogue.exchange.resource import rows_of, table_of, tables_about
from catalogue.exchange.running import Plan, Refused, carry_out, try_out
from catalogue.exchange.writing import FORMATS
from catalogue.roles import may_publish

#: Rows of a preview that are shown; the rest are counted.
SHOWN = 300


class Exchange(ExportMixin):
    """Part of the admin of every type that is a table. The library finds out which rows the list shows."""

    import_export_change_list_template = "admin/import_export/change_list_import_export.html"

    def get_urls(self):
        name = "{}_{}_import".format(*self.get_model_info())
        own = path("import/", self.admin_site.admin_view(self.import_action), name=name)
        return [own, *super().get_urls()]

    # Permissions: whoever sees rows may take them away; who may publish may bring them back --------------------

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self._kinds(request, "view"))

    def has_import_permission(self, request: HttpRequest) -> bool:
        return may_publish(request.user) and bool(self._kinds(request, "add", "change"))

    def _kinds(self, request: HttpRequest, *deeds: str) -> list[type[models.Model]]:
        """The types of this page's tables with which the user may do all this."""
        user = request.user
        return [
            model
            for model in tables_about(self.model)
            if all(user.has_perm(f"{model._meta.app_label}.{deed}_{model._meta.model_name}") for deed in deeds)
        ]

    def changelist_view(self, request, extra_context=None):
        allowed = {"has_import_permission": self.has_import_permission(request)}
        return super().changelist_view(request, {**(extra_context or {}), **allowed})

    def get_actions(self, request):
        actions = super().get_actions(request)
        if actions and self.has_export_permission(request):
            text = gettext_lazy("Export the selected %(verbose_name_plural)s")
            actions["export_selected"] = (type(self).export_selected, "export_selected", text)
        return actions

    # Export ----------------------------------------------------------------------------------------------------

    def export_selected(self, request, queryset):
        chosen = ",".join(str(pk) for pk in queryset.order_by().values_list("pk", flat=True))
        return self._export_page(request, self._export_form(request, chosen=chosen))

    def export_action(self, request):
        if not self.has_export_permission(request):
            raise PermissionDenied
        try:
            queryset = self.get_export_queryset(request)
        except IncorrectLookupParameters:
            self.message_user(request, _("The list can't be filtered like that."), messages.ERROR)
            return HttpResponseRedirect(self._list_address())
        if request.method != "POST":
            return self._export_page(request, self._export_form(request))
        form = ExportForm(self._kinds(request, "view"), request.POST)
        if not form.is_valid():
            return self._export_page(request, form)
        if form.cleaned_data["chosen"]:
            queryset = queryset.filter(pk__in=form.cleaned_data["chosen"])
        kinds = {model._meta.label_lower: model for model in self._kinds(request, "view")}
        return self._file(queryset, kinds[form.cleaned_data["table"]], FORMATS[form.cleaned_data["format"]]())

    def _export_form(self, request, **initial) -> ExportForm:
        kinds = self._kinds(request, "view")
        return ExportForm(kinds, initial={"table": kinds[0]._meta.label_lower, "format": "xlsx", **initial})

    def _export_page(self, request, form: ExportForm) -> HttpResponse:
        chosen = form["chosen"].value()
        context = {
            "form": form,
            "title": _("Export"),
            "chosen": len(chosen.split(",")) if chosen else 0,
            "filtered": bool(request.GET) and not chosen,
            "address": f"{self._address('export')}?{request.GET.urlencode()}",
        }
        return self._page(request, "export", context)

    @staticmethod
    def _file(queryset: models.QuerySet, model: type[models.Model], file_format) -> HttpResponse:
        dataset = table_of(model)().export(rows_of(queryset, model))
        name = f"{model._meta.model_name}-{datetime.date.today().isoformat()}.{file_format.get_extension()}"
        response = HttpResponse(file_format.export_data(dataset), content_type=file_format.get_content_type())
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    # Import ----------------------------------------------------------------------------------------------------

    def import_action(self, request):
        if not self.has_import_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._import_page(request, ImportForm())
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._import_page(request, form)
        data, user = form.cleaned_data, request.user
        if data["file"]:
            data["upload"], data["seen"] = uploads.keep(data["file"].read(), data["file"].name, user), ""
        kept = uploads.find(data["upload"], user)
        if kept is None:
            form.add_error("file", _("The file is no longer kept here. Choose it again."))
            return self._import_page(request, form)
        upload, content = kept
        data["reason"] = data["reason"] or _("Import of %(file)s") % {"file": upload.title}
        options = Options(overwrite=data["overwrite"], publish_new=data["publish_new"])
        kinds = self._kinds(request, "add", "change")
        try:
            sheet = read(content, data["encoding"])
            if "confirm" not in request.POST or data["file"]:
                return self._preview(request, data, upload, try_out(sheet, kinds, options))
            plan = carry_out(sheet, kinds, options, user=user, reason=data["reason"], seen=data["seen"])
        except Unreadable as error:
            return self._preview(request, data, upload, Plan(None, [Problem(str(error))]))
        except Refused as refused:
            text = _(
                "Nothing was imported: the catalogue has changed since this preview. Here is what it would do now."
            )
            self.message_user(request, text, messages.WARNING)
            return self._preview(request, data, upload, refused.plan)
        uploads.remove(upload)
        text = _("Imported: %(added)s added, %(changed)s changed, %(unchanged)s unchanged.")
        counts = {"added": len(plan.added), "changed": len(plan.changed), "unchanged": len(plan.unchanged)}
        self.message_user(request, text % counts, messages.SUCCESS)
        return HttpResponseRedirect(self._list_address())

    def _preview(self, request, data: dict, upload: uploads.Upload, plan: Plan) -> HttpResponse:
        """The plan, with the form to decide otherwise, or to go ahead."""
        form = ImportForm(initial={**data, "file": None, "seen": plan.digest if plan.can_be_done else ""})
        return self._import_page(request, form, plan=plan, file_title=upload.title)

    def _import_page(self, request, form: ImportForm, plan: Plan | None = None, **context) -> HttpResponse:
        kinds = self._kinds(request, "add", "change")
        if plan:
            context["problems"], context["more_problems"] = self._some(plan.all_problems)
            context["rows"], context["more_rows"] = self._some([*plan.added, *plan.changed])
        columns = [(model._meta, table_of(model)().columns, table_of(model)().key) for model in kinds]
        return self._page(request, "import", {"form": form, "plan": plan, "tables": columns, **context})

    @staticmethod
    def _some(rows: list) -> tuple[list, int]:
        return rows[:SHOWN], max(len(rows) - SHOWN, 0)

    # Both --------------------------------------------------------------------------------------------------------

    def _page(self, request, name: str, context: dict) -> HttpResponse:
        titles = {"export": _("Export"), "import": _("Import")}
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "title": titles[name]}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/exchange/{name}.html", {**shared, **context})

    def _address(self, page: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _list_address(self) -> str:
        return self._address("changelist")
