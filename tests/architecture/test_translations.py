"""Every text stands in every language of the programme."""

import ast
import re
from collections.abc import Iterator

import polib
import pytest

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
