"""Reading a programme folder: YAML to records, with every mistake of every file told at once."""

import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from .figures import Dataset, Indicator
from .ideas import Participation
from .indices import Indices
from .pages import NewsArticle, Page
from .parts import Known
from .projects import BuildingBlock, Decision, Milestone, Project
from .references import mistakes_between
from .schema import AmbitionMemo, Area, Direction, Programme, Settings, Stakeholders

SETTINGS = "programme.yml"
# field of the programme: file or folder, and what one of them is read as
FILES: dict[str, tuple[str, Any]] = {
    "directions": ("directions.yml", tuple[Direction, ...]),
    "ambition": ("objectives.yml", AmbitionMemo),
    "stakeholders": ("organisations.yml", Stakeholders),
    "areas": ("areas.yml", tuple[Area, ...]),
    "blocks": ("blocks.yml", tuple[BuildingBlock, ...]),
    "projects": ("projects.yml", tuple[Project, ...]),
    "milestones": ("milestones.yml", tuple[Milestone, ...]),
    "decisions": ("decisions.yml", tuple[Decision, ...]),
    "indicators": ("indicators.yml", tuple[Indicator, ...]),
    "datasets": ("datasets.yml", tuple[Dataset, ...]),
    "indices": ("indices.yml", Indices),
    "participation": ("ideas.yml", Participation),
}
FOLDERS: dict[str, tuple[str, Any]] = {"pages": ("pages", Page), "news": ("news", NewsArticle)}
# Where the codes that other files name are declared: collection -> (field, key inside the file)
DECLARED: dict[str, tuple[str, str | None]] = {
    "directions": ("directions", None),
    "objectives": ("ambition", "objectives"),
    "organisations": ("stakeholders", "organisations"),
    "bodies": ("stakeholders", "bodies"),
    "areas": ("areas", None),
    "blocks": ("blocks", None),
    "projects": ("projects", None),
    "indicators": ("indicators", None),
    "datasets": ("datasets", None),
    "needs": ("participation", "needs"),
}


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing that is wrong: in which file, where inside it, and what."""

    file: str
    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.path}: {self.sentence}" if self.path else f"{self.file}: {self.sentence}"


class ProgrammeError(Exception):
    """The folder is not a programme; `mistakes` are all of them."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


if TYPE_CHECKING:
    from yaml import SafeLoader as _Safe
else:
    # In C, and ten times as quick, wherever PyYAML was built with it.
    _Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):
    """The safe loader, refusing a key written twice: YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002
        seen = set()
        for key_node, _ in node.value:
            if key_node.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"“{key_node.value}” is written twice", problem_mark=key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep=deep)


class _Reader:
    """Reads the files of one folder and gathers the mistakes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mistakes: list[Mistake] = []

    def raw(self, name: str) -> Any:
        """The plain data of a file, None when it cannot be read."""
        try:
            return yaml.load((self.folder / name).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.mistakes.append(
                Mistake(name, f"line {line}", _sentence(error.problem or "This is not YAML"))
            )
        except (yaml.YAMLError, ValueError) as error:
            self.mistakes.append(Mistake(name, "", _sentence(str(error).partition("\n")[0])))
        return None

    def record(self, name: str, kind: Any, *, data: Any, known: Known) -> Any:
        """The record or records of a file, None when there is a mistake in it."""
        if data is None:
            return None
        try:
            # By way of JSON, where strict types still let a list be a tuple and a text be a date.
            return TypeAdapter(kind).validate_json(json.dumps(data, default=_plain), context=known)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = _path(data, detail["loc"])
                self.mistakes.append(
                    Mistake(name, path, _explained(detail["type"], detail["msg"], detail["input"]))
                )
        except TypeError as error:
            self.mistakes.append(Mistake(name, "", _sentence(str(error))))
        return None


def load(folder: Path) -> Programme:
    """The programme of a folder; ProgrammeError tells every mistake."""
    reader = _Reader(folder)
    if not (folder / SETTINGS).is_file():
        raise ProgrammeError((Mistake(SETTINGS, "", f"There is no such file in {folder.name or folder}."),))
    written = reader.raw(SETTINGS)
    settings: Settings | None = reader.record(
        SETTINGS, Settings, data=written, known=_first_known(folder, written)
    )
    if settings is None:
        raise ProgrammeError(tuple(reader.mistakes or [Mistake(SETTINGS, "", "The file is empty.")]))
    fields = _records(reader, settings)
    if reader.mistakes:
        raise ProgrammeError(tuple(sorted(reader.mistakes)))
    programme = Programme.model_construct(folder=folder, settings=settings, **fields)
    if between := [Mistake(*mistake) for mistake in mistakes_between(programme)]:
        raise ProgrammeError(tuple(sorted(between)))
    return programme


def _records(reader: _Reader, settings: Settings) -> dict[str, Any]:
    files = {field: name for field, (name, _) in FILES.items() if (reader.folder / name).is_file()}
    data = {field: reader.raw(name) for field, name in files.items()}
    known = _known(reader.folder, settings, data)
    fields = {
        field: reader.record(name, FILES[field][1], data=data[field], known=known)
        for field, name in files.items()
    }
    for field, (name, kind) in FOLDERS.items():
        pages = sorted((reader.folder / name).glob("*.yml"))
        names = [f"{name}/{page.name}" for page in pages]
        fields[field] = tuple(reader.record(page, kind, data=reader.raw(page), known=known) for page in names)
    return {field: value for field, value in fields.items() if value is not None}


def _first_known(folder: Path, written: Any) -> Known:
    """What the settings say about themselves, as far as it can be read before they are checked."""
    if not isinstance(written, Mapping):
        return Known(folder=folder)
    languages, required = (_words(written.get(key)) for key in ("languages", "required_languages"))
    # A required language that the programme lacks is one mistake, not one in every text.
    spoken = tuple(code for code in required if code in languages)
    return Known(folder=folder, languages=languages, required=spoken)


def _words(written: Any) -> tuple[str, ...]:
    return tuple(word for word in written if isinstance(word, str)) if isinstance(written, list) else ()


def _known(folder: Path, settings: Settings, data: Mapping[str, Any]) -> Known:
    codes = {
        collection: frozenset(_codes(data.get(field), key)) for collection, (field, key) in DECLARED.items()
    }
    codes["themes"] = frozenset(theme.code for theme in settings.themes)
    codes["area_levels"] = frozenset(level.code for level in settings.area_levels)
    return Known(
        folder=folder, languages=settings.languages, required=settings.required_languages, codes=codes
    )


def _codes(data: Any, key: str | None) -> Iterator[str]:
    records = data.get(key) if key and isinstance(data, Mapping) else data
    for record in records if isinstance(records, list) else []:
        if isinstance(record, Mapping) and isinstance(code := record.get("code"), str):
            yield code


def _path(data: Any, loc: tuple[int | str, ...]) -> str:
    """`projects › wifi-brussels › title › nl`: a record in a list goes by its code, where it has one."""
    names = []
    for step in loc:
        data = _inside(data, step)
        code = data.get("code") if isinstance(step, int) and isinstance(data, Mapping) else None
        names.append(str(code or (step + 1 if isinstance(step, int) else step)))
    return " › ".join(names)


def _inside(data: Any, step: int | str) -> Any:
    if isinstance(data, Mapping) and step in data:
        return data[step]
    if isinstance(data, list) and isinstance(step, int) and step < len(data):
        return data[step]
    return data


SENTENCES = {
    "missing": "This field is missing.",
    "extra_forbidden": "There is no such field.",
    "string_too_short": "This text is empty.",
    "too_short": "This list is too short.",
    "string_type": "This is not a text; put it in quotes.",
    "finite_number": "This is not a finite number.",
    "union_tag_invalid": "There is no such kind.",
    "union_tag_not_found": "This has no kind.",
}


def _explained(kind: str, message: str, written: Any) -> str:
    if kind == "string_pattern_mismatch":
        return f"“{written}” is not written as it should be."
    return SENTENCES.get(kind) or _sentence(message.removeprefix("Value error, "))


def _sentence(message: str) -> str:
    message = message.strip()
    return f"{message[:1].upper()}{message[1:]}" + ("" if message.endswith((".", "!", "?")) else ".")


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        raise TypeError("a record stands where plain data was expected")
    raise TypeError(f"“{value}” is not a text, a number, a date, a list or a mapping")
