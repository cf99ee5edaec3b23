"""Addresses of governance, below the language."""

from django.urls import path

from civicthread.governance import views

app_name = "governance"
urlpatterns = [
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<str:reference>/", views.decision, name="decision"),
]
