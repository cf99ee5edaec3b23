"""Background doors of core."""

from datetime import timedelta

from django_tasks import task

from civicthread.core import outbox, planning, work


@work.every(timedelta(seconds=30))
@task()
def send_mail() -> int:
    """Send the mail that is due."""
    return outbox.send_due()


@work.every(timedelta(hours=24))
@task()
def tidy() -> None:
    """Forget finished background work; look again how the records lie."""
    work.forget_old()
    planning.look_again()
