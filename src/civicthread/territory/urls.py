"""Addresses of the territory, below the language."""

from django.urls import path

from civicthread.territory import views

app_name = "territory"
urlpatterns = [
    path("<slug:code>/", views.area, name="area"),
]
