"""Addresses of core, below the language."""

from django.urls import path

from civicthread.core import views

app_name = "core"
urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes.atom", views.changes_feed, name="changes-feed"),
    path("charts/<slug:key>.json", views.chart, name="chart"),
    path("search/", views.search_page, name="search"),
    path("thread/<str:kind>/<slug:which>/", views.whole, name="thread"),
]
