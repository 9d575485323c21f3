"""The security log at the desk: to be read by administrators, and changed by nobody."""

from django.contrib import admin

from catalogue.security.event import SecurityEvent


@admin.register(SecurityEvent)
class SecurityEventAdmin(admin.ModelAdmin):
    list_display = ["at", "kind", "user_name", "address", "detail"]
    list_filter = ["kind"]
    search_fields = ["user_name", "address", "detail"]
    date_hierarchy = "at"
    list_per_page = 100
    fields = ["at", "kind", "user_name", "address", "detail"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
