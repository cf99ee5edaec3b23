"""Search over all public things in every language of the city.

Words are folded (no accents, no case) and stemmed here, in Python, and the same index text goes into SQLite's
and PostgreSQL's full text: 'velo' finds 'Vélos' on both, which neither does by itself.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

import snowballstemmer
from django.conf import settings
from django.db import connection
from django.db.models import CharField, F, Model, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import override

from civicthread.core.models import SearchEntry
from civicthread.core.problems import API
from civicthread.core.text import Text

if TYPE_CHECKING:
    from civicthread.core.thread import Kind

Thing = TypeVar("Thing", bound=Model)

STEMMERS = {"fr": "french", "nl": "dutch", "en": "english", "de": "german"}
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
# Articles and the like find everything and so nothing.
STOP_WORDS = {
    "fr": set("le la les l un une des de du d et ou en a au aux pour par sur dans est sont que qui".split()),
    "nl": set("de het een en of van in op te voor met is zijn dat die aan bij".split()),
    "en": set("the a an and or of in on to for with is are that this at by".split()),
}
# What somebody asks with, in a language or another: beside other words it says nothing of what is looked for. Names
# that are written alike (IT, WHO) are none of these.
ASKING = frozenset(
    "comment pourquoi quand quel quelle quels quelles combien puis peut peux je j on mon ma mes nous notre y"
    " hoe hoeveel waarom wanneer waar welk welke wat wie kan kun ik we mijn ons onze er"
    " how why when where which what can could do does i my our you your there many much".split()
)
WORD = re.compile(r"[a-z0-9]+")
# Much of what people write in French holds a 'j'ai': who looks for AI does not mean that. An AI in capitals stays.
I_HAVE = re.compile(r"\b[JjNnLlTt]['’]ai\b")
SHORT = 2
"""Words of so few letters stand at the beginning of too many others: they are looked for whole."""
COMPOUNDING = ("nl", "de")
"""Languages that write words together, the one that says what it is last: air quality is Luchtkwaliteit."""
SHORTEST_FIRST, SHORTEST_LAST = 3, 4
"""Letters of the first and of the last part of a word written together; less would find anything."""
LONGEST_QUERY = 200
# What the words are called that somebody looks for, in the addresses of pages.
ASKED = ("q", "query")
MOST = 2000
"""So many entries of a word are ranked, or narrow a list: the newest. To rank all would take seconds."""
VECTOR = "to_tsvector('simple', core_searchentry.words)"


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Cut the words to what is read of them, in the address itself: every link of a page repeats it."""

    def answer(request: HttpRequest) -> HttpResponse:
        long = {name: words for name in ASKED if len(words := request.GET.get(name, "")) > LONGEST_QUERY}
        if not long or request.method not in {"GET", "HEAD"} or request.path_info.startswith(API):
            return get_response(request)
        asked = request.GET.copy()
        for name, words in long.items():
            asked[name] = words[:LONGEST_QUERY]
        return HttpResponseRedirect(f"{request.path}?{asked.urlencode()}")

    return answer


def folded(text: str) -> str:
    """The text without case and accents: 'Vélos' -> 'velos', 'Œuvre' -> 'oeuvre'."""
    # Taking letters apart can bring capitals back (a circled S is an S): once more, until nothing changes.
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(LIGATURES))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return plain if plain == text else folded(plain)


def stems(text: str, language: str) -> list[str]:
    """The folded, stemmed words of a text, in order; folding first makes 'mobilite' and 'mobilité' meet."""
    words = [word[:60] for word in _words_in(text) if word not in STOP_WORDS.get(language, ())]
    return [_stem(word, language) for word in words] if language in STEMMERS else words


def _words_in(text: str) -> list[str]:
    return WORD.findall(folded(I_HAVE.sub(" ", text)))


@lru_cache(10_000)
def _stem(word: str, language: str) -> str:
    """Kept, because a few thousand words are most of what is written, and to stem one takes a thousand times longer.

    A stemmer holds the word that it works on, so two threads cannot share one; a new one costs next to nothing.
    """
    stem: str = snowballstemmer.stemmer(STEMMERS[language]).stemWord(word)
    return stem


def index(thing: Model) -> None:
    """Make a public thing findable, or refresh how it is found. Call inside the action's transaction."""
    found = entries(thing)
    remove(thing)
    SearchEntry.objects.bulk_create(found)


def entries(thing: Model) -> list[SearchEntry]:
    """How each language that has a word for the thing finds it; not stored."""
    found = names(thing)
    for entry in found:
        entry.words = _words(thing, entry)
    return found


def names(thing: Model) -> list[SearchEntry]:
    """The same without the words to find it by, which take the longest to make."""
    kind = _kind_of(thing)
    found = (_entry(kind, thing, language) for language in settings.CITY.languages)
    return [entry for entry in found if entry]


def remove(thing: Model) -> None:
    """Make a thing unfindable."""
    SearchEntry.objects.filter(kind=thing._meta.label_lower, object_id=str(thing.pk)).delete()  # noqa: SLF001


def _entry(kind: "Kind", thing: Model, language: str) -> SearchEntry | None:
    """What that language calls the thing; None where the thing has no word in that language."""
    title, own = _in(kind.title(thing), language, kind.language(thing))
    if not own:
        return None
    summary = _in(kind.summary(thing), language, kind.language(thing))[0]
    with override(language):
        url = kind.url(thing)
    return SearchEntry(
        kind=kind.name,
        object_id=str(thing.pk),
        language=language,
        title=title[:300],
        folded_title=folded(title)[:300],
        summary=summary[:500],
        url=url[3:] if url.startswith(f"/{language}/") else url,
        dated=kind.day(thing),
    )


def _kind_of(thing: Model) -> "Kind":
    from civicthread.core import thread  # noqa: PLC0415  # the registry imports models of apps that publish

    return thread.kind_of(thing)


def _words(thing: Model, entry: SearchEntry) -> str:
    kind = _kind_of(thing)
    more = (_in(part, entry.language, kind.language(thing))[0] for part in kind.words(thing))
    texts = [_in(kind.title(thing), entry.language, kind.language(thing))[0], *more, entry.summary]
    found = [stem for text in texts for stem in stems(text, entry.language)]
    return " ".join([_word_of(kind.name), *found, *_endings(found, entry.language)])


def _word_of(kind: str) -> str:
    """A word that every thing of a kind holds, and that nobody can type: it begins with a letter no stem has.

    So the index finds the few indicators that hold a word without reading the many ideas that do.
    """
    return "κ" + "".join(WORD.findall(kind))


def _endings(found: list[str], language: str) -> list[str]:
    """With what long words end, each once: 'luchtkwaliteit' is found by 'kwaliteit' too.

    Which of them are words nobody needs to know: what is none is not asked for. A letter in front that nobody can type
    keeps them apart from words that stand there whole.
    """
    if language not in COMPOUNDING:
        return []
    ends = (stem[at:] for stem in found for at in range(SHORTEST_FIRST, len(stem) - SHORTEST_LAST + 1))
    return [_ending(end) for end in dict.fromkeys(ends)]


def _ending(stem: str) -> str:
    return f"λ{stem}"


def _in(text: Text | str, language: str, plain_language: str) -> tuple[str, bool]:
    """The text for that language and whether it really is in that language."""
    if isinstance(text, Text):
        shown = text.shown(language)
        return shown.text, shown.language == language
    return str(text), plain_language in ("", language)


def find(query: str, *, language: str) -> list[tuple[str, str, int]]:
    """Kind, key and entry of what holds every word of the query, in any language.

    The reader's own language first, best first: where the words stand whole comes before where others begin or end with
    them. Of words that stand in more than MOST entries the newest are compared.
    """
    terms = _terms(query[:LONGEST_QUERY])
    if not terms:
        return []
    asked = [_expression(terms), language, _expression(terms, whole=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH newest AS MATERIALIZED ({_newest(ranked=True)})"  # noqa: S608  # our own words
            " SELECT core_searchentry.kind, core_searchentry.object_id, core_searchentry.id"
            " FROM newest JOIN core_searchentry ON core_searchentry.id = newest.id"
            f" ORDER BY core_searchentry.language = %s DESC, core_searchentry.id IN ({_newest()}) DESC,"
            " newest.rank, core_searchentry.id",
            asked,
        )
        return list(cursor.fetchall())


def finds(query: str) -> bool:
    """Whether anything holds every word of the query."""
    terms = _terms(query[:LONGEST_QUERY])
    return bool(terms) and _match(terms).exists()


def says_nothing(query: str) -> bool:
    """Whether somebody asked for nothing but articles and the like, which stand everywhere."""
    return bool(WORD.search(folded(query))) and not _terms(query[:LONGEST_QUERY])


def within(kind: str, query: str) -> RawSQL | tuple[()]:
    """What `pk__in` takes: the things of that kind that hold every word of the query, as far as their newest entries.

    They stay in the database: a list would carry a thousand numbers to and fro, and rank them for nothing.
    """
    terms = _terms(query[:LONGEST_QUERY])
    if not terms:
        return ()
    if connection.vendor == "sqlite":
        # The left table of a cross join leads: the words are looked up once, newest first, until there are enough.
        joined, match = "core_searchwords CROSS JOIN core_searchentry", "core_searchwords MATCH %s"
        entries = f"{joined} ON core_searchentry.id = core_searchwords.rowid WHERE {match}"
        order = "core_searchwords.rowid"
    else:
        entries = f"core_searchentry WHERE {VECTOR} @@ to_tsquery('simple', %s)"
        order = "core_searchentry.id"
    chosen = f"SELECT CAST(core_searchentry.object_id AS bigint) FROM {entries}"  # noqa: S608 - our own words
    newest = f"AND core_searchentry.kind = %s ORDER BY {order} DESC LIMIT {MOST}"
    asked = _expression(terms, kind=kind)
    return RawSQL(f"{chosen} {newest}", [asked, kind])  # noqa: S611 - what people typed is a parameter


def alike(kind: str, text: str, *, language: str, most: int = 5) -> list[str]:
    """The primary keys of the things of that kind that share at least half of a short text's words, the most first.

    The longest words say most, so two of them must be there; that keeps the question small however much there is.
    """
    wanted = {stem for stem in stems(text[:LONGEST_QUERY], language) if len(stem) > 2}
    telling = set(sorted(sorted(wanted), key=len)[-4:])
    if len(telling) < 2:
        return []
    # Two of them are there when one is, whichever is left out.
    found = _match([telling - {stem} for stem in sorted(telling)], kind=kind).order_by(F("rank"), "id")
    shares = [
        (len(wanted & set(words.split())) / len(wanted), -place, pk)
        for place, (pk, words) in enumerate(found.values_list("object_id", "words")[:50])
    ]
    close = sorted((entry for entry in shares if entry[0] >= 0.5), reverse=True)
    return list(dict.fromkeys(pk for _share, _place, pk in close))[:most]


def by_title(queryset: QuerySet[Thing], language: str) -> QuerySet[Thing]:
    """The queryset with `sort_title`: the folded title in the reader's language, for lists that sort by it."""
    entries = SearchEntry.objects.filter(
        kind=queryset.model._meta.label_lower,  # noqa: SLF001
        language=language,
        object_id=Cast(OuterRef("pk"), CharField()),
    )
    title = Coalesce(Subquery(entries.values("folded_title")[:1]), Value(""))
    return queryset.annotate(sort_title=title)  # type: ignore[return-value]  # the stubs lose the row's type


def _terms(query: str) -> list[set[str]]:
    """For each word of the query, the stems it can have in the city's languages.

    The index of a language lacks its stop words, so a word that is one in any language cannot be asked for.
    """
    idle = set().union(*(STOP_WORDS.get(code, set()) for code in settings.CITY.languages))
    words = [word for word in _words_in(query) if word not in idle]
    words = [word for word in words if word not in ASKING] or words
    return [
        {stem for code in settings.CITY.languages for stem in stems(word, code)} | {word} for word in words
    ]


def _match(terms: list[set[str]], *, kind: str = "") -> QuerySet[SearchEntry]:
    """The entries, all or of a kind, that hold a stem of each term, with `rank` (smaller is better).

    Of a word that stands in more than MOST entries the newest are compared.
    """
    expression = _expression(terms, kind=kind)
    entries = SearchEntry.objects.filter(kind=kind) if kind else SearchEntry.objects.all()
    if connection.vendor == "sqlite":
        # A join, so that the words are looked up once, not once for every entry that holds them.
        return entries.annotate(rank=RawSQL("core_searchwords.rank", [])).extra(  # noqa: S610
            tables=["core_searchwords"],
            where=[
                "core_searchwords.rowid = core_searchentry.id",
                "core_searchwords MATCH %s",
                f"core_searchentry.id IN ({_newest()})",
            ],
            params=[expression, expression],
        )
    return entries.annotate(
        rank=RawSQL(f"-ts_rank({VECTOR}, to_tsquery('simple', %s))", [expression])  # noqa: S611
    ).extra(where=[f"core_searchentry.id IN ({_newest()})"], params=[expression])  # noqa: S610


def _newest(*, ranked: bool = False) -> str:
    """The query for the newest entries in which an expression is; with the `rank` of each (smaller is better)."""
    if connection.vendor == "sqlite":
        found, rank = "core_searchwords WHERE core_searchwords MATCH %s ORDER BY rowid", "rank"
        number = "rowid AS id"
    else:
        found = f"core_searchentry, to_tsquery('simple', %s) AS asked WHERE {VECTOR} @@ asked ORDER BY id"
        number, rank = "id", f"-ts_rank({VECTOR}, asked) AS rank"
    told = f"{number}, {rank}" if ranked else number
    return f"SELECT {told} FROM {found} DESC LIMIT {MOST}"  # noqa: S608


def _expression(terms: list[set[str]], *, kind: str = "", whole: bool = False) -> str:
    """The terms as the database's own full text reads them; each may be the beginning of a word, or its end."""
    sqlite = connection.vendor == "sqlite"
    word, begun, either, both = ('"{}"', "*", " OR ", " AND ") if sqlite else ("{}", ":*", " | ", " & ")

    def written(stem: str) -> Iterator[str]:
        yield word.format(stem) + ("" if whole or len(stem) <= SHORT else begun)
        if len(stem) >= SHORTEST_LAST and not whole:
            yield word.format(_ending(stem))

    asked = [f"({either.join(text for stem in sorted(term) for text in written(stem))})" for term in terms]
    return both.join([*([_word_of(kind)] if kind else ()), *asked])
