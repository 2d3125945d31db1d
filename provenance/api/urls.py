from django.urls import path

from provenance.api import views

urlpatterns = [
    path("verifications", views.Verifications.as_view(), name="api-verifications"),
    path("assets/<uuid:asset_id>", views.Asset.as_view(), name="api-asset"),
]
