"""Addresses of stakeholders, below the language."""

from django.urls import path

from civicthread.stakeholders import views

app_name = "stakeholders"
urlpatterns = [
    path("", views.organisations, name="organisations"),
    path("<slug:code>/", views.organisation, name="organisation"),
]
