from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from urllib.parse import urlencode

import pytest
import snowballstemmer
from django.apps import apps
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civicthread.core import search
from civicthread.core.models import SearchEntry
from civicthread.core.publishing import mark_withdrawn
from civicthread.core.text import Text
from civicthread.stakeholders.models import Organisation
from tests.core.things import make_organisation, publish_organisation
from tests.racing import switching_often

pytestmark = pytest.mark.django_db


def entries(query: str, language: str) -> list[SearchEntry]:
    return [SearchEntry.objects.get(pk=pk) for _kind, _key, pk in search.find(query, language=language)]


def found(query: str, language: str = "fr") -> list[str]:
    return [entry.title for entry in entries(query, language)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Vélos", "velos"),
        ("Œuvre", "oeuvre"),
        ("STRASSE straße", "strasse strasse"),
        ("Ελλάδα", "ελλαδα"),
        ("ﬁbre", "fibre"),
    ],
)
def test_folding_leaves_no_case_and_no_accent(text: str, folded: str):
    assert search.folded(text) == folded


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text: str):
    assert search.folded(search.folded(text)) == search.folded(text)


def mixed(stems: Callable[[str], list[str]]) -> bool:
    """Whether threads that serve readers at the same time get other stems of the same words than one alone."""
    words = "mobilite intelligente ambition universites pouvoirs continuellement entreprises " * 20
    alone = stems(words)

    def right(_turn: int) -> bool:
        search._stem.cache_clear()
        try:
            return stems(words) == alone
        except IndexError:
            return False

    with switching_often(), ThreadPoolExecutor(3) as readers:
        return not all(readers.map(right, range(60)))


def test_readers_who_search_at_the_same_time_do_not_mix_their_words():
    assert not mixed(lambda words: search.stems(words, "fr"))


def test_readers_who_share_a_stemmer_mix_their_words():
    shared = snowballstemmer.stemmer("french")
    assert mixed(lambda words: shared.stemWords(words.split()))


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("query", ["velo", "VÉLO", "vélos", "velos partages", "partag"])
def test_velo_finds_velos_for_every_reader(query: str, language: str):
    publish_organisation({"fr": "Vélos partagés", "nl": "Deelfietsen", "en": "Shared bicycles"})
    assert "Vélos partagés" in found(query, language)


@pytest.mark.parametrize(
    ("query", "language"),
    [("fiets", "nl"), ("fietsen", "nl"), ("gedeelde", "nl"), ("bicycle", "en"), ("bicycles", "en")],
)
def test_words_are_found_in_any_of_their_forms(query: str, language: str):
    publish_organisation({"fr": "Vélos", "nl": "Gedeelde fietsen", "en": "Shared bicycles"})
    assert found(query, language)


def test_the_readers_own_language_comes_first():
    publish_organisation({"fr": "Transport", "nl": "Transport", "en": "Transport"})
    for language in ("fr", "nl", "en"):
        assert entries("transport", language)[0].language == language


@pytest.mark.parametrize(
    ("names", "title", "note"),
    [
        ({"fr": "Vélos partagés", "nl": "Deelfietsen"}, "Deelfietsen", "Gevonden in: Frans"),
        ({"fr": "Vélos partagés", "nl": "Velo’s om te delen"}, "Velo’s om te delen", ""),
        ({"fr": "Vélos partagés"}, "Vélos partagés", ""),
    ],
    ids=["another language has the word", "both have it", "only the other language has a text"],
)
def test_what_another_language_found_is_told_in_the_readers_own(names: dict[str, str], title: str, note: str):
    search.index(make_organisation(names))
    page = Client().get("/nl/search/", {"q": "velo"}).content.decode()
    assert f">{title}</a>" in page
    assert page.count('<article class="card">') == 1
    assert ("Gevonden in" in page, note in page) == (bool(note), True)


def test_telling_results_in_the_readers_language_takes_one_query_however_many(constant_queries):
    constant_queries("/nl/search/?q=velo", lambda: publish_organisation({"fr": "Vélos", "nl": "Deelfietsen"}))


def test_the_page_tells_how_many_there_are_and_leads_to_all_of_them():
    names = [f"Vélo {number:02}" for number in range(30)]
    for name in names:
        publish_organisation({"fr": name, "nl": name})
    client = Client()
    first = client.get("/fr/search/", {"q": "velo"})
    last = client.get("/fr/search/", {"q": "velo", "page": first.context["page"].next})
    assert "30 résultats" in first.content.decode()
    shown = [found.title for page in (first, last) for found in page.context["page"].found]
    assert sorted(shown) == names
    assert (last.context["page"].previous, last.context["page"].next) == ("1", "")


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "²", "9" * 30])
def test_a_page_that_is_not_there_is_the_nearest(page: str):
    publish_organisation({"fr": "Vélos", "nl": "Fietsen"})
    answer = Client().get("/fr/search/", {"q": "velo", "page": page})
    assert [found.title for found in answer.context["page"].found] == ["Vélos"]


def test_every_word_must_be_there_in_whatever_order():
    publish_organisation({"fr": "Qualité de l'air", "nl": "Luchtkwaliteit"})
    publish_organisation({"fr": "Qualité de l'eau", "nl": "Waterkwaliteit"})
    assert found("air qualité") == ["Qualité de l'air"]
    assert found("air eau") == []


@pytest.mark.parametrize("query", ["la qualité de l'air", "qualite de l air", "de la qualité dans l’air"])
def test_little_words_ask_for_nothing(query: str):
    publish_organisation({"fr": "Qualité de l'air", "nl": "Luchtkwaliteit"})
    assert found(query) == ["Qualité de l'air"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kwaliteit", ["Luchtkwaliteit", "Waterkwaliteit"]),
        ("luchtkwaliteit", ["Luchtkwaliteit"]),
        ("ruimten", ["Groene buitenruimte"]),
        ("air", []),
    ],
)
def test_a_dutch_word_is_found_by_what_it_ends_with(query: str, names: list[str]):
    for name in ("Luchtkwaliteit", "Waterkwaliteit", "Groene buitenruimte", "Kwaliteit"):
        publish_organisation({"fr": "x", "nl": name})
    whole = ["Kwaliteit"] if query == "kwaliteit" else []
    hits = found(query, "nl")
    assert hits[: len(whole)] == whole, "what stands whole comes first"
    assert sorted(hits[len(whole) :]) == names


def test_who_looks_for_ai_does_not_find_what_somebody_has():
    for name in ("J'ai deux vélos", "Je n’ai pas de vélo", "L'AI à l'école", "AI J'AI"):
        publish_organisation({"fr": name, "nl": "x", "en": "x"})
    assert set(found("AI", "en")) == {"L'AI à l'école", "AI J'AI"}
    assert set(found("j'ai deux vélos")) == {"J'ai deux vélos"}


def test_what_was_indexed_before_loses_what_somebody_has_too():
    for number, words in enumerate(("κx j ai velo", "κx pas t ai", "κx ai act", "κx raj aile")):
        SearchEntry.objects.create(kind="x", object_id=str(number), language="fr", words=words)
    import_module("civicthread.core.migrations.0005_search_i_have").leave_out(apps, None)
    kept = SearchEntry.objects.filter(kind="x").order_by("pk")
    assert [entry.words for entry in kept] == ["κx velo", "κx pas", "κx ai act", "κx raj aile"]


def test_a_word_of_two_letters_is_found_whole_and_longer_ones_whole_first():
    for name in ("Air", "Aids and aims", "AI"):
        publish_organisation({"fr": name, "nl": name, "en": name})
    assert set(found("AI")) == {"AI"}
    for name in ("Parc des parcs, parcours et parcelles", "Parcours, parcours, parcours", "Le parc"):
        publish_organisation({"fr": name, "nl": "x"})
    assert found("parc")[-1] == "Parcours, parcours, parcours"


@pytest.mark.parametrize(
    "query",
    ["How can I take part?", "Comment puis-je participer ?", "Hoe kan ik meedoen?", "how", "comment", "hoe"],
)
def test_a_question_finds_what_answers_it(query: str):
    names = {"fr": "Comment participer", "nl": "Hoe meedoen", "en": "How to take part"}
    publish_organisation(names)
    publish_organisation({"fr": "x", "nl": "x", "en": "x"})
    hits = found(query, "en")
    assert hits
    assert {*hits} <= {*names.values()}


def test_a_query_of_words_that_stand_everywhere_is_told_so():
    publish_organisation({"fr": "L’air", "nl": "Lucht"})
    page = Client().get("/fr/search/", {"q": "de la"}).content.decode()
    assert "presque partout" in page
    assert "Rien trouvé" not in page
    assert "presque partout" not in Client().get("/fr/search/", {"q": "..."}).content.decode()


@pytest.mark.parametrize(
    ("query", "better"),
    [
        ("mobilté", "mobilité"),
        ("mobilite dousse", "mobilite douce"),
        ("xylophone", ""),
        ("douce", ""),
        ("dousse xylophone", ""),
        ("a b c d e dousse", ""),
        ('<b>"*', ""),
    ],
)
def test_a_misspelt_word_is_taken_for_the_likest_one_of_titles(query: str, better: str):
    publish_organisation({"fr": "Mobilité douce", "nl": "Zachte mobiliteit"})
    page = Client().get("/fr/search/", {"q": query, "page": "3"})
    assert page.context["page"].meant == better
    link = f'<a href="?{urlencode({"q": better})}">{better}</a>'
    assert (link in page.content.decode()) == bool(better)


def test_what_one_asks_with_is_not_taken_for_a_misspelt_title():
    publish_organisation({"fr": "Commune", "nl": "Gemeente"})
    publish_organisation({"fr": "Mobilité douce", "nl": "Zachte mobiliteit"})
    page = Client().get("/fr/search/", {"q": "Comment mobilté"})
    assert page.context["page"].meant == "Comment mobilité"


@pytest.mark.parametrize("query", ["", " ", "de", "la de", "...", "🚲", "\0"])
def test_a_query_without_a_word_finds_nothing(query: str):
    publish_organisation()
    assert found(query) == []


SPECIAL = [
    *(
        '"',
        "'",
        'velo"',
        "velo*",
        "velo:*",
        "(velo",
        "velo)",
        "velo AND",
        "NOT velo",
        "velo OR 1=1",
        "NEAR(velo, 2)",
    ),
    *(
        "words:velo",
        "velo & ! |",
        "velo <-> x",
        "\\velo",
        "%velo%",
        "-velo",
        "+velo",
        "^velo",
        "{velo}",
        "velo;--",
        "velo\0",
    ),
]


@pytest.mark.parametrize("query", SPECIAL)
def test_special_signs_are_no_commands(query: str):
    publish_organisation({"fr": "Vélos", "nl": "Fietsen"})
    assert isinstance(found(query), list)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_query_breaks_the_search(query: str):
    assert found(query) == []


def test_a_machine_translation_is_found_and_a_language_without_text_has_no_entry():
    publish_organisation({"fr": "Vélos", "nl": "Fietsen"})
    assert set(SearchEntry.objects.values_list("language", flat=True)) == {"fr", "nl"}


def test_a_thing_published_again_stands_in_the_index_once():
    organisation = publish_organisation({"fr": "Vélos", "nl": "Fietsen"})
    organisation.name = Text.of({"fr": "Trottinettes", "nl": "Steps"})
    search.index(organisation)
    assert found("velo") == []
    assert found("trottinette") == ["Trottinettes"]


def test_what_is_withdrawn_is_not_found():
    organisation = publish_organisation({"fr": "Vélos", "nl": "Fietsen"})
    mark_withdrawn(organisation, because=Text.of({"fr": "Double", "nl": "Dubbel"}))
    assert found("velo") == []
    assert not SearchEntry.objects.exists()


def test_titles_sort_without_case_and_accents():
    for name in ("école", "Eau", "eclairage", "zone"):
        publish_organisation({"fr": name, "nl": name})
    rows = search.by_title(type(publish_organisation({"fr": "Étude", "nl": "x"})).objects.all(), "fr")
    assert [str(row.name) for row in rows.order_by("sort_title")] == [
        "Eau",
        "eclairage",
        "école",
        "Étude",
        "zone",
    ]


def test_the_index_is_read_as_it_is_written_on_this_database():
    publish_organisation({"fr": "Vélos", "nl": "Fietsen"})
    entry = SearchEntry.objects.get(language="fr")
    assert entry.words == "κstakeholdersorganisation velos"
    assert entry.folded_title == "velos"
    assert not entry.url.startswith("/fr/"), "a reader of any language follows it in their own"


def test_a_list_is_narrowed_to_the_newest_things_that_hold_every_word(monkeypatch: pytest.MonkeyPatch):
    velos, parc = (publish_organisation({"fr": name, "nl": name}) for name in ("Vélos", "Parc à vélos"))
    publish_organisation({"fr": "Trams", "nl": "Trams"})

    def narrowed(query: str, kind: str = "stakeholders.organisation") -> set[Organisation]:
        return set(Organisation.objects.filter(pk__in=search.within(kind, query)))

    assert narrowed("velo") == {velos, parc}
    assert narrowed("velo parc") == {parc}
    assert not narrowed("velo", "ideas.idea")
    assert not narrowed("")
    assert not narrowed("%s' OR 1=1 --")
    monkeypatch.setattr(search, "MOST", 1)
    assert narrowed("velo") == {parc}


def test_of_a_word_that_stands_everywhere_the_newest_things_are_ranked(monkeypatch: pytest.MonkeyPatch):
    for name in ("Vélos", "Vélos et parc", "Parc"):
        publish_organisation({"fr": name, "nl": name})
    monkeypatch.setattr(search, "MOST", 1)
    assert found("velos") == ["Vélos et parc"]
    assert found("parc") == ["Parc"]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("search", "q"),
        ("ideas", "query"),
        ("projects", "query"),
        ("indicators", "query"),
        ("datahub", "query"),
        ("governance/decisions", "query"),
        ("stakeholders", "query"),
    ],
)
def test_no_page_gives_back_more_words_than_are_looked_for(client: Client, place: str, name: str):
    long = "é" * search.LONGEST_QUERY
    answer = client.get(f"/fr/{place}/", {name: long + "x" * 5000, "order": "title"})
    assert answer.url == f"/fr/{place}/?{urlencode({name: long, 'order': 'title'})}"
    html = client.get(answer.url).content.decode()
    assert f'maxlength="{search.LONGEST_QUERY}"' in html
    assert f'value="{long}"' in html


def test_a_program_is_told_that_its_words_are_too_long(client: Client):
    assert client.get("/api/v1/ideas", {"query": "x" * 201}).status_code == 422
