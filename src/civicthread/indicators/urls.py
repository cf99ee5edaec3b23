"""Addresses of indicators, below the language: those of everyone and those of the Office."""

from django.urls import include, path

from civicthread.indicators import aim_screens, staff, views

app_name = "indicators"

office = [
    path("", staff.overview, name="overview"),
    path("new/", staff.new, name="new"),
    path("<slug:code>/", staff.desk, name="desk"),
    path("<slug:code>/approve/", staff.approve, name="approve"),
    path("<slug:code>/refuse/", staff.refuse, name="refuse"),
    path("<slug:code>/definition/", staff.definition, name="definition"),
    path("<slug:code>/method/", staff.method, name="method"),
    path("<slug:code>/method/guide/", staff.guide, name="guide"),
    path("<slug:code>/targets/", aim_screens.targets, name="targets"),
    path("<slug:code>/scale/", aim_screens.scale, name="scale"),
    path("<slug:code>/paths/<slug:role>/", aim_screens.path, name="path"),
    path("<slug:code>/comparisons/", aim_screens.comparisons, name="comparisons"),
    path("<slug:code>/report/", staff.report, name="report"),
    path("<slug:code>/compute/", staff.compute, name="compute"),
    path("<slug:code>/publish/", staff.publish, name="publish"),
    path("<slug:code>/withdraw/", staff.withdraw, name="withdraw"),
]

urlpatterns = [
    path("", views.indicators, name="list"),
    path("office/", include(office)),
    path("<slug:code>/", views.indicator, name="indicator"),
    path("<slug:code>.csv", views.as_csv, name="csv"),
    path("<slug:code>.json", views.as_json, name="json"),
]
