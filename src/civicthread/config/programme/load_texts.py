"""Putting the texts of a programme, its pages and its news, into the records in all their languages."""

from typing import Any

from civicthread.config.programme import Programme
from civicthread.config.programme.pages import NewsArticle, Page
from civicthread.config.programme.rows import Track, known, sources
from civicthread.config.speech import gettext as _
from civicthread.core.models import Actor
from civicthread.editorial import actions as editorial
from civicthread.editorial.writing import Draft
from civicthread.projects.models import Project


def load_texts(programme: Programme, *, by: Actor, track: Track) -> None:
    """Publish each page and each news article; what has not changed in the files is left alone."""
    for page in track(programme.pages, _("pages")):
        draft = _draft(page, key=f"page:{page.code}")
        editorial.write_page(draft, purpose=page.kind, direction=page.direction or "", by=by)
    projects = known(Project)
    for article in track(programme.news, _("news")):
        told = [projects[code] for code in article.projects]
        editorial.write_news(
            _draft(article, key=f"news:{article.code}", dated=article.date, projects=told), by=by
        )


def _draft(text: Page | NewsArticle, *, key: str, **more: Any) -> Draft:
    return Draft(
        key=key,
        slug=text.slug,
        title=text.title,
        intro=text.intro,
        body=[block.model_dump() for block in text.body],
        sources=sources(text.sources),
        demonstration=text.demonstration,
        **more,
    )
