"""Templates: all in use, nothing inline, every word translatable."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps as registry

from tests.architecture.tree import modules, name_of, template_name, templates, text_of

# Rendered by Django or allauth under a name nobody writes.
NAMED_ELSEWHERE = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"}
# Pages whose words are samples, for those who write pages.
SAMPLES = {"portal/components.html"}
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|\shx-on\b|javascript:|<script\b(?![^>]*\b(src=|type=\"application/(ld\+)?json\"))",
    re.IGNORECASE,
)
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
TRANSLATED = re.compile(r"\{%\s*blocktrans(late)?\b.*?\{%\s*endblocktrans(late)?\s*%\}", re.DOTALL)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
UNSEEN = re.compile(r"<(script|style|code|pre)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"\b(?:alt|title|aria-label|aria-description|placeholder|label)=\"([^\"]*)\"")
# Names of formats (CSV) and schemes (urn:uuid:) are the same in every language.
UNIVERSAL = re.compile(r"\b[A-Z]{2,5}(-[A-Z]{2})?\b|urn:\w+:|&\w+;")
WORD = re.compile(r"[^\W\d_]{2,}")
# A component's own parameters are given to `{% component %}` as words for the reader.
SPOKEN = re.compile(
    r"\b(?:title|label|text|summary|hint|caption|heading|message)=\"([^\"]*[^\W\d_]{2,}[^\"]*)\""
)
COMPONENT = re.compile(r"\{%\s*component\b.*?%\}", re.DOTALL)


def named(name: str, sources: str) -> bool:
    """Whether code or another template names this template: in full, as a component, or as a mail."""
    stem, parts = name.rpartition(".")[0], name.split("/")
    if f'"{name}"' in sources or f"'{name}'" in sources or f"{name}#" in sources:
        return True
    if parts[0] == "components":
        return bool(re.search(rf"component [\"']{re.escape(stem.partition('/')[2])}[\"']", sources))
    return f'"{stem}"' in sources or any(re.fullmatch(pattern, name) for pattern in built_names(sources))


def built_names(sources: str) -> set[str]:
    """Names that code puts together: f"portal/{page}.html"."""
    found = re.findall(r"f\"([\w/]*\{\w+\}[\w/{}]*\.html)\"", sources)
    return {re.sub(r"\{\w+\}", r"[\\w-]+", name) for name in found}


def unused(names: Iterator[str] | list[str], sources: str, given: set[str]) -> list[str]:
    return [name for name in names if name not in given and not named(name, sources)]


def given_names() -> set[str]:
    """Names chosen by libraries: templates of theirs that ours replace, pages of Wagtail."""
    ours = {template_name(path) for path in templates()}
    theirs = {
        name
        for config in registry.get_app_configs()
        if not config.name.startswith("civicthread.")
        for name in ours
        if Path(config.path, "templates", name).exists()
        or Path(config.path, "templates", name).with_suffix("").is_dir()
    }
    pages = {str(getattr(model, "template", "")) for model in registry.get_models()}
    return NAMED_ELSEWHERE | theirs | pages


def untranslated(text: str) -> list[str]:
    """Words of a template that reach the reader without passing through a translation."""
    bare = TRANSLATED.sub("", COMMENT.sub("", text))
    found = [word for tag in COMPONENT.findall(bare) for word in SPOKEN.findall(tag)]
    bare = CODE.sub("", bare)
    found += ATTRIBUTE.findall(bare)
    found += TAG.sub("\n", UNSEEN.sub("", bare)).splitlines()
    return [words.strip() for words in found if WORD.search(UNIVERSAL.sub("", words))]


def test_every_template_is_used():
    sources = "\n".join(text_of(path) for path in (*modules(), *templates()))
    assert unused([template_name(path) for path in templates()], sources, given_names()) == []
    assert unused(["ideas/lost.html"], sources, set()) == ["ideas/lost.html"]
    assert unused(["components/card.html"], '{% component "card" %}', set()) == []
    assert unused(["portal/legal.html"], 'f"portal/{page}.html"', set()) == []


def test_nothing_is_inline():
    pages = [path for path in templates() if path.suffix == ".html" and "/mail/" not in path.as_posix()]
    found = [
        f"{name_of(path)}: {found[0]}"
        for path in pages
        if (found := INLINE.search(COMMENT.sub("", text_of(path))))
    ]
    assert [line for line in found if "layouts/mail.html" not in line] == []
    for bad in (
        '<p style="color:red">',
        "<script>alert()</script>",
        '<a onclick="go()">',
        "<style>p{}</style>",
    ):
        assert INLINE.search(bad)
    for good in ('<script src="x.js" defer>', '<script type="application/ld+json">', '<p class="style">'):
        assert not INLINE.search(good)


def test_every_word_can_be_translated():
    pages = [path for path in templates() if template_name(path) not in SAMPLES]
    assert [f"{name_of(path)}: {words}" for path in pages if (words := untranslated(text_of(path)))] == []
    assert untranslated("<p>Hello</p>{% translate 'Good' %}") == ["Hello"]
    assert untranslated('<a title="Open it">{{ x }}</a>') == ["Open it"]
    assert untranslated('{% component "notice" title="Be careful" %}{% endcomponent %}') == ["Be careful"]
    assert untranslated("{% blocktranslate trimmed %}Hello{% endblocktranslate %}&nbsp;·") == []
