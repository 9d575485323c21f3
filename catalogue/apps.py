from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "catalogue"
    verbose_name = _("Sources and history")

    def ready(self):
        """The revision, the log of changes, the search index and the history follow every edit, the
        security log every login and change of rights; they know all apps."""
        from catalogue import care, revision, roles
        from catalogue.changes import following
        from catalogue.desk import edits
        from catalogue.search import indexing
        from catalogue.security import watching

        revision.connect()
        following.connect()
        indexing.connect()
        edits.connect()
        edits.AROUND.append(indexing.in_one_go)

        care.discover()
        watching.connect()
        post_migrate.connect(roles.set_up, sender=self, dispatch_uid="catalogue-roles")


class CatalogueAdminConfig(admin_apps.AdminConfig):
    """Django's admin under our own title; see catalogue/admin_site.py."""

    default = False
    default_site = "catalogue.admin_site.CatalogueAdminSite"
