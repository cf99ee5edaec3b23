"""Background doors of composite indices."""

from datetime import timedelta

from django_tasks import task

from civicthread.core import journal, work
from civicthread.indices import actions


@work.every(timedelta(minutes=2))
@task()
def keep_up() -> int:
    """Compute again what lies downstream of a dataset that changed; how many indices."""
    return len(actions.compute_outdated(by=journal.system()))
