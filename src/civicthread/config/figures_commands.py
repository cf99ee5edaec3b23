"""What the console does with data: loading a file into a dataset, with its progress shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress

from civicthread.config.speech import Unusable
from civicthread.core import journal, published
from civicthread.core.errors import Refused
from civicthread.datahub import actions, declaring, programme, words
from civicthread.datahub.models import Dataset, Ingestion
from civicthread.lake.connection import Progress as Step
from civicthread.lake.refusals import LakeError


def ingest(code: str, file: Path, *, console: Console) -> str:
    """Load a file into the dataset of that code; what came of it, in one sentence."""
    dataset = Dataset.objects.filter(code=code).first()
    if dataset is None:
        known = ", ".join(Dataset.objects.order_by("code").values_list("code", flat=True)) or "-"
        raise Unusable(
            _("There is no dataset “%(code)s”. Known: %(known)s.") % {"code": code, "known": known}
        )
    try:
        declaring.refuse_by_hand(dataset)
    except Refused as refusal:
        raise Unusable(str(refusal.message)) from None
    if not file.is_file():
        raise Unusable(_("There is no file %(name)s.") % {"name": str(file)})
    try:
        with _bar(console, file.name) as step:
            done = actions.ingest(dataset, file, by=journal.system(), progress=step)
    except LakeError as error:
        raise Unusable(str(error)) from None
    return _told(dataset, done)


def _told(dataset: Dataset, done: Ingestion) -> str:
    facts = {"code": dataset.code, "version": done.version, "rows": done.rows, "rejected": done.rejected}
    if done.outcome == Ingestion.Outcome.REFUSED:
        raise Unusable(words.refusal(done.code, done.facts))
    if done.outcome == Ingestion.Outcome.UNCHANGED:
        return _("Nothing new: this very file is version %(version)s of %(code)s already.") % facts
    return (
        _("%(code)s is now at version %(version)s: rows loaded: %(rows)s, rows set aside: %(rejected)s.")
        % facts
    )


@contextmanager
def _bar(console: Console, name: str) -> Iterator[Step]:
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task(escape(name), total=1.0)

        def step(stage: str, share: float) -> None:
            progress.update(task, description=f"{escape(name)}: {stage}", completed=share)

        yield step


def publish_tables(codes: list[str], *, console: Console) -> str:
    """Write the programme's own tables to the lake, where their rows changed; what came of it, in one sentence."""
    known = [table.code for table in published.tables()]
    if unknown := [code for code in codes if code not in known]:
        raise Unusable(
            _("There is no dataset “%(code)s”. Known: %(known)s.")
            % {"code": unknown[0], "known": ", ".join(known)}
        )
    with console.status(_("Writing the tables of the programme")):
        changed, failed = programme.publish_tables(by=journal.system(), codes=codes)
    if failed:
        raise Unusable(programme.FAILED % {"codes": ", ".join(failed)})
    if not changed:
        return _("Nothing new: the tables of the programme are as they were.")
    return _("New versions: %(codes)s.") % {"codes": ", ".join(dataset.code for dataset in changed)}
