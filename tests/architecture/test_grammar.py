"""The same file names in every app, and one word for one concept."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib

from tests.architecture.tree import PACKAGE, apps, modules, name_of, parsed

GRAMMAR = {
    *("__init__.py", "apps.py", "models.py", "rules.py", "queries.py", "actions.py", "forms.py", "tasks.py"),
    *("views.py", "urls.py", "api.py", "staff.py", "thread.py", "own_data.py", "published.py"),
    *("migrations", "templates", "templatetags", "management"),
}
# own_data.py tells what an app holds about a person, for the registry of personal data in core; published.py which of
# its records it gives away as tables, for the registry of publishable tables there.
# Core is no part of the programme but what all parts stand on: each of its files is one idea, named by it.
WITHOUT_GRAMMAR = {"core"}
# Files beside the grammar, each read once by a person who agreed with its reason.
EXTRAS = {
    "accounts/adapter.py": "allauth asks for one: mail through the outbox, people with an actor",
    "accounts/cms.py": "the addresses of Wagtail's back office, without its own doors",
    "accounts/middleware.py": "visitors sign in first; roles need a second factor",
    "accounts/openid.py": "the exchange with an OpenID Connect provider",
    "accounts/sessions.py": "the session store Django asks for",
    "accounts/sign_in_urls.py": "the addresses of allauth that we use",
    "datahub/alarms.py": "what is wrong with a dataset: too long for actions.py",
    "dashboard/cards.py": "the state at a glance, groups, cards and rows of indicators, in words and drawings",
    "dashboard/comparing.py": "one indicator between places and periods",
    "dashboard/downloads.py": "figures as rows for files",
    "dashboard/pages.py": "how the dashboard is laid out: too long for views.py",
    "dashboard/report.py": "the report and the snapshot on paper",
    "dashboard/standing.py": "how every indicator stands, kept in memory between changes",
    "datahub/dcat.py": "a dataset in the terms of DCAT-AP",
    "datahub/declaring.py": "writing a description: too long for actions.py, called by nothing else",
    "datahub/describing.py": "the forms of a description: too long for forms.py",
    "datahub/fetching.py": "from a source's address to a load: too long for actions.py",
    "datahub/incoming.py": "the folder of received files",
    "datahub/notations.py": "the signs, encodings and forms of dates a steward chooses from",
    "datahub/pages.py": "what a dataset's page shows: too long for queries.py",
    "datahub/programme.py": "the programme's own tables, written to the lake",
    "datahub/reader.py": "the web's door to the lake's reading child",
    "datahub/rejects.py": "rows set aside, with reasons in words",
    "datahub/rows_child.py": "what the reading child runs",
    "datahub/tables.py": "the catalogue's words in the lake's",
    "datahub/tidying.py": "rewriting tables and letting versions go: called by nothing but the daily task",
    "datahub/upkeep.py": "screens for what stands, sources and rules: too long for staff.py",
    "datahub/places.py": "the map of rows that are places",
    "datahub/changes.py": "how two versions differ, for its page",
    "datahub/column_forms.py": "the forms of columns: too long for forms.py",
    "datahub/drafts.py": "how a dataset begins: too long for actions.py",
    "datahub/upkeep_forms.py": "their forms: too long for forms.py",
    "datahub/versions.py": "what a version holds and how it differs from the one before",
    "datahub/vocabularies.py": "our words in the European Union's vocabularies",
    "datahub/words.py": "the lake's codes in words for people",
    "editorial/body.py": "what a page is made of",
    "editorial/middleware.py": "the content policy of Wagtail's back office",
    "editorial/trees.py": "the page trees, one per language",
    "editorial/wagtail_hooks.py": "Wagtail looks for this name",
    "editorial/writing.py": "a text in all languages, from a file into pages",
    "ideas/following.py": "the state of an idea, and how it follows its projects: too long for actions.py",
    "ideas/intake.py": "how an idea comes in, by any channel",
    "ideas/letters.py": "mail to authors",
    "ideas/regrouping.py": "writing, publishing and withdrawing needs: too long for actions.py",
    "indicators/aim_forms.py": "forms of targets, paths and comparisons: too long for forms.py",
    "indicators/aim_screens.py": "the Office's screens of targets, paths and comparisons: too long for staff.py",
    "indicators/aiming.py": "paths, comparisons and the scale: too long for actions.py",
    "indicators/cells.py": "a figure as a cell of a table",
    "indicators/columns.py": "columns and values as they stand in the text of a query",
    "indicators/computing.py": "from a checked query to figures, on named versions of the lake",
    "indicators/editing.py": "the editor of a query and its preview",
    "indicators/examples.py": "worked examples for those who write queries",
    "indicators/figures.py": "readings as pages show them",
    "indicators/guided.py": "from a few choices to a query",
    "indicators/guided_forms.py": "the form of those choices: too long for forms.py",
    "indicators/courses.py": "an indicator over time: the drawing and its table",
    "indicators/history.py": "targets, paths and scale as they stood at a moment",
    "indicators/judging.py": "from figures, targets and paths to a status",
    "indicators/headlines.py": "readings of many indicators for their cards",
    "indicators/once.py": "which rows of a table count, so that no territory is summed twice",
    "indicators/places.py": "the area that a name or code in a result means",
    "indicators/proposing.py": "from the figures of a run to figures that wait for approval",
    "indicators/provenance.py": "where published figures come from",
    "indicators/reproducing.py": "computing a run again and comparing every digit",
    "indicators/rolling.py": "the figure of the whole territory from those of its areas",
    "indicators/suggesting.py": "which columns the guided form chooses beforehand",
    "indicators/waiting.py": "figures that wait for approval: too long for queries.py",
    "indicators/words.py": "grades and refusals in words for people",
    "indices/explaining.py": "a score explained down to its cell, and with other weights",
    "indices/feeding.py": "the figures of the indicator that an index feeds",
    "indices/figures.py": "scores as pages show them",
    "indices/reading.py": "a method as a file gives it",
    "indices/reproducing.py": "computing a run again and comparing every score",
    "indices/scorefiles.py": "scores as CSV and JSON",
    "indices/scoring.py": "from a method and its cells to scores",
    "indices/words.py": "refusals in words for people",
    "portal/coverage.py": "what the accessibility statement says of our tests",
    "portal/crawlers.py": "files for programs: sitemap, robots.txt, security.txt",
    "portal/errors.py": "the pages of errors, which Django asks for",
    "portal/orphans.py": "what stands without its link: ideas without an answer, objectives without a project",
    "portal/samples.py": "invented things for the page that shows every component",
    "projects/following.py": "what becomes of the ideas that a project answers",
    "projects/letters.py": "mail to leads",
    "projects/own_data.py": "what is held about a person, for the registry of personal data",
    "stakeholders/own_data.py": "what is held about a person, for the registry of personal data",
    "territory/boundaries.py": "what a boundary must be: geometry, no records",
    "territory/labels.py": "where a name fits in an area: geometry, no records",
    "territory/maps.py": "the map component with its table",
    "territory/places.py": "the area of a name, a code or a point",
    "territory/scales.py": "classes of values for a map",
}
WORDS_OF_OTHERS = {"process", "component", "space", "investment", "item", "items"}
EMPTY_WORDS = {"utils", "util", "helper", "helpers", "manager", "handle", "handler"}
# Names that someone else chose.
GIVEN = {
    "process_exception": "Django calls a middleware so",
    "process_view": "Django calls a middleware so",
    "process_template_response": "Django calls a middleware so",
    "component": "a template tag: the pieces of a page are components, as in the design's tree",
    "handle": "a management command's entry, for Django",
}
# The pieces a page is built of are called so by everyone who builds pages; only developers read that page.
FOR_DEVELOPERS = {"Components"}
FOREIGN_TEXT = re.compile(
    r"\b(process(es)?|investments?|work packages?|items?|space|components?)\b", re.IGNORECASE
)


def strange_files(present: Iterable[str]) -> list[str]:
    """Files and folders of apps ("projects/models.py") that stand neither in the grammar nor among the extras."""
    foreign = (name for name in present if name.partition("/")[2] not in GRAMMAR and name not in EXTRAS)
    return [name for name in foreign if name.partition("/")[0] not in WITHOUT_GRAMMAR]


def files_of_apps() -> Iterator[str]:
    for app in apps():
        for path in sorted(Path(PACKAGE, app).iterdir()):
            if path.name != "__pycache__":
                yield f"{app}/{path.name}"


def strange_names(name: str, module: ast.Module) -> Iterator[str]:
    """Classes and functions named with a word of another system, or with one that says nothing."""
    foreign = WORDS_OF_OTHERS if name.partition("/")[0] in apps() else set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in GIVEN:
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", node.name)}
            if words & (foreign | EMPTY_WORDS) and not is_django_manager(node):
                yield f"{name}: {node.name}"


def is_django_manager(node: ast.AST) -> bool:
    """Django calls a table's door its manager."""
    return isinstance(node, ast.ClassDef) and any("Manager" in ast.unparse(base) for base in node.bases)


def strange_texts(texts: Iterable[str]) -> list[str]:
    """Texts for people that use a word of another system."""
    return [text for text in texts if FOREIGN_TEXT.search(text) and text not in FOR_DEVELOPERS]


def test_apps_have_the_same_files():
    assert strange_files(files_of_apps()) == []
    assert strange_files(["projects/models.py", "projects/signals.py"]) == ["projects/signals.py"]


def test_every_extra_file_still_exists():
    assert [name for name in EXTRAS if not Path(PACKAGE, name).exists()] == []


def test_names_are_words_of_the_field():
    assert [line for path in modules() for line in strange_names(name_of(path), parsed(path))] == []
    sample = ast.parse("class MilestoneManager: ...\ndef work_item(): ...\ndef answer_idea(): ...")
    assert list(strange_names("core/x.py", sample)) == ["core/x.py: MilestoneManager", "core/x.py: work_item"]


def test_modules_are_named_after_what_they_hold():
    assert [name_of(path) for path in modules() if set(path.stem.split("_")) & EMPTY_WORDS] == []


def test_texts_use_the_words_of_the_field(found_texts: polib.POFile):
    assert strange_texts(entry.msgid for entry in found_texts) == []
    assert strange_texts(["3 items in this process", "3 projects"]) == ["3 items in this process"]
