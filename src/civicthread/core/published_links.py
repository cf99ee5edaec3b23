"""The thread as a table: every link between two public things, so that anyone can count what hangs together."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from civicthread.core import thread
from civicthread.core.published import Column, PublishedTable, Row, code, texts


def _links() -> Iterator[Row]:
    public = {name: _keys(kind) for name, kind in thread.kinds().items()}
    told: set[tuple[str, ...]] = set()
    for link in thread.links():
        earlier, later = public[link.earlier], public[link.later]
        joined = link.through().filter(**{f"{link.target}__isnull": False}).order_by(link.source, link.target)
        for source, target in joined.values_list(link.source, link.target).iterator():
            if source in earlier and target in later:
                ends = (_short(link.earlier), earlier[source], _short(link.later), later[target])
                if ends not in told:
                    told.add(ends)
                    yield dict(zip(KEYS, ends, strict=True)) | _relation(link)


def _keys(kind: thread.Kind) -> dict[Any, str]:
    """What names each public thing of a kind in its address."""
    return {thing.pk: thread.key_of(thing) for thing in kind.visible(None).order_by("pk").iterator(1000)}


def _short(kind: str) -> str:
    return kind.partition(".")[2]


def _relation(link: thread.Link) -> dict[str, str]:
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said[f"relation_{language}"] = str(link.led)
    return said


KEYS = ("earlier_kind", "earlier", "later_kind", "later")
TABLE = PublishedTable(
    code="programme_links",
    title=_("The programme: links of the thread"),
    description=_(
        "Which public thing led to which other, one link a row: from ideas to projects, from datasets to indicators."
    ),
    columns=(
        code("earlier_kind", _("Kind of the earlier thing")),
        Column("earlier", "text", _("Earlier thing"), _("Its reference number or code.")),
        code("later_kind", _("Kind of the later thing")),
        Column("later", "text", _("Later thing"), _("Its reference number or code.")),
        *texts("relation", _("How they are joined")),
    ),
    keys=KEYS,
    rows=_links,
)
