"""Every text stands in every language of the programme."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import django
import polib
import pytest
from django.apps import apps

from civicthread.config import catalogues
from tests.architecture.tree import modules, name_of, text_of

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def torn(known: polib.POFile) -> Iterator[str]:
    """Translations that lost or invented a placeholder, and would break the page or tell half."""
    for entry in known:
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            found = set(PLACEHOLDER.findall(text))
            # A singular may leave out the number: "one project".
            if text and (found - wanted or (not entry.msgid_plural and wanted - found)):
                yield entry.msgid


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_the_catalogue_is_whole(language: str, found_texts: polib.POFile):
    known = polib.pofile(str(catalogues.catalogue(language)))
    assert list(catalogues.problems(known, found_texts)) == []
    assert list(torn(known)) == []


def test_a_catalogue_with_a_gap_is_found():
    found, known = polib.POFile(), polib.POFile()
    found.extend([polib.POEntry(msgid="Idea"), polib.POEntry(msgid="Need"), polib.POEntry(msgid="Answer")])
    known.append(polib.POEntry(msgid="Idea", msgstr="Idée", flags=["fuzzy"]))
    known.append(polib.POEntry(msgid="Need"))
    known.append(polib.POEntry(msgid="Gone", msgstr="Parti"))
    assert list(catalogues.problems(known, found)) == [
        "not gathered: 'Answer'",
        "no longer used: 'Gone'",
        "doubtful (fuzzy): 'Idea'",
        "not translated: 'Need'",
    ]


def test_a_lost_placeholder_is_found():
    known = polib.POFile()
    known.append(polib.POEntry(msgid="%(count)s ideas in %(area)s", msgstr="%(count)s idées"))
    known.append(polib.POEntry(msgid="%(count)s ideas", msgstr="%(count)s idées"))
    assert list(torn(known)) == ["%(count)s ideas in %(area)s"]


def unseen(source: str) -> Iterator[str]:
    """Texts marked for translation inside an f-string, where the gathering program does not see them."""
    for node in ast.walk(ast.parse(source)):
        calls = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
        yield from (
            ast.unparse(call)
            for call in calls
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "_"
        )


def test_no_text_is_marked_where_it_is_not_gathered():
    assert [f"{name_of(path)}: {call}" for path in modules() for call in unseen(text_of(path))] == []


def test_a_text_inside_an_f_string_is_found():
    assert list(unseen("told = _('a')\nprint(f'{told} {_(\"b\")}')")) == ["_('b')"]


# Said in French and not in Dutch, and never on a page of ours.
NOT_SHOWN = {
    "This password is too short. It must contain at least %d character.": "accounts.forms says it",
    "%(model)s instance with %(field)s %(value)r is not a valid choice.": "for programmers: our models' keys",
    "tag": "nothing of ours has tags",
}


def borrowed() -> Iterator[Path]:
    """The folders of catalogues that come with the programs we stand on."""
    yield Path(django.__file__).parent / "conf" / "locale"
    for app in apps.get_app_configs():
        if not app.name.startswith("civicthread."):
            yield Path(app.path) / "locale"


def said(folder: Path, language: str) -> set[str]:
    path = folder / language / "LC_MESSAGES" / "django.po"
    return (
        {entry.msgid for entry in polib.pofile(str(path)) if entry.translated()} if path.exists() else set()
    )


def test_what_other_programs_say_in_french_they_say_in_dutch():
    # Django falls back to the first language of the city: a Dutch page would say it in French.
    missing = set().union(*(said(folder, "fr") - said(folder, "nl") for folder in borrowed()))
    assert missing == NOT_SHOWN.keys()
