"""How a file of SDMX becomes observations: what a steward declares, in our words or in the Commission's."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self

from civicthread.lake.formulas import FormulaError, compile_formula
from civicthread.lake.refusals import IngestRefused

Conflict = Literal["refuse", "sum", "formula"]
CONCEPTS: Final = ("indicator", "breakdown", "area", "unit", "period")
COMMISSION: Final[Mapping[str, Conflict]] = {
    "RAISE_ERROR": "refuse",
    "SUM_VALUES": "sum",
    "USE_FORMULA": "formula",
}


# What may be wrong with a configuration.
WRONG: Final[Mapping[str, str]] = {
    "line": "line %(line)s: %(said)s",
    "member": "%(member)s is not one of its members",
    "no_concept": "%(member)s is not a concept",
    "no_json": "it cannot be read as JSON",
    "no_rule": "there is no conflict rule %(member)s",
    "not_fed": "%(member)s is not fed",
    "one": "one configuration is expected",
    "shape": "%(member)s has not the expected shape",
}


def _refused(why: str, **params: Any) -> IngestRefused:
    return IngestRefused("sdmx_configuration", detail=WRONG[why] % params, why=why, **params)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\0" not in value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < 1e300


def _is_year(value: object) -> bool:
    return value is None or (isinstance(value, int) and 0 <= value <= 9999)


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_text, value))


def _by_name(inner: Callable[[object], bool]) -> Callable[[object], bool]:
    """Whether something is a mapping of names to what `inner` accepts."""
    return lambda value: (
        isinstance(value, Mapping) and all(map(_is_text, value)) and all(map(inner, value.values()))
    )


# What each member of a configuration must be: it is written by people.
SHAPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("dimensions", "constants"), _by_name(_is_text)),
    **dict.fromkeys(("mappings", "symbols"), _by_name(_by_name(_is_text))),
    **dict.fromkeys(("multiplier", "offset"), _is_number),
    **dict.fromkeys(("period_start", "period_end"), _is_year),
    **dict.fromkeys(("conflict", "formula"), _is_text),
    "filters": _by_name(_is_list),
    "multipliers": _by_name(_by_name(_is_number)),
    "decimals": lambda value: value is None or (isinstance(value, int) and -12 <= value <= 12),
    "same_areas": lambda value: all(map(_is_list, value)),
}


@dataclass(frozen=True)
class Configuration:
    """How a file of SDMX becomes observations.

    `dimensions` and `constants` say what feeds each concept. `filters` keep only observations with these codes.
    `mappings` rename codes, by concept. `multiplier`, `multipliers` (by dimension and code), `offset` and `decimals`
    make the value, in this order. `same_areas` lists the codes of one territory, the name it gets first: of
    observations that differ in nothing but such a code one is kept, so that no territory is counted twice.
    `conflict` says what happens where several observations stand for one: the file is refused, or they are summed,
    or `formula` computes one from `symbols`, each of which names one observation by its codes.
    """

    dimensions: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, list[str]] = field(default_factory=dict)
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    multiplier: float = 1.0
    multipliers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    offset: float = 0.0
    decimals: int | None = None
    period_start: int | None = None
    period_end: int | None = None
    same_areas: tuple[tuple[str, ...], ...] = ()
    conflict: Conflict = "refuse"
    formula: str = ""
    symbols: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The configuration in our own words, or in the Commission's; IngestRefused where it makes no sense."""
        try:
            told = commission(values) if "conflict_resolution" in values else dict(values)
            if unknown := sorted(told.keys() - cls.__dataclass_fields__.keys()):
                raise _refused("member", member=unknown[0])
            told["same_areas"] = tuple(tuple(codes) for codes in told.get("same_areas", ()))
            made = cls(**told)
        except (AttributeError, TypeError, ValueError) as error:
            raise _refused("shape", member="the configuration") from error
        made.check()
        return made

    def check(self) -> None:
        """Refuse what could only fail later, file by file."""
        for name, shaped in SHAPES.items():
            if not shaped(getattr(self, name)):
                raise _refused("shape", member=name)
        fed = {*self.dimensions, *self.constants}
        missing = [concept for concept in ("indicator", "area", "period") if concept not in fed]
        unknown = sorted((fed | {*self.mappings}) - {*CONCEPTS})
        if missing or unknown:
            raise _refused("not_fed" if missing else "no_concept", member=", ".join(missing or unknown))
        if self.conflict not in COMMISSION.values():
            raise _refused("no_rule", member=self.conflict)
        if self.conflict == "formula":
            formula_sql(self, {name: name for name in self.symbols})


def commission(fields: Mapping[str, Any]) -> dict[str, Any]:
    """An import configuration of the European Commission (the fields of `importconfig.json`) in our words.

    A concept is a surrogate there where no dimension feeds it but its own text. Where a reference period is told, its
    period is the edition of DESI that took the figure up (`desi_2022`) and the reference period is the year the
    figure is of, which is our period. What it says of remarks and tags is about its own database; `country_group` is
    too: filter the area to keep some only.
    """
    period = "reference_period" if fields.get("reference_period") else "period"
    names = {**{concept: concept for concept in CONCEPTS}, "area": "country", "period": period}
    told: dict[str, Any] = {"dimensions": {}, "constants": {}}
    for concept, name in names.items():
        if fields.get(name):
            place = "constants" if fields.get(f"{name}_is_surrogate") else "dimensions"
            told[place][concept] = str(fields[name])
    renamed = fields.get("mappings") or {}
    told["mappings"] = {concept: dict(renamed[name]) for concept, name in names.items() if renamed.get(name)}
    formula = fields.get("conflict_formula") or {}
    return {
        **told,
        "filters": dict(fields.get("filters") or {}),
        "multiplier": fields.get("value_multiplier", 1.0),
        "multipliers": dict(fields.get("multipliers") or {}),
        "offset": fields.get("value_offset", 0.0),
        "decimals": fields.get("value_decimal_places"),
        "period_start": fields.get("period_start"),
        "period_end": fields.get("period_end"),
        "same_areas": fields.get("same_areas", ()),
        "conflict": COMMISSION.get(fields["conflict_resolution"], fields["conflict_resolution"]),
        "formula": formula.get("formula", ""),
        "symbols": dict(formula.get("symbols") or {}),
    }


def formula_sql(told: Configuration, names: Mapping[str, str]) -> str:
    try:
        return compile_formula(told.formula, names)
    except FormulaError as error:
        detail, facts = str(error), error.params
        raise IngestRefused("sdmx_configuration", detail=detail, why=error.code, **facts) from error


def parse(text: str) -> dict[str, Any]:
    """A configuration that a person wrote as JSON; IngestRefused where it is none.

    The Commission's file holds a list of `{"model": …, "fields": {…}}`: one of them may be given as it is.
    """
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        raise _refused("line", line=error.lineno, said=error.msg) from error
    except (RecursionError, ValueError) as error:
        raise _refused("no_json") from error
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(found, dict) and isinstance(found.get("fields"), dict):
        found = found["fields"]
    if not isinstance(found, dict):
        raise _refused("one")
    return Configuration.from_dict(found).as_dict()
