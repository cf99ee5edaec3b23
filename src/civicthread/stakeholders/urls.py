"""Addresses of stakeholders, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.stakeholders import staff, views

app_name = "stakeholders"

office = [
    path("", staff.desk, name="desk"),
    path("new/", staff.write, name="new"),
    path("bodies/", staff.bodies, name="bodies"),
    path("bodies/new/", staff.write_body, name="new-body"),
    path("bodies/<slug:code>/", staff.body, name="body"),
    path("bodies/<slug:code>/write/", staff.write_body, name="write-body"),
    path("bodies/<slug:code>/mandate/", staff.give_mandate, name="give-mandate"),
    path("bodies/<slug:code>/mandate/<int:pk>/end/", staff.end_mandate, name="end-mandate"),
    path("organisations/<slug:code>/", staff.entry, name="entry"),
    path("organisations/<slug:code>/write/", staff.write, name="write"),
    path("organisations/<slug:code>/publish/", staff.publish, name="publish"),
    path("organisations/<slug:code>/withdraw/", staff.withdraw, name="withdraw"),
    path("organisations/<slug:code>/representative/", staff.name_representative, name="name-representative"),
    path(
        "organisations/<slug:code>/representative/<int:pk>/end/",
        staff.end_representation,
        name="end-representation",
    ),
]

urlpatterns = [
    path("", views.organisations, name="organisations"),
    path("office/", include(office)),
    path("<slug:code>/", views.organisation, name="organisation"),
    path("<slug:code>/describe/", staff.describe, name="describe"),
]
