"""What a page's body is made of, how its rich text is made safe, and how it is read for the screen."""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.rich_text import RichText

TAGS = {"p", "br", "b", "strong", "i", "em", "a", "ul", "ol", "li"}
ATTRIBUTES = {"a": {"href", "hreflang", "lang"}}
# What the editor stores besides: a link to one of our pages, by number.
STORED = {"a": ATTRIBUTES["a"] | {"linktype", "id"}}
SCHEMES = {"http", "https", "mailto", "tel"}
PAGE_LINK = re.compile(r"<a\b(?=[^>]*\slinktype=\"page\")(?=[^>]*\sid=\"(\d{1,18})\")[^>]*>")
# The width pictures are drawn at: twice that of the text column, for dense screens.
PICTURE = "width-1280"


def storable(source: str) -> str:
    """Rich text as it may be stored, whoever sent it: no script, no style, no other tag than the editor's."""
    return nh3.clean(source, tags=TAGS, attributes=STORED, url_schemes=SCHEMES, link_rel=None)


def sanitised(source: str, addresses: Mapping[str, str] | None = None) -> SafeString:
    """Rich text as it may be shown; `addresses` gives the address of each page a link names by number.

    >>> sanitised('<p onclick="x()">Hello <script>x()</script><a href="javascript:x()">you</a></p>')
    '<p>Hello <a>you</a></p>'
    """
    known = addresses or {}
    linked = PAGE_LINK.sub(lambda link: f'<a href="{html.escape(known.get(link[1], ""))}">', source)
    cleaned = nh3.clean(linked, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
    return mark_safe(cleaned)  # noqa: S308  # nh3 has just cleaned it


def sound_address(address: str) -> None:
    """An address of this site ("/fr/…") or an http(s) one; anything else is refused."""
    parts = urlsplit(address)
    inside = (
        not parts.scheme and not parts.netloc and address.startswith("/") and not address.startswith("//")
    )
    if not inside and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValidationError(_("Give an address that starts with https:// or, on this site, with /."))


class SafeRichTextBlock(blocks.RichTextBlock):  # type: ignore[misc]
    """Rich text that is cleaned before it is stored."""

    def __init__(self, **options: Any) -> None:
        super().__init__(features=["bold", "italic", "link", "ul", "ol"], **options)

    def get_prep_value(self, value: RichText) -> str:
        return storable(value.source)


class QuoteBlock(blocks.StructBlock):  # type: ignore[misc]
    """Someone's words."""

    text = blocks.TextBlock(label=_("words"))
    author = blocks.CharBlock(label=_("who said it"), required=False)
    url = blocks.URLBlock(label=_("where it was published"), required=False)

    class Meta:
        icon = "openquote"
        label = _("quote")


class PictureBlock(blocks.StructBlock):  # type: ignore[misc]
    """A picture, with the words for those who do not see it."""

    picture = ImageChooserBlock(label=_("picture"))
    alt = blocks.CharBlock(
        label=_("in words"),
        help_text=_("What a reader who cannot see the picture must know of it."),
        max_length=300,
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("picture")


class FigureBlock(blocks.StructBlock):  # type: ignore[misc]
    """A way to a figure of the programme: an indicator, a chart, a dataset."""

    label = blocks.CharBlock(label=_("what the figure shows"), max_length=120)
    address = blocks.CharBlock(label=_("address"), max_length=300, validators=[sound_address])
    words = blocks.CharBlock(label=_("in one sentence"), required=False, max_length=300)

    class Meta:
        icon = "link"
        label = _("link to a figure")


class SourceBlock(blocks.StructBlock):  # type: ignore[misc]
    """Where a statement was published."""

    publisher = blocks.CharBlock(label=_("publisher"), max_length=200)
    url = blocks.URLBlock(label=_("address"))
    date = blocks.CharBlock(
        label=_("date"), required=False, max_length=10, help_text="2026, 2026-06, 2026-06-03"
    )

    class Meta:
        icon = "doc-full-inverse"
        label = _("source")


BODY: list[tuple[str, blocks.Block]] = [
    ("heading", blocks.CharBlock(label=_("heading"), icon="title", max_length=200)),
    ("paragraph", SafeRichTextBlock(label=_("paragraph"))),
    ("list", blocks.ListBlock(blocks.TextBlock(label=_("point")), label=_("list"), icon="list-ul")),
    ("quote", QuoteBlock()),
    ("image", PictureBlock()),
    ("figure", FigureBlock()),
]


@dataclass(frozen=True)
class Part:
    """One block of a body, ready to be drawn: plain values only, no query behind any of them."""

    kind: str
    text: str | SafeString = ""
    points: tuple[str, ...] = ()
    author: str = ""
    url: str = ""
    alt: str = ""
    source: str = ""
    size: tuple[int, int] = (0, 0)


def pictures_in(raw: Iterable[Mapping[str, Any]]) -> list[int]:
    """The images a stored body shows."""
    return [
        block["value"]["picture"] for block in raw if block["type"] == "image" and block["value"]["picture"]
    ]


def pages_in(raw: Iterable[Mapping[str, Any]]) -> list[str]:
    """The pages a stored body links to."""
    return [
        number
        for block in raw
        if block["type"] == "paragraph"
        for number in PAGE_LINK.findall(block["value"])
    ]


def read(
    raw: Iterable[Mapping[str, Any]], *, addresses: Mapping[str, str], renditions: Mapping[int, Any]
) -> tuple[Part, ...]:
    """A stored body as parts; a picture that no longer exists is left out."""
    parts = []
    for block in raw:
        kind, value = block["type"], block["value"]
        if kind == "image":
            if rendition := renditions.get(value["picture"]):
                size = (rendition.width, rendition.height)
                parts.append(Part(kind, value["caption"], alt=value["alt"], source=rendition.url, size=size))
        else:
            parts.append(_read_words(kind, value, addresses))
    return tuple(parts)


def _read_words(kind: str, value: Any, addresses: Mapping[str, str]) -> Part:
    if kind == "paragraph":
        return Part(kind, sanitised(value, addresses))
    if kind == "list":
        return Part(kind, points=tuple(_point(point) for point in value))
    if kind == "quote":
        return Part(kind, value["text"], author=value["author"], url=value["url"])
    if kind == "figure":
        return Part(kind, value["words"], author=value["label"], url=value["address"])
    return Part(kind, value)


def _point(point: Any) -> str:
    # Wagtail stores a point with its id; older ones and ours stand bare.
    return str(point["value"] if isinstance(point, Mapping) else point)


def words_of(raw: Iterable[Mapping[str, Any]]) -> str:
    """All words of a stored body, for search."""
    found: list[str] = []
    for part in read(raw, addresses={}, renditions={}):
        found += [strip_tags(part.text) if part.kind == "paragraph" else part.text, *part.points, part.author]
    return " ".join(word for word in found if word)


def stored(draft: Iterable[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """A body from a programme's files (kind, text, points, source), as a page of that language stores it."""
    return [_stored_block(block, language) for block in draft]


def _stored_block(block: Mapping[str, Any], language: str) -> dict[str, Any]:
    kind = cast("str", block["kind"])
    if kind == "list":
        return {"type": kind, "value": [point[language] for point in block["points"]]}
    text = block["text"][language]
    if kind == "paragraph":
        return {"type": kind, "value": f"<p>{html.escape(text, quote=False)}</p>"}
    if kind == "quote":
        source = block["source"]
        return {"type": kind, "value": {"text": text, "author": source["publisher"], "url": source["url"]}}
    return {"type": kind, "value": text}
