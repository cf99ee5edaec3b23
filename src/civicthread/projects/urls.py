"""Addresses of projects, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.projects import staff, views

app_name = "projects"

office = [
    path("", staff.desk, name="desk"),
    path("new/", staff.create, name="new"),
    path("blocks/", staff.blocks, name="blocks"),
    path("blocks/new/", staff.write_block, name="new-block"),
    path("blocks/<slug:code>/", staff.write_block, name="write-block"),
    path("<slug:reference>/", staff.sheet, name="sheet"),
    path("<slug:reference>/write/", staff.write, name="write"),
    path("<slug:reference>/join/", staff.join, name="join"),
    path("<slug:reference>/facts/new/", staff.write_fact, name="new-fact"),
    path("<slug:reference>/facts/<int:position>/", staff.write_fact, name="write-fact"),
    path("<slug:reference>/facts/<int:position>/remove/", staff.remove_fact, name="remove-fact"),
    path("<slug:reference>/conditions/<slug:about>/", staff.declare, name="declare"),
    path("<slug:reference>/publish/", staff.publish, name="publish"),
    path("<slug:reference>/withdraw/", staff.withdraw, name="withdraw"),
    path("<slug:reference>/lead/", staff.name_lead, name="name-lead"),
    path("<slug:reference>/lead/end/", staff.end_lead, name="end-lead"),
]

urlpatterns = [
    path("", views.projects, name="list"),
    path("office/", include(office)),
    path("<slug:reference>/", views.project, name="project"),
]
