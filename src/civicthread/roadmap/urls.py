"""Addresses of the roadmap, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.roadmap import staff, views

app_name = "roadmap"

office = [
    path("", staff.desk, name="desk"),
    path("projects/<slug:project>/", staff.desk, name="project-desk"),
    path("projects/<slug:project>/add/", staff.add, name="add"),
    path("milestones/<slug:reference>/write/", staff.write, name="write"),
    path("milestones/<slug:reference>/replan/", staff.replan, name="replan"),
    path("milestones/<slug:reference>/reach/", staff.reach, name="reach"),
    path("milestones/<slug:reference>/correct/", staff.correct, name="correct"),
    path("milestones/<slug:reference>/publish/", staff.publish, name="publish"),
    path("milestones/<slug:reference>/withdraw/", staff.withdraw, name="withdraw"),
]

urlpatterns = [
    path("", views.roadmap, name="roadmap"),
    path("office/", include(office)),
    path("<slug:reference>/", views.milestone, name="milestone"),
]
