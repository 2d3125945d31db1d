import importlib

from django.contrib.admin.apps import AdminConfig


class CountersignAdminConfig(AdminConfig):
    """Django's stock admin, every view of it inside the acting organisation's transaction."""

    default_site = "accounts.admin_site.OrganisationAdminSite"

    def ready(self) -> None:
        # Shared tasks belong to the application that was made last; without this one they would be sent to
        # Celery's own default broker.
        importlib.import_module("config.celery")
        super().ready()
