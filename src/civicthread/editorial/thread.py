"""What editorial texts show of themselves, and what they are linked to."""

from django.utils.translation import gettext_lazy as _

from civicthread.core.thread import Kind, Link
from civicthread.editorial import queries
from civicthread.editorial.models import Edition, News, StrategyText

KINDS = (
    Kind(
        model=News,
        label=_("news article"),
        plural=_("news"),
        title=lambda news: news.title,
        url=lambda news: news.get_absolute_url(),
        visible=lambda by: queries.news(visible_to=by),
        summary=lambda news: news.intro,
        words=lambda news: (queries.words(news),),
        dated=lambda news: news.dated,
    ),
    Kind(
        model=StrategyText,
        label=_("page"),
        plural=_("pages"),
        title=lambda text: text.title,
        url=lambda text: text.get_absolute_url(),
        visible=lambda by: queries.texts(visible_to=by),
        summary=lambda text: text.intro,
        words=lambda text: (queries.words(text),),
    ),
)
LINKS = (
    Link(
        earlier="projects.project",
        later="editorial.news",
        through=Edition.projects.through.objects.all,
        source="project_id",
        target="edition_id",
        led=_("told in"),
        came=_("tells about"),
    ),
    Link(
        earlier="ambition.direction",
        later="editorial.strategytext",
        through=queries.about_directions,
        source="direction_id",
        target="id",
        led=_("told in"),
        came=_("tells about"),
    ),
)
