"""Following logins, users and rights by signals, wherever they are changed: at the desk, in a shell, by a command."""

from __future__ import annotations

from axes.signals import user_locked_out
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from catalogue.security.event import Kind
from catalogue.security.log import known_user, record

FLAGS = ("username", "is_active", "is_staff", "is_superuser")
#: Each relation that gives rights: its name, and the columns of who gets and of what is given.
GIVING = {
    User.groups.through: ("groups", "user", "group"),
    User.user_permissions.through: ("user_permissions", "user", "permission"),
    Group.permissions.through: ("permissions", "group", "permission"),
}


# Coming and going ------------------------------------------------------------------------------------------


def signed_in(sender, request, user, **kwargs) -> None:
    record(Kind.LOGIN, user, request=request)


def signed_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        record(Kind.LOGOUT, user, request=request)


def was_refused(request) -> bool:
    """Whether the password was not even looked at: whoever is locked out may try as often as they like."""
    return getattr(request, "axes_locked_out", False) and request.axes_failures_since_start is None


def login_failed(sender, credentials, request=None, **kwargs) -> None:
    if not was_refused(request):
        record(Kind.FAILED_LOGIN, known_user(credentials.get(User.USERNAME_FIELD)), request=request)


def locked_out(sender, request, username, **kwargs) -> None:
    if not was_refused(request):
        record(Kind.LOCKED_OUT, known_user(username), request=request)


# Users -------------------------------------------------------------------------------------------------------


def user_saving(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    """Note how the user was, where the save can change what we tell of."""
    told = {*FLAGS, "password"}
    if not raw and instance.pk is not None and (update_fields is None or told & set(update_fields)):
        instance._stood = User.objects.filter(pk=instance.pk).values(*told).first()


def user_saved(sender, instance, raw=False, created=False, update_fields=None, **kwargs) -> None:
    before = instance.__dict__.pop("_stood", None)
    if created:
        flags = [name for name in FLAGS[1:] if getattr(instance, name)]
        record(Kind.USER_CREATED, detail=f"{label(instance)}: {' '.join(flags)}")
    if created or before is None:
        return
    # A login may store the same password under a better hash; Django then saves just that column.
    better_hash = instance._password is None and update_fields is not None and set(update_fields) == {"password"}
    if before["password"] != instance.password and not better_hash:
        record(Kind.PASSWORD, detail=label(instance))
    for name in FLAGS:
        if before[name] != getattr(instance, name):
            record(Kind.RIGHTS, detail=f"{label(instance)}: {name} {before[name]} → {getattr(instance, name)}")


def user_deleted(sender, instance, **kwargs) -> None:
    record(Kind.USER_DELETED, detail=label(instance))


def group_deleted(sender, instance, **kwargs) -> None:
    record(Kind.RIGHTS, detail=f"{label(instance)}: deleted")


# Rights ------------------------------------------------------------------------------------------------------


def label(row: User | Group | Permission) -> str:
    if isinstance(row, Permission):
        return f"{row.content_type.app_label}.{row.codename}"
    return f"user {row.get_username()}" if isinstance(row, User) else f"group {row.name}"


def rights_changing(sender, instance, action, reverse, model, pk_set, **kwargs) -> None:
    relation, getting, given = GIVING[sender]
    if action == "pre_clear":
        ours, theirs = (given, getting) if reverse else (getting, given)
        pk_set = sender._base_manager.filter(**{ours: instance}).values_list(f"{theirs}_id", flat=True)
    elif action not in ("post_add", "post_remove"):
        return
    sign = "+" if action == "post_add" else "−"
    rows = model._base_manager.filter(pk__in=list(pk_set)).order_by("pk")
    others = list(rows.select_related("content_type") if model is Permission else rows)
    if reverse:
        for one in others:
            record(Kind.RIGHTS, detail=f"{label(one)}: {relation} {sign}{label(instance)}")
    elif others:
        names = " ".join(f"{sign}{label(one)}" for one in others)
        record(Kind.RIGHTS, detail=f"{label(instance)}: {relation} {names}")


def connect() -> None:
    for signal, receiver, sender in [
        (user_logged_in, signed_in, None),
        (user_logged_out, signed_out, None),
        (user_login_failed, login_failed, None),
        (user_locked_out, locked_out, None),
        (pre_save, user_saving, User),
        (post_save, user_saved, User),
        (post_delete, user_deleted, User),
        (post_delete, group_deleted, Group),
        *((m2m_changed, rights_changing, relation) for relation in GIVING),
    ]:
        signal.connect(receiver, sender=sender, dispatch_uid=f"security-{receiver.__name__}")
