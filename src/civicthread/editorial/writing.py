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
from wagtail.coreutils import find_available_slug
from wagtail.signal_handlers import disable_reference_index_auto_update

from civicthread.editorial import body, trees
from civicthread.editorial.models import WrittenPage


@dataclass(frozen=True)
class Draft:
    """A text in its languages. `key` names it for ever; `body` holds headings, paragraphs, lists, quotes."""

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
            folder = trees.folder(model, language)
            page = model.objects.filter(
                translation_key=draft.translation_key, locale=folder.locale_id
            ).first()
            values["slug"] = find_available_slug(folder, values["slug"], ignore_page_id=page and page.pk)
            if page is None:
                page = model(
                    translation_key=draft.translation_key, locale_id=folder.locale_id, live=False, **values
                )
                folder.add_child(instance=page)
            for name, value in values.items():
                setattr(page, name, value)
            page.save_revision(clean=False)  # it is published next, and checked then
            pages.append(page)
    return pages


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


def save_copy(sister: WrittenPage) -> None:
    """Keep the words copied into a page in its first revision, however unfinished they are."""
    sister.save(clean=False)
    sister.save_revision(overwrite_revision=sister.get_latest_revision(), clean=False)


def is_untouched(sister: WrittenPage) -> bool:
    """Whether nobody has saved anything in a page since it was copied."""
    return not sister.ready and not sister.first_published_at and sister.revisions.count() == 1


def copy_again(original: WrittenPage, sister: WrittenPage) -> None:
    """Give an untouched copy the words, the place and the slug that the original has by now."""
    own = {field.name for field in type(sister)._meta.local_concrete_fields if not field.primary_key}  # noqa: SLF001
    for name in {"title", "slug", *own} - {"ready"}:
        setattr(sister, name, getattr(original, name))
    sister.slug = find_available_slug(sister.get_parent(), sister.slug, ignore_page_id=sister.pk)
    save_copy(sister)


def has_copied_slug(draft: WrittenPage) -> bool:
    """Whether a page still has the slug that it was copied with, whatever the original is called by now."""
    first = draft.revisions.earliest("pk").content
    return not first["ready"] and first["slug"] == draft.slug


def content(page: WrittenPage) -> list[tuple[str, Any]]:
    """A body's words without the numbers that the editor gives its blocks."""
    return [(block["type"], _bare(block["value"])) for block in page.body.get_prep_value()]


def _bare(value: Any) -> Any:
    if isinstance(value, list):
        return [
            point["value"] if isinstance(point, Mapping) and "value" in point else point for point in value
        ]
    return value
