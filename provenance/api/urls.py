from django.urls import path

from provenance.api import status_views, views

urlpatterns = [
    path("verify", views.Verifications.as_view(), name="api-verify"),
    path("verifications", views.Verifications.as_view(), name="api-verifications"),
    path("status-lists", status_views.StatusLists.as_view(), name="api-status-lists"),
    path("status-lists/keys", status_views.StatusKeys.as_view(), name="api-status-keys"),
    path("status-lists/<uuid:list_id>", status_views.StatusList.as_view(), name="api-status-list"),
    path("assets/<uuid:asset_id>", views.Asset.as_view(), name="api-asset"),
]
