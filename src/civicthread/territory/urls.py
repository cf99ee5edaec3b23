"""Addresses of the territory, below the language."""

from django.urls import path

from civicthread.territory import views

app_name = "territory"
urlpatterns = [
    path("", views.territory, name="map"),
    path("areas.geojson", views.geojson, name="geojson"),
    path("<slug:code>/", views.area, name="area"),
]
