"""The demonstration: a programme from files becomes a running city."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from civicthread.config import city, env, programme
from civicthread.config.programme import Programme, ProgrammeError
from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _
from civicthread.config.starting import start_django

BRUSSELS = Path(__file__).resolve().parents[3] / "examples" / "brussels"


def prepare(folder: Path, *, console: Console) -> None:
    """Make the records and load the programme; running it again doubles nothing."""
    try:
        loaded = programme.load(folder)
    except (ProgrammeError, OSError) as mistake:
        raise Unusable(str(mistake)) from None
    data_dir = env.read().data_dir
    _keep_city(loaded, data_dir)
    start_django()
    _fill(loaded, console)


def _keep_city(loaded: Programme, data_dir: Path) -> None:
    """Write the city before Django starts: its languages are settings."""
    office = loaded.settings.office
    wanted = city.City(
        name=loaded.settings.name,
        office=office.name,
        languages=loaded.settings.languages,
        required=loaded.settings.required_languages,
        contact={"phone": office.phone, "email": office.email},
        counter=office.counter,
        phone_hours=office.phone_hours,
        counter_hours=office.counter_hours,
        post=office.post,
        time_zone=loaded.settings.time_zone,
        demonstration=loaded.settings.demonstration,
        publisher=office.organisation or "",
    )
    path = data_dir / "city.toml"
    if path.exists() and not city.read(path).demonstration:
        told = _("%(folder)s holds a city of its own; the demonstration needs an empty folder (DATA_DIR).")
        raise Unusable(told % {"folder": data_dir})
    city.write(wanted, data_dir)


def _fill(loaded: Programme, console: Console) -> None:
    # Django is up only now, so what needs it is imported only now.
    from civicthread.config import installation  # noqa: PLC0415
    from civicthread.config.programme.load_city import load_city  # noqa: PLC0415
    from civicthread.core import journal, planning  # noqa: PLC0415

    installation.make_folders()
    for sentence, step in (
        (_("Looking for the lake"), installation.find_lake),
        (_("Making the records"), installation.migrate),
        (_("Preparing the browser files"), installation.collect_static),
    ):
        with console.status(sentence):
            step()
    load_city(loaded, by=journal.system(), track=_tracker(console))
    planning.look_again()


def _tracker(console: Console) -> Callable[[Iterable[Any], str], Iterator[Any]]:
    def bar(things: Iterable[Any], name: str) -> Iterator[Any]:
        return iter(
            track(list(things), description=_("Loading: %(things)s") % {"things": name}, console=console)
        )

    return bar
