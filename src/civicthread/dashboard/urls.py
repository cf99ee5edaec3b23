"""Addresses of the dashboard, below the language: those of everyone, those of the board and of the Office."""

from django.urls import path, re_path

from civicthread.dashboard import staff, views

app_name = "dashboard"

urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    re_path(r"^figures\.(?P<kind>csv|json|xlsx)$", views.figures_file, name="figures"),
    re_path(r"^report\.(?P<kind>pdf|xlsx)$", views.report_file, name="report"),
    path("compare/", views.compare, name="compare"),
    re_path(r"^compare\.(?P<kind>csv|json|xlsx)$", views.compare_file, name="compare-file"),
    path("board/", staff.board, name="board"),
    path("snapshots/", views.snapshots, name="snapshots"),
    path("snapshots/freeze/", staff.freeze, name="freeze"),
    path("snapshots/<int:year>/", views.snapshot, name="snapshot"),
    *(
        path(f"snapshots/<int:year>.{kind}", views.snapshot_file, {"kind": kind}, name=f"snapshot-{kind}")
        for kind in ("csv", "json", "xlsx", "pdf")
    ),
    path("snapshots/<int:year>/today/", views.since, name="since"),
    path("snapshots/<int:year>/today.csv", views.since_file, name="since-csv"),
]
