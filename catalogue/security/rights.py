"""Users and groups at the desk. Who maintains them may give what they have themselves, and no more.

Whoever could change the password of a user with more rights would have these rights. So such users, and groups with
more rights, can only be looked at; and since all others hold nothing that the administrator lacks, hiding what the
administrator can't give takes nothing from them when they are saved.
"""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q, QuerySet
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

# The secrets of second factors are nobody's to read, and are maintained on pages of their own.
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


def held_by(user: User) -> QuerySet[Permission]:
    """The permissions a user has, or would have if they were active."""
    if user.is_superuser:
        return Permission.objects.all()
    pks = Permission.objects.filter(Q(user=user) | Q(group__user=user)).values("pk")
    return Permission.objects.filter(pk__in=pks)


def grantable_groups(user: User) -> QuerySet[Group]:
    """The groups that give nothing the user lacks."""
    beyond = Permission.objects.exclude(pk__in=held_by(user).values("pk"))
    return Group.objects.exclude(permissions__in=beyond)


def has_power_over(user: User, other: User | Group) -> bool:
    """Whether all that the other has is held by the user too."""
    if user.is_superuser:
        return True
    if isinstance(other, Group):
        return grantable_groups(user).filter(pk=other.pk).exists()
    return not other.is_superuser and not held_by(other).exclude(pk__in=held_by(user).values("pk")).exists()


class BoundedAdmin(admin.ModelAdmin):
    """Keeps whoever maintains users and groups within their own rights."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or has_power_over(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or has_power_over(request.user, obj))

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.related_model is Permission:
            field.queryset = field.queryset.filter(pk__in=held_by(request.user).values("pk"))
        elif db_field.related_model is Group:
            field.queryset = field.queryset.filter(pk__in=grantable_groups(request.user).values("pk"))
        return field


@admin.register(Group)
class BoundedGroupAdmin(BoundedAdmin, GroupAdmin):
    pass


@admin.register(User)
class BoundedUserAdmin(BoundedAdmin, UserAdmin):
    list_display = ["username", "first_name", "last_name", "email", "is_staff", "is_active", "last_login"]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]
