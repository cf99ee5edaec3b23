"""Addresses of the data catalogue: pages below the language, and files that are the same in every language."""

from django.urls import include, path

from civicthread.datahub import staff, upkeep, views

app_name = "datahub"

office = [
    path("", staff.overview, name="overview"),
    path("new/", staff.new, name="new"),
    path("new/address/", staff.new_address, name="new-address"),
    path("tables/publish/", staff.publish_tables, name="publish-tables"),
    path("statistics/", upkeep.statistics, name="statistics"),
    path("uploads/<slug:key>/", staff.upload, name="upload"),
    path("uploads/<slug:key>/describe/", staff.describe_upload, name="describe-upload"),
    path("uploads/<slug:key>/look/", staff.look_again, name="look-again"),
    path("uploads/<slug:key>/fetch/", staff.fetch_again, name="fetch-again"),
    path("uploads/<slug:key>/discard/", staff.discard, name="discard"),
    path("<slug:code>/", staff.desk, name="desk"),
    path("<slug:code>/description/", staff.describe, name="describe"),
    path("<slug:code>/columns/", staff.columns, name="columns"),
    path("<slug:code>/load/", staff.load, name="load"),
    path("<slug:code>/loads/<int:pk>/", staff.outcome, name="outcome"),
    path("<slug:code>/loads/<int:pk>/set-aside.csv", staff.set_aside, name="set-aside"),
    path("<slug:code>/versions/<int:number>/restore/", staff.restore, name="restore"),
    path("<slug:code>/versions/<int:number>/original.<str:kind>", upkeep.original, name="original"),
    path("<slug:code>/rules/", upkeep.rules, name="rules"),
    path("<slug:code>/reading/", upkeep.reading, name="reading"),
    path("<slug:code>/source/", upkeep.source, name="source"),
    path("<slug:code>/source/fetch/", upkeep.fetch, name="fetch"),
    path("<slug:code>/alarms/<int:pk>/end/", upkeep.end_alarm, name="end-alarm"),
    path("<slug:code>/publish/", staff.publish, name="publish"),
    path("<slug:code>/remove/", staff.remove, name="remove"),
    path("<slug:code>/withdraw/", staff.withdraw, name="withdraw"),
]

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("office/", include(office)),
    path("<slug:code>/", views.dataset, name="dataset"),
    path("<slug:code>/versions/", views.versions, name="versions"),
    path("<slug:code>/loads/", views.loads, name="loads"),
    path("<slug:code>/changes/", views.compare, name="compare"),
]

data = (
    [
        path("catalogue.<str:extension>", views.linked_catalogue, name="catalogue"),
        path("<slug:code>@<int:version>.<str:kind>", views.download, name="version"),
        path("<slug:code>.<str:kind>", views.download, name="file"),
        path("<slug:code>", views.name, name="dataset"),
    ],
    "data",
)
