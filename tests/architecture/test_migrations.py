"""The tables are what the models say."""

from django.apps import apps as registry
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation

from tests.architecture.tree import apps


def unmigrated(state: ProjectState) -> list[str]:
    """Our apps whose models differ from what their migrations make."""
    translation.deactivate_all()  # migrations are written in the language of the code
    loader = MigrationLoader(None, ignore_no_migrations=True)
    detector = MigrationAutodetector(loader.project_state(), state)
    changes = detector.changes(graph=loader.graph, trim_to_apps=set(apps()))
    return [
        f"{app}: {operation.describe()}"
        for app, migrations in changes.items()
        if app in apps()
        for migration in migrations
        for operation in migration.operations
    ]


def test_every_change_of_a_model_has_its_migration():
    assert unmigrated(ProjectState.from_apps(registry)) == []


def test_a_forgotten_migration_is_found():
    state = ProjectState.from_apps(registry)
    state.add_model(ModelState("core", "Forgotten", [("id", models.BigAutoField(primary_key=True))]))
    assert "core: Create model Forgotten" in unmigrated(state)
