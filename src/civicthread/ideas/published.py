"""What ideas give away as tables: states, channels and dates. No author, and no word that a citizen wrote."""

from collections.abc import Iterator

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core.published import Column, PublishedTable, Row, code, in_each_language, texts
from civicthread.ideas import queries
from civicthread.ideas.models import Idea


def _ideas() -> Iterator[Row]:
    found = queries.ideas(visible_to=None).annotate(
        support_count=Count("supports", distinct=True),
        first_answer=Min("answers__at"),
        last_answer=Max("answers__at"),
    )
    columns = (
        "reference",
        "state",
        "channel",
        "language",
        "received_at",
        "first_answer",
        "last_answer",
        "support_count",
        "area__code",
        "need__reference",
        "need__publication",
        "demonstration",
    )
    for row in found.order_by("reference").values(*columns).iterator():
        received = timezone.localdate(row["received_at"])
        yield {
            "idea": row["reference"],
            "state": row["state"],
            "channel": row["channel"],
            "language": row["language"],
            "received": received,
            "year": received.year,
            "answered": timezone.localdate(row["first_answer"]) if row["first_answer"] else None,
            "last_answered": timezone.localdate(row["last_answer"]) if row["last_answer"] else None,
            "supports": row["support_count"],
            "area": row["area__code"],
            "need": row["need__reference"] if row["need__publication"] == "published" else "",
            "invented": row["demonstration"],
        }


def _needs() -> Iterator[Row]:
    public = Count("ideas", filter=Q(ideas__visibility=Idea.Visibility.PUBLIC))
    for row in queries.needs(visible_to=None).annotate(public_ideas=public).order_by("reference"):
        yield {
            "need": row.reference,
            "ideas": row.public_ideas,
            "invented": row.demonstration,
            **in_each_language("title", row.title),
        }


INVENTED = Column(
    "invented", "boolean", _("Invented for the demonstration"), _("Such a row is an example, not a fact.")
)
TABLES = (
    PublishedTable(
        code="programme_ideas",
        title=_("The programme: ideas"),
        description=_(
            "The public ideas, one a row: when they came, by which channel, and what became of them. "
            "Who gave them and the words they used stay on their pages."
        ),
        columns=(
            code("idea", _("Idea")),
            code("state", _("State"), of=Idea.State.values),
            code("channel", _("Channel"), of=Idea.Channel.values),
            code("language", _("Language")),
            Column("received", "date", _("Received on")),
            Column("year", "integer", _("Year")),
            Column("answered", "date", _("First answered on")),
            Column("last_answered", "date", _("Last answered on")),
            Column("supports", "integer", _("Supports"), unit=""),
            code("area", _("Municipality")),
            code("need", _("Need")),
            INVENTED,
        ),
        keys=("idea",),
        rows=_ideas,
    ),
    PublishedTable(
        code="programme_needs",
        title=_("The programme: needs"),
        description=_("The needs into which ideas are regrouped, one a row."),
        columns=(
            code("need", _("Need")),
            *texts("title", _("Title")),
            Column("ideas", "integer", _("Public ideas")),
            INVENTED,
        ),
        keys=("need",),
        rows=_needs,
    ),
)
