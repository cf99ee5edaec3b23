"""A text in all its languages as a file gives it, written into pages."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from wagtail.models import Locale
from wagtail.signal_handlers import disable_reference_index_auto_update

from civicthread.editorial import body, trees
from civicthread.editorial.models import WrittenPage


@dataclass(frozen=True)
class Draft:
    """A text with its translations. `key` names it for ever; `body` has blocks of kind heading, paragraph, list, quote."""

    key: str
    slug: Mapping[str, str]
    title: Mapping[str, str]
    intro: Mapping[str, str]
    body: Sequence[Mapping[str, Any]] = ()
    sources: Sequence[Mapping[str, Any]] = ()
    dated: date | None = None
    demonstration: bool = False
    projects: Sequence[Any] = field(default=())

    @property
    def translation_key(self) -> uuid.UUID:
        """What joins its pages: made from the key, so that loading again finds them."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:civicthread:editorial:text:{self.key}")


class _Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.pk if isinstance(o, Model) else super().default(o)


def digest(values: Mapping[str, Any]) -> str:
    """A fingerprint of a draft: the same words give the same one."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, cls=_Encoder).encode()).hexdigest()


def write_pages(model: type[WrittenPage], draft: Draft, place: Mapping[str, Any]) -> list[WrittenPage]:
    """The page of each language the draft is written in, with its words as the latest revision."""
    pages = []
    # A file's texts name no images, so the index of who uses what has nothing to learn from them.
    with disable_reference_index_auto_update():
        for language in draft.title:
            values = {**_values(draft, language), **place}
            page = _found(model, draft, language) or _new(model, draft, language, values)
            for name, value in values.items():
                setattr(page, name, value)
            page.save_revision()
            pages.append(page)
    return pages


def _found(model: type[WrittenPage], draft: Draft, language: str) -> WrittenPage | None:
    pages = model.objects.filter(translation_key=draft.translation_key)
    page: WrittenPage | None = pages.filter(locale__language_code=language).first()
    return page


def _new(model: type[WrittenPage], draft: Draft, language: str, values: Mapping[str, Any]) -> WrittenPage:
    locale = Locale.objects.get(language_code=language)
    page = model(translation_key=draft.translation_key, locale=locale, live=False, **values)
    return trees.folder(model, language).add_child(instance=page)  # type: ignore[no-any-return]


def _values(draft: Draft, language: str) -> dict[str, Any]:
    return {
        "title": draft.title[language],
        "slug": draft.slug[language],
        "intro": draft.intro[language],
        "body": json.dumps(body.stored(draft.body, language)),
        "sources": json.dumps([{"type": "source", "value": _source(source)} for source in draft.sources]),
        "demonstration": draft.demonstration,
        "ready": True,
    }


def _source(source: Mapping[str, Any]) -> dict[str, str]:
    return {"publisher": source["publisher"], "url": source["url"], "date": str(source.get("date") or "")}


def content(page: WrittenPage) -> list[tuple[str, Any]]:
    """A body's words without the numbers that the editor gives its blocks."""
    return [(block["type"], _bare(block["value"])) for block in page.body.get_prep_value()]


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [point["value"] if isinstance(point, Mapping) and "value" in point else point for point in value]
    return value
