"""`civicthread`: the one console command."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.text import Text
from typer.core import TyperGroup

from civicthread.config import speech
from civicthread.config.speech import gettext as _

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "civicthread.config.settings")

OURSELVES = [sys.executable, "-m", "civicthread.config.cli"]
INTERRUPTED = 128 + signal.SIGINT
# Names and files may hold brackets and colons: nothing that is told is markup.
console = Console(soft_wrap=True, markup=False, emoji=False, highlight=False)


class Commands(TyperGroup):
    """The commands; what one of them cannot do is told in one sentence, and ends it with a failure."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except speech.Unusable as mistake:
            raise stop_with(str(mistake)) from None
        except (KeyboardInterrupt, typer.Abort):  # the second one at a question
            told = _("Interrupted, and nothing was left half done. Say it again to begin anew.")
            raise stop_with(f"\n{told}", code=INTERRUPTED) from None


app = typer.Typer(
    cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)


def start() -> None:
    """Start Django: once, and only in commands that need it."""
    from civicthread.config.starting import start_django  # noqa: PLC0415  # `civicthread --help` answers without it

    start_django()


def start_current() -> None:
    """The same, and stop where the records are not those of this version."""
    start()
    from civicthread.config import installation  # noqa: PLC0415  # needs Django

    installation.require_current()


def stop_with(sentence: str, *, code: int = 1) -> typer.Exit:
    """Say what is wrong in one sentence and end with a failure."""
    console.print(sentence, style="red")
    return typer.Exit(code)


def named(codes: str) -> list[str]:
    """The codes in a list with commas between."""
    return [code.strip() for code in codes.split(",") if code.strip()]


def require_city() -> None:
    """Stop where no city is, before anything is made there."""
    from civicthread.config import city, env  # noqa: PLC0415  # reads the environment only when a command needs it

    folder = env.data_folder()
    if not city.stands_in(folder):
        told = _(
            "No city is in %(folder)s. Start one there with civicthread init (or civicthread demo), "
            "or name the folder of yours with DATA_DIR."
        )
        raise stop_with(told % {"folder": folder})


def require_port() -> None:
    """Stop where the port cannot be listened on."""
    from civicthread.config import server  # noqa: PLC0415  # loads the web server

    if fault := server.take_port():
        raise stop_with(server.told(fault))


def require_city_at_rest(*, alone: bool) -> None:
    """Stop where a server has the city, or somebody changes its records; else it is this process's while it lives."""
    from civicthread.config import env, holding  # noqa: PLC0415  # reads the environment only when a command needs it

    holding.require_city(env.read().data_dir, alone=alone)


def serve_afresh() -> NoReturn:
    """Serve in this process's place: what it left in memory would stay in every process of the server."""
    from civicthread.children.pool import close_all  # noqa: PLC0415  # `civicthread --help` answers without it

    close_all()
    sys.stdout.flush()
    os.execv(sys.executable, [*OURSELVES, "serve", "--looked"])  # noqa: S606  # ourselves


@app.command()
def demo(
    programme: Annotated[Path | None, typer.Option(help="The folder of another programme.")] = None,
    *,
    serve_after: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when loaded.")] = True,
) -> None:
    """Open the Brussels demonstration: make its records, load its programme, serve it."""
    if serve_after:
        require_port()
    from civicthread.config import demonstration  # noqa: PLC0415  # starts Django itself, after writing the city

    demonstration.prepare(programme or demonstration.BRUSSELS, console=console)
    if serve_after:
        serve_afresh()


@app.command()
def init(
    name: Annotated[
        str, typer.Option(help="Name of the city or region; asked for where it is not given.")
    ] = "",
    administrator: Annotated[
        str, typer.Option(help="E-mail address of the first administrator; asked for where it is not given.")
    ] = "",
    languages: Annotated[str, typer.Option(help="Languages, the first one leading.")] = "fr,nl,en",
    required: Annotated[str, typer.Option(help="Languages official texts must have.")] = "",
    *,
    areas: Annotated[Path | None, typer.Option(help="GeoJSON file of the areas.")] = None,
) -> None:
    """Start an empty city of one's own."""
    from civicthread.config import newcity  # noqa: PLC0415  # starts Django itself, after writing the city

    name = (name or typer.prompt(_("Name of the city or region"))).strip()
    link = newcity.create(
        name=name,
        languages=named(languages),
        required=named(required),
        administrator=administrator or typer.prompt(_("E-mail address of the first administrator")),
        areas=areas,
    )
    ready = _("%(name)s is ready. The administrator chooses a password here:") % {"name": name}
    console.print(f"{ready}\n{link}")
    console.print(newcity.next_step())


@app.command()
def areas(file: Annotated[Path, typer.Argument(help="GeoJSON file of the areas")]) -> None:
    """Give the city its areas, or those of the file new names and boundaries."""
    require_city()
    start_current()
    from civicthread.config import area_commands  # noqa: PLC0415  # needs Django

    console.print(area_commands.areas(file))


@app.command()
def serve(*, looked: Annotated[bool, typer.Option("--looked", hidden=True)] = False) -> None:
    """Serve the city: web pages and background work."""
    require_city()
    require_port()
    from civicthread.config import browser_files, env, server  # noqa: PLC0415  # loads the web server

    # A file of records has one server; those of a database may be several machines' and processes'.
    require_city_at_rest(alone=env.read().database_url.startswith("sqlite"))
    # Looked at apart: what it leaves in memory would stay in every process of the server. Whoever just made the records
    # current, or looked, says so.
    if not looked and subprocess.run([*OURSELVES, "look"], check=False).returncode:  # noqa: S603  # ourselves
        raise typer.Exit(1)
    # A city that was restored or moved has none yet, and without them no page can be shown.
    if not browser_files.are_current():
        start()
        from civicthread.config import installation  # noqa: PLC0415  # needs Django

        installation.collect_static()
        serve_afresh()
    server.serve(ready=_ready)


@app.command()
def look() -> None:
    """Say what keeps the records from being served by this version, if anything does."""
    start_current()


def _ready(address: str) -> None:
    ready = _("Ready: %(address)s") % {"address": address}
    stop = _("Stop with Ctrl+C")
    told = Text(f"\n  {ready}\n  {stop}\n")
    told.highlight_words([address], "bold")
    console.print(told)


@app.command()
def ingest(
    dataset: Annotated[str, typer.Argument(help="The code of the dataset")],
    file: Annotated[Path, typer.Argument(help="The file to load")],
) -> None:
    """Load a file into a dataset as its new version, or refuse it and change nothing."""
    require_city()
    start_current()
    from civicthread.config import figures_commands  # noqa: PLC0415  # needs Django

    console.print(figures_commands.ingest(dataset, file, console=console))


@app.command(name="publish-tables")
def publish_tables(
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes of tables; without one, all of them")
    ] = None,
) -> None:
    """Publish the programme's own tables (ideas, projects, decisions …) as datasets, where their rows changed."""
    require_city()
    start_current()
    from civicthread.config import figures_commands  # noqa: PLC0415  # needs Django

    console.print(figures_commands.publish_tables(codes or [], console=console))


@app.command()
def compute(
    codes: Annotated[
        list[str] | None, typer.Argument(help="Codes of indicators; without one, all of them")
    ] = None,
) -> None:
    """Compute indicators from the current versions of their datasets; new figures wait for approval."""
    require_city()
    start_current()
    from civicthread.config import indicator_commands  # noqa: PLC0415  # needs Django

    failed = indicator_commands.compute(codes or [], console=console)
    if failed:
        raise typer.Exit(1)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over datasets")],
    form: Annotated[str, typer.Option("--format", help="csv, json or parquet")] = "csv",
) -> None:
    """Ask the lake: the rows of one SELECT over the current versions, on standard output."""
    require_city()
    start_current()
    from civicthread.config import indicator_commands  # noqa: PLC0415  # needs Django

    sys.stdout.buffer.write(indicator_commands.query(sql, form=form))


@app.command()
def reproduce(
    run: Annotated[
        str, typer.Argument(help="A run as its page names it: 12 of an indicator, index-12 of an index")
    ],
) -> None:
    """Compute a run again from the dataset versions it read, and compare every figure digit by digit."""
    require_city()
    start_current()
    from civicthread.config import run_commands  # noqa: PLC0415  # needs Django

    same = run_commands.reproduce(run, console=console)
    if not same:
        raise typer.Exit(1)


@app.command()
def index(
    method: Annotated[str, typer.Argument(help="desi-2020 or desi-2022")],
    edition: Annotated[str, typer.Option(help="One edition; without it, all of them")] = "",
    form: Annotated[str, typer.Option("--format", help="csv or json")] = "csv",
) -> None:
    """Work out a composite index: every score × 100, on standard output."""
    from civicthread.config import index_command  # noqa: PLC0415  # loads the mathematics

    sys.stdout.buffer.write(index_command.index(method, edition=edition, form=form))


@app.command()
def backup(target: Annotated[Path, typer.Argument(help="The file to write, e.g. city.tar.gz")]) -> None:
    """Keep the whole city in one file: records, lake, media, settings; checked after writing."""
    require_city()
    start()
    from civicthread.config import keeping  # noqa: PLC0415  # needs Django

    console.print(keeping.backup(target))


@app.command()
def restore(
    # Whether it can be read is told by what reads it, in the language of the rest.
    source: Annotated[Path, typer.Argument(help="A file that backup wrote", readable=False)],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the city that is here.")] = False,
) -> None:
    """Bring a city back from its backup; refused where a city is, unless told to replace it."""
    from civicthread.config import archive  # noqa: PLC0415  # read only by what needs it

    manifest = archive.verified(source)  # before anything is made where the city will be
    require_city_at_rest(alone=True)
    start()
    from civicthread.config import keeping  # noqa: PLC0415  # needs Django

    console.print(keeping.restore(source, replace=replace, manifest=manifest))


@app.command()
def upgrade() -> None:
    """Bring the records up to the installed version: backup, migrate, self-check."""
    require_city()
    require_city_at_rest(alone=True)
    start()
    from civicthread.config import keeping  # noqa: PLC0415  # needs Django

    console.print(keeping.upgrade())


def main() -> None:
    """The entry point."""
    speech.speak(_language())
    app()


def _language() -> str:
    """The first language of the city; the terminal's where there is none, or none that can be read."""
    from civicthread.config import city, env  # noqa: PLC0415  # reads the environment only when a command needs it

    try:
        if city.stands_in(env.data_folder()):
            return city.read(env.data_folder() / "city.toml").languages[0]
    except city.CityMistake:
        pass  # told by what needs the city
    return speech.of_terminal(os.environ)


if __name__ == "__main__":
    main()
