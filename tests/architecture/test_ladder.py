"""What import-linter cannot see: foreign keys named by a string, and who may know Wagtail."""

import ast
from collections.abc import Iterable, Iterator

from django.apps import apps as registry

from civicthread.core.models import Record
from tests.architecture.tree import apps, levels, modules, name_of, parsed

# Wagtail serves the Office's own pages. The programme's models stand without it, so that it could be replaced.
KNOW_WAGTAIL = {
    "editorial": "its pages are Wagtail's",
    "portal": "its home page is one of them",
    "accounts": "gives Wagtail's back office its rights from our roles",
    "config": "names Wagtail's addresses and settings",
}
Relation = tuple[str, str, str]


def relations() -> Iterator[Relation]:
    """Every relation between our models: from app, to app, and its name."""
    for model in registry.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                yield (
                    model._meta.app_label,
                    field.related_model._meta.app_label,
                    f"{model._meta.label}.{field.name}",
                )


def climbing(found: Iterable[Relation]) -> list[str]:
    """Relations that point to an app which does not stand below."""
    return [
        name
        for source, target, name in found
        if source in levels()
        and target in levels()
        and source != target
        and levels()[target] >= levels()[source]
    ]


def imported(module: ast.Module) -> set[str]:
    names = {alias.name for node in ast.walk(module) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(module) if isinstance(node, ast.ImportFrom)}


def strangers_to_wagtail(found: Iterable[tuple[str, ast.Module]]) -> list[str]:
    return [
        name
        for name, module in found
        if name.split("/")[0] not in KNOW_WAGTAIL
        and any(i.partition(".")[0] == "wagtail" for i in imported(module))
    ]


def test_foreign_keys_point_down_the_ladder():
    assert climbing(relations()) == []
    assert climbing([("core", "projects", "core.JournalEntry.project")]) == ["core.JournalEntry.project"]
    assert climbing([("datahub", "ideas", "datahub.Dataset.idea")]), "neighbours do not lean on each other"
    assert climbing([("projects", "core", "projects.Project.actor")]) == []


def test_every_app_stands_on_the_ladder():
    assert set(apps()) <= set(levels())


def test_the_programme_stands_without_wagtail():
    assert strangers_to_wagtail((name_of(path), parsed(path)) for path in modules()) == []
    sample = ast.parse("from wagtail.models import Page")
    assert strangers_to_wagtail([("projects/models.py", sample)]) == ["projects/models.py"]


def plain_models() -> list[str]:
    """Tables of ours that are read as Django reads rows, with what it does for each."""
    return [
        model._meta.label
        for model in registry.get_models()
        if model.__module__.startswith("civicthread.") and not issubclass(model, Record)
    ]


def test_rows_are_records_but_where_a_library_has_its_own_base():
    libraries = ("accounts.", "editorial.")
    assert [label for label in plain_models() if not label.startswith(libraries)] == []
    assert "accounts.User" in plain_models()
