"""Addresses of governance, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.governance import staff, views

app_name = "governance"

office = [
    path("", staff.desk, name="desk"),
    path("record/", staff.record, name="record"),
    path("<slug:reference>/", staff.write, name="write"),
    path("<slug:reference>/publish/", staff.publish, name="publish"),
    path("<slug:reference>/withdraw/", staff.withdraw, name="withdraw"),
]

urlpatterns = [
    path("", views.start, name="start"),
    path("office/", include(office)),
    path("decisions/", views.decisions, name="decisions"),
    path("decisions/<slug:reference>/", views.decision, name="decision"),
]
