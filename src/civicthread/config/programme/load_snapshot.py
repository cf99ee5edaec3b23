"""The figures of a demonstration, frozen once, so that a year's page, PDF and XLSX can be seen."""

from django.utils import timezone

from civicthread.config.programme import Programme
from civicthread.config.programme.rows import Track
from civicthread.config.speech import gettext as _
from civicthread.core.models import Actor
from civicthread.core.text import as_text
from civicthread.dashboard import actions as dashboard
from civicthread.dashboard import queries

NOTE = {
    "fr": "Figé au chargement de la démonstration, comme l’Office le ferait une fois par an.",
    "nl": "Bevroren bij het laden van de demonstratie, zoals het Office dat één keer per jaar zou doen.",
    "en": "Frozen when the demonstration was loaded, as the Office would do once a year.",
}


def load_snapshot(programme: Programme, *, by: Actor, track: Track) -> None:
    """Freeze this year, where nothing was frozen yet. The years of a city of one's own are for its Office to freeze."""
    frozen = queries.snapshots(visible_to=by).exists()
    if frozen or not programme.settings.demonstration or not programme.indicators:
        return
    for year in track([timezone.localdate().year], _("the figures of the year")):
        dashboard.freeze(year, by=by, note=as_text(NOTE))
