"""Addresses of indicators, below the language."""

from django.urls import path

from civicthread.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.indicators, name="list"),
    path("<slug:code>/", views.indicator, name="indicator"),
    path("<slug:code>.csv", views.as_csv, name="csv"),
    path("<slug:code>.json", views.as_json, name="json"),
]
