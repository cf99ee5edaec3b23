"""Addresses of the ambition, below the language."""

from django.urls import path

from civicthread.ambition import views

app_name = "ambition"
urlpatterns = [
    path("", views.memo, name="memo"),
    path("directions/<slug:code>/", views.direction, name="direction"),
    path("objectives/<slug:code>/", views.objective, name="objective"),
]
