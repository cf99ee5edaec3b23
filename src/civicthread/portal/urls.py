"""Addresses of the portal: those below the language, and those that stand above all languages."""

from django.urls import path

from civicthread.editorial.models import Purpose
from civicthread.portal import crawlers, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    *(
        path(f"{purpose}/", views.statement, {"purpose": purpose}, name=purpose)
        for purpose in (
            Purpose.PARTICIPATE,
            Purpose.ACCESSIBILITY,
            Purpose.PRIVACY,
            Purpose.COOKIES,
            Purpose.CONTACT,
            Purpose.LEGAL,
        )
    ),
    path("orphans/", views.loose_ends, name="orphans"),
    path("sitemap/", views.site_map, name="sitemap"),
    path("components/", views.components, name="components"),
]

root = (
    [
        path("", views.languages, name="languages"),
        path("sitemap.xml", crawlers.sitemap_index, name="sitemaps"),
        path("sitemap-<str:name>.xml", crawlers.sitemap, name="sitemap"),
        path("robots.txt", crawlers.robots, name="robots"),
        path(".well-known/security.txt", crawlers.security, name="security"),
    ],
    "root",
)
