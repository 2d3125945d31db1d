from django.urls import path

from provenance.pages import verify

app_name = "provenance"
urlpatterns = [path("verify", verify.verify, name="verify")]
