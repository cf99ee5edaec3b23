"""Addresses of composite indices: pages below the language, and files that are the same in every language."""

from django.urls import include, path

from civicthread.indices import staff, views

app_name = "indices"

office = [
    path("", staff.overview, name="overview"),
    path("new/", staff.new, name="new"),
    path("<slug:code>/", staff.desk, name="desk"),
    path("<slug:code>/definition/", staff.definition, name="definition"),
    path("<slug:code>/method/", staff.method, name="method"),
    path("<slug:code>/method.csv", staff.method_file, name="method-file"),
    path("<slug:code>/areas/", staff.areas, name="areas"),
    path("<slug:code>/compute/", staff.compute, name="compute"),
    path("<slug:code>/approve/", staff.approve, name="approve"),
    path("<slug:code>/refuse/", staff.refuse, name="refuse"),
    path("<slug:code>/publish/", staff.publish, name="publish"),
    path("<slug:code>/withdraw/", staff.withdraw, name="withdraw"),
]

urlpatterns = [
    path("", views.index, name="index"),
    path("office/", include(office)),
    path("<slug:code>/", views.one, name="one"),
    path("<slug:code>/compare/", views.compare, name="compare"),
    path("<slug:code>/parts/<slug:key>/", views.part, name="part"),
]

files = (
    [
        path("<slug:code>@<int:run>.<str:kind>", views.download, name="run"),
        path("<slug:code>.<str:kind>", views.download, name="scores"),
    ],
    "index-files",
)
