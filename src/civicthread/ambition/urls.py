"""Addresses of the ambition, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.ambition import staff, views

app_name = "ambition"

office = [
    path("", staff.desk, name="desk"),
    path("directions/new/", staff.write_direction, name="new-direction"),
    path("directions/<slug:code>/", staff.write_direction, name="write-direction"),
    path("memos/new/", staff.write_memo, name="new-memo"),
    path("memos/<slug:code>/", staff.write_memo, name="write-memo"),
    path("memos/<slug:code>/publish/", staff.publish_memo, name="publish-memo"),
    path("memos/<slug:code>/withdraw/", staff.withdraw_memo, name="withdraw-memo"),
    path("objectives/new/", staff.write_objective, name="new-objective"),
    path("objectives/<slug:code>/", staff.write_objective, name="write-objective"),
    path("objectives/<slug:code>/publish/", staff.publish_objective, name="publish-objective"),
    path("objectives/<slug:code>/withdraw/", staff.withdraw_objective, name="withdraw-objective"),
]

urlpatterns = [
    path("", views.memo, name="memo"),
    path("office/", include(office)),
    path("memos/<slug:code>/", views.version, name="version"),
    path("directions/<slug:code>/", views.direction, name="direction"),
    path("objectives/<slug:code>/", views.objective, name="objective"),
]
