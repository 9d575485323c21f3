"""Who may do what at the editors' desk. ``migrate`` makes the groups and gives them just these permissions.

- Contributor: writes drafts and proposes changes of what is published; adds sources; deletes nothing.
- Editor: publishes, changes what is published, deletes and restores; imports; answers readers' reports.
- Administrator: also maintains users and their groups.
"""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import models

CONTRIBUTOR, EDITOR, ADMINISTRATOR = "Contributor", "Editor", "Administrator"
APPS = ("catalogue", "plants", "vehicles")
#: What nobody writes by hand: it follows from other edits, or is written by the site itself.
KEPT_BY_THE_SITE = frozenset(
    {
        "revision",
        "change",
        "concern",
        "searchentry",
        "searchword",
        "version",
        "oldaddress",
        "linkcheck",
        "securityevent",
    }
)
#: Seen by administrators alone.
CONFIDENTIAL = frozenset({"securityevent"})
#: Terms that everything rests on.
TERMS = frozenset({"bodystyle", "powertrain"})


def may_publish(user) -> bool:
    """Whether the user may make things public and change what is public."""
    return user.has_perm("catalogue.publish_entries")


def actions(role: str, model: type[models.Model]) -> set[str]:
    """What a role may do with rows of a type: of "view", "add", "change", "delete"."""
    name = model._meta.model_name
    if name in CONFIDENTIAL:
        return {"view"} if role == ADMINISTRATOR else set()
    if model._meta.app_label == "auth":
        return {"view", "add", "change", "delete"} if role == ADMINISTRATOR and name in ("user", "group") else set()
    if name in KEPT_BY_THE_SITE:
        return {"view"}
    if role != CONTRIBUTOR:
        return {"view", "add", "change", "delete"}
    if name == "report":
        return {"view"}
    if name in TERMS or name == "photo":
        return {"view"}
    if name == "source":
        return {"view", "add"}
    if name == "proposal":
        return {"view", "change"}
    rows_of_entries = not hasattr(model, "publication")
    return {"view", "add", "change", "delete"} if rows_of_entries else {"view", "add", "change"}


def set_up(**kwargs) -> None:
    """After ``migrate``: the three groups, each with the permissions that this module says."""
    labels = (*APPS, "auth")
    for label in labels:
        create_permissions(apps.get_app_config(label), verbosity=0)
    by_codename = {
        (one.content_type.app_label, one.codename): one
        for one in Permission.objects.filter(content_type__app_label__in=labels).select_related("content_type")
    }
    for role in (CONTRIBUTOR, EDITOR, ADMINISTRATOR):
        wanted = [
            by_codename[model._meta.app_label, f"{action}_{model._meta.model_name}"]
            for label in labels
            for model in apps.get_app_config(label).get_models()
            for action in actions(role, model)
        ]
        if role != CONTRIBUTOR:
            wanted.append(by_codename["catalogue", "publish_entries"])
        Group.objects.get_or_create(name=role)[0].permissions.set(wanted)
