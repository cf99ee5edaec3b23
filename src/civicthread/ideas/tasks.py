"""Background doors of ideas."""

from datetime import timedelta

from django_tasks import task

from civicthread.core import journal, work
from civicthread.ideas import actions


@work.every(timedelta(hours=24))
@task()
def discard_unconfirmed() -> int:
    """Forget the ideas that nobody confirmed."""
    return actions.discard_unconfirmed(by=journal.system())
