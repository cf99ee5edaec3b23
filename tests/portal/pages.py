"""How the tests read a page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client

LANGUAGES = ("fr", "nl", "en")
STATEMENTS = ("participate", "accessibility", "privacy", "cookies", "contact", "legal")
PLACES = (
    "",
    *(f"{name}/" for name in STATEMENTS),
    "pages/",
    "sitemap/",
    "changes/",
    "search/",
    "search/?q=velo",
    "news/",
)


@dataclass
class Seen(HTMLParser):
    """What stands in the head and the headings of a page."""

    language: str = ""
    title: str = ""
    description: str = ""
    canonical: str = ""
    alternates: dict[str, str] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    unsafe: list[str] = field(default_factory=list)
    _open: str = ""

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._open = tag
        self.ids += [found["id"]] if "id" in found else []
        self.unsafe += [f"{tag} {name}" for name in found if name == "style" or name.startswith("on")]
        self.unsafe += ["inline script"] if tag == "script" and "src" not in found else []
        self.unsafe += [
            found[name] for name in ("src", "action") if found.get(name, "").startswith(("http", "//"))
        ]
        if tag == "html":
            self.language = found["lang"]
        elif tag == "meta" and found.get("name") == "description":
            self.description = found["content"]
        elif tag == "link" and found["rel"] == "canonical":
            self.canonical = found["href"]
        elif tag == "link" and "hreflang" in found:
            self.alternates[found["hreflang"]] = found["href"]
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(tag)

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def seen(client: Client, address: str, status: int = 200) -> Seen:
    """The page at that address."""
    answer = client.get(address)
    assert answer.status_code == status, f"{address}: {answer.status_code}"
    page = Seen()
    page.feed(answer.content.decode())
    return page
