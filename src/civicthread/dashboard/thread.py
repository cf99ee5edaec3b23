"""What the dashboard shows of itself. A snapshot is linked to nothing: it would tie every figure to every other."""

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from civicthread.core.text import Text
from civicthread.core.thread import Kind
from civicthread.dashboard import queries
from civicthread.dashboard.models import Snapshot


def title(snapshot: Snapshot) -> Text:
    """What a snapshot is called in each language of the city."""
    found = {}
    for language in settings.CITY.languages:
        with override(language):
            found[language] = gettext("The figures of %(year)s") % {"year": snapshot.year}
    return Text.of(found)


KINDS = (
    Kind(
        model=Snapshot,
        label=_("yearly snapshot"),
        plural=_("yearly snapshots"),
        title=title,
        url=lambda snapshot: snapshot.get_absolute_url(),
        visible=lambda by: queries.snapshots(visible_to=by),
        summary=lambda snapshot: snapshot.note,
        dated=lambda snapshot: snapshot.day,
    ),
)
LINKS = ()
