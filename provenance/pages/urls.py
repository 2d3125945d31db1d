from django.urls import path

from provenance.pages import references, signers, verify

app_name = "provenance"
urlpatterns = [
    path("verify", verify.verify, name="verify"),
    path("productions/<uuid:production_id>/references", references.references, name="references"),
    path("signers", signers.signers, name="signers"),
]
