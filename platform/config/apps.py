from django.contrib.admin.apps import AdminConfig


class CountersignAdminConfig(AdminConfig):
    """Django's stock admin, every view of it inside the acting organisation's transaction."""

    default_site = "accounts.admin_site.OrganisationAdminSite"
