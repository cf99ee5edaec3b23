"""Addresses of the roadmap, below the language."""

from django.urls import path

from civicthread.roadmap import views

app_name = "roadmap"
urlpatterns = [
    path("", views.roadmap, name="roadmap"),
    path("<str:reference>/", views.milestone, name="milestone"),
]
