from django.urls import path

from provenance.pages import references, sidecars, signers, verify

app_name = "provenance"
urlpatterns = [
    path("verify", verify.verify, name="verify"),
    path("productions/<uuid:production_id>/references", references.references, name="references"),
    path("sidecars", sidecars.every, name="sidecars"),
    path("sidecars/<uuid:sidecar_id>", sidecars.one, name="sidecar"),
    path("sidecars/<uuid:sidecar_id>/credential", sidecars.credential, name="sidecar-credential"),
    path("signers", signers.signers, name="signers"),
]
