"""Addresses of the territory, below the language."""

from django.urls import path

from civicthread.territory import staff, views

app_name = "territory"
urlpatterns = [
    path("", views.territory, name="map"),
    path("areas.geojson", views.geojson, name="geojson"),
    path("office/<slug:code>/", staff.spellings, name="spellings"),
    path("<slug:code>/", views.area, name="area"),
]
