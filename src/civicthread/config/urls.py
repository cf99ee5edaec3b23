"""All addresses. Each page stands below its language; the URL prefix of an app is its name."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from civicthread.core.views import healthz

urlpatterns = [path("healthz", healthz, name="healthz")]
urlpatterns += i18n_patterns(
    path("projects/", include("civicthread.projects.urls")),
    path("ambition/", include("civicthread.ambition.urls")),
    path("stakeholders/", include("civicthread.stakeholders.urls")),
    path("territory/", include("civicthread.territory.urls")),
    path("", include("civicthread.core.urls")),
)
