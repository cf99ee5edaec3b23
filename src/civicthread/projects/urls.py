"""Addresses of projects, below the language."""

from django.urls import path

from civicthread.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.projects, name="list"),
    path("<str:reference>/", views.project, name="project"),
]
