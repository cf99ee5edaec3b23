"""The figures of the indicator that an index feeds: one for each edition of the area it stands for."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from civicthread.core import formats
from civicthread.core.text import Text
from civicthread.indices import queries
from civicthread.indices.models import CompositeIndex, IndexRun, Score
from civicthread.methods import periods


def figures(index: CompositeIndex, run: IndexRun) -> Iterator[dict[str, Any]]:
    """What `indicators.report_value` takes: the points by edition, with what they rest on. Editions are periods."""
    root = run.method.parts.get(parent__isnull=True).key
    names = _wider_places(index, run)
    for score in run.scores.filter(part=root, area=index.area, points__isnull=False).order_by("edition"):
        if _is_period(score.edition):
            yield {
                "period": score.edition,
                "value": score.points,
                "flags": [name for name in ("proxy", "imputed") if getattr(score, name)],
                "note": _note(score, names[score.edition]),
                "source": {
                    "url": settings.BASE_URL + _address(index, score),
                    "publisher": index.title.shown(settings.LANGUAGE_CODE).text,
                    "date": "",
                    "kind": "primary",
                },
            }


def _is_period(text: str) -> bool:
    try:
        periods.parse(text)
    except periods.PeriodError:
        return False
    return True


def _address(index: CompositeIndex, score: Score) -> str:
    with override(settings.LANGUAGE_CODE):
        return f"{reverse('indices:one', args=[index.code])}?edition={score.edition}"


def _wider_places(index: CompositeIndex, run: IndexRun) -> dict[str, list[Text | str]]:
    """The names of the other areas whose values stand in for those of the index's own, by edition."""
    found: dict[str, set[str]] = defaultdict(set)
    for score in run.scores.filter(area=index.area, raw__isnull=False):
        found[score.edition].add(score.source_area)
    codes = set().union(*found.values()) - {"", index.area}
    names = queries.area_names(queries.areas(index), codes)
    return defaultdict(
        list, {edition: [names[code] for code in sorted(areas & codes)] for edition, areas in found.items()}
    )


def _note(score: Score, wider: list[Text | str]) -> Text:
    """Its coverage by weight and the places whose values stand in, in every language of the city."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = coverage(score)
            if wider:
                places = ", ".join(map(str, wider))
                texts[code] += " " + gettext("Where a value stands in, it is that of %(places)s.") % {
                    "places": places
                }
    return Text.of(texts)


def coverage(score: Score) -> str:
    """Where the values under a score come from, by weight, in one sentence."""
    first = (
        gettext("%(share)s of the weight is measured"),
        gettext("%(share)s of the weight is a national value in place of a regional one"),
        gettext("%(share)s of the weight is recovered from published contributions"),
        gettext("%(share)s of the weight is imputed"),
        gettext("%(share)s of the weight is missing"),
    )
    further = (
        "",  # what is measured stands first
        gettext("%(share)s is a national value in place of a regional one"),
        gettext("%(share)s is recovered from published contributions"),
        gettext("%(share)s is imputed"),
        gettext("%(share)s is missing"),
    )
    shares = (score.measured, score.proxy, score.recovered, score.imputed, score.missing)
    known = [place for place, share in enumerate(shares) if share > 0]
    told = [(further if place else first)[at] for place, at in enumerate(known)]
    return (
        ", ".join(words % {"share": percent(shares[at])} for words, at in zip(told, known, strict=True)) + "."
    )


def percent(share: float) -> str:
    """A share as per cent; small ones with a decimal, so that a little is never told as nothing."""
    return formats.percent(share, 1 if 0 < share < 0.1 or 0.995 <= share < 1 else 0)
