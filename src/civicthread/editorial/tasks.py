"""Background doors of editorial."""

from datetime import timedelta

from django_tasks import task

from civicthread.core import journal, work
from civicthread.editorial import actions


@work.every(timedelta(minutes=1))
@task()
def publish_due() -> int:
    """Publish what was planned for a moment that has come."""
    return actions.publish_due(by=journal.system())
