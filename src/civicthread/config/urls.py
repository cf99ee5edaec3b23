"""All addresses. Each page stands below its language; the URL prefix of an app is its name."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.static import serve

from civicthread.accounts import openid
from civicthread.config.api import api
from civicthread.core.views import healthz
from civicthread.datahub.urls import data
from civicthread.indices.urls import files as index_files
from civicthread.portal.urls import root

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("account/provider/<slug:provider_id>/back/", openid.come_back, name="openid_connect_callback"),
    path("api/v1/", api.urls),
    path("cms/", include("civicthread.accounts.cms")),
]
urlpatterns += [
    path("", include(root)),
    path("data/", include(data)),
    path("indices/", include(index_files)),
    # Drawn pictures only: an uploaded document could hold a script, an original the place it was taken.
    re_path(r"^media/(?P<path>images/.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
]
urlpatterns += i18n_patterns(
    path("", include("civicthread.portal.urls")),
    path("", include("civicthread.editorial.urls")),
    path("dashboard/", include("civicthread.dashboard.urls")),
    path("governance/", include("civicthread.governance.urls")),
    path("roadmap/", include("civicthread.roadmap.urls")),
    path("indices/", include("civicthread.indices.urls")),
    path("indicators/", include("civicthread.indicators.urls")),
    path("projects/", include("civicthread.projects.urls")),
    path("ambition/", include("civicthread.ambition.urls")),
    path("ideas/", include("civicthread.ideas.urls")),
    path("datahub/", include("civicthread.datahub.urls")),
    path("stakeholders/", include("civicthread.stakeholders.urls")),
    path("territory/", include("civicthread.territory.urls")),
    path("account/", include("civicthread.accounts.sign_in_urls")),
    path("account/", include("civicthread.accounts.urls")),
    path("", include("civicthread.core.urls")),
)

handler400 = "civicthread.portal.errors.bad_request"
handler403 = "civicthread.portal.errors.forbidden"
handler404 = "civicthread.portal.errors.not_found"
handler500 = "civicthread.portal.errors.server_error"
