"""Background doors of accounts."""

from datetime import timedelta

from django_tasks import task

from civicthread.accounts.sessions import SessionStore
from civicthread.core import work


@work.every(timedelta(hours=1))
@task()
def forget_expired_sessions() -> None:
    """Sessions that ended leave nothing behind."""
    SessionStore.clear_expired()
