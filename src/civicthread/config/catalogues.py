"""Translation catalogues: gathered with GNU gettext, compiled in Python, so that running needs no gettext.

`python -m civicthread.config.catalogues gather` brings `locale/*/LC_MESSAGES/django.po` up to date with the texts in
code and templates; `compile` makes the files the program reads.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent
LOCALE = PACKAGE / "locale"
# English is written in the code itself.
TRANSLATED = ("fr", "nl")


def catalogue(language: str, locale: Path = LOCALE) -> Path:
    """Where the texts of a language stand."""
    return locale / language / "LC_MESSAGES" / "django.po"


def compile_all(locale: Path = LOCALE) -> None:
    """Write the compiled form beside each catalogue."""
    for path in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def gathered(package: Path = PACKAGE) -> polib.POFile:
    """Every text that code and templates mark for translation, none translated."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "locale").mkdir()
        environment = os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
        command = [
            *(
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "--locale=fr",
                "--no-wrap",
                "--add-location=file",
                "--extension=html,txt,xml,py",
            ),
            *("--ignore=static", "--ignore=locale", f"--pythonpath={place}", "--settings=gathering"),
        ]
        (Path(place) / "gathering.py").write_text(
            f"USE_I18N = True\nINSTALLED_APPS = []\nLOCALE_PATHS = [{str(Path(place) / 'locale')!r}]\n",
            encoding="utf-8",
        )
        # In a copy: makemessages writes files beside the templates, which whoever else looks there would meet. From the
        # folder above: it would write into a `locale` folder beside it.
        copy, left = Path(place) / "source", shutil.ignore_patterns("static", "locale", "__pycache__")
        shutil.copytree(package, copy / package.name, ignore=left)
        subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)  # noqa: S603  # our own words
        return polib.pofile(str(catalogue("fr", Path(place) / "locale")))


def gather(locale: Path = LOCALE) -> None:
    """Bring each catalogue up to date: new texts come in untranslated, texts no longer used leave."""
    found = gathered()
    for language in TRANSLATED:
        path = catalogue(language, locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        known = polib.pofile(str(path), wrapwidth=0) if path.exists() else _new(language)
        known.merge(found)
        for entry in known.obsolete_entries():
            known.remove(entry)
        known.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
        known.save(str(path))


def problems(known: polib.POFile, found: polib.POFile) -> Iterator[str]:
    """What keeps a catalogue from being whole: texts missing, untranslated, doubtful or no longer used."""
    wanted = {_name(entry) for entry in found}
    stand = {_name(entry): entry for entry in known if not entry.obsolete}
    yield from (f"not gathered: {name[1]!r}" for name in sorted(wanted - stand.keys()))
    yield from (f"no longer used: {name[1]!r}" for name in sorted(stand.keys() - wanted))
    for name, entry in sorted(stand.items()):
        if entry.fuzzy:
            yield f"doubtful (fuzzy): {name[1]!r}"
        elif not entry.translated():
            yield f"not translated: {name[1]!r}"


def _name(entry: polib.POEntry) -> tuple[str, str, str]:
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def _new(language: str) -> polib.POFile:
    catalogue = polib.POFile(wrapwidth=0)
    # Nought is singular in French ("0 projet") and plural in Dutch ("0 projecten").
    plural = "n > 1" if language == "fr" else "n != 1"
    catalogue.metadata = {
        "Project-Id-Version": "Civic Thread",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals=2; plural=({plural});",
    }
    return catalogue


def main(words: Sequence[str]) -> int:
    """`gather` or `compile`."""
    tasks = {"gather": gather, "compile": compile_all}
    if len(words) != 1 or words[0] not in tasks:
        sys.stderr.write("Say one of: gather, compile.\n")
        return 2
    tasks[words[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
