"""The whole of a programme, in the order in which its parts rest on each other."""

from civicthread.config.programme import Programme
from civicthread.config.programme.load_datasets import load_asked_tables, load_datasets, load_tables
from civicthread.config.programme.load_ideas import load_ideas
from civicthread.config.programme.load_indicators import load_indicators
from civicthread.config.programme.load_indices import load_indices
from civicthread.config.programme.load_snapshot import load_snapshot
from civicthread.config.programme.load_texts import load_texts
from civicthread.config.programme.loading import load_programme
from civicthread.config.programme.rows import Track
from civicthread.core.models import Actor

# The conditions are computed from some of the programme's own tables, which tell of ideas too; those that tell of the
# links to indicators, which are in place only then, are written after them.
STEPS = (
    load_programme,
    load_datasets,
    load_ideas,
    load_asked_tables,
    load_indicators,
    load_indices,
    load_texts,
    load_tables,
    load_snapshot,
)


def load_city(programme: Programme, *, by: Actor, track: Track) -> None:
    """Load everything; running it again doubles nothing."""
    for load in STEPS:
        load(programme, by=by, track=track)
