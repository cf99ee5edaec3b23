"""The thread: what kinds of public things there are, and how they are linked. `core.walking` follows the links.

Each app describes itself in `thread.py`: `KINDS` says what its things are called, where they stand and who may
see them; `LINKS` names foreign keys that already exist ("led to", "decided by"). Nothing is stored twice.
The same description serves search, the sitemap, "what changed" and the linked-data export.
"""

import datetime as dt
import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.apps import apps
from django.db.models import Model, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import get_language

from civicthread.core import partial_dates
from civicthread.core.models import Actor
from civicthread.core.text import Text

Key = tuple[str, Any]  # the name of a kind and a primary key


@dataclass(frozen=True)
class Times:
    """When a step was promised and when it came, each as precise as known ("2026-09"), with the reason of a delay.

    `said` is a date on which it was said to have come, and `correction` why that was corrected.
    """

    planned: str = ""
    replanned: str = ""
    reason: Text = field(default_factory=Text)
    actual: str = ""
    said: str = ""
    correction: Text = field(default_factory=Text)


@dataclass(frozen=True)
class Kind:
    """A kind of public thing. `visible` gives the things that this actor (None: everyone) may see."""

    model: type[Model]
    label: str | Promise
    plural: str | Promise
    title: Callable[[Any], Text | str]
    url: Callable[[Any], str]
    visible: Callable[[Actor | None], QuerySet[Any]]
    summary: Callable[[Any], Text | str] = lambda thing: ""  # noqa: ARG005
    words: Callable[[Any], Iterable[Text | str]] = lambda thing: ()  # noqa: ARG005
    language: Callable[[Any], str] = lambda thing: ""  # noqa: ARG005  # for plain strings: the language they are in
    dated: Callable[[Any], dt.date | None] = lambda thing: None  # noqa: ARG005
    when: Callable[[Any], str] | None = None  # instead, for dates that may be known to a month or a year only
    states: type[TextChoices] | None = None  # what the column `state` of its things may say
    state: str = "state"
    times: Callable[[Any], Times] | None = None  # for kinds whose things stand on a timeline
    prov: Literal["Entity", "Activity", "Plan", "Agent"] = "Entity"
    name: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.model._meta.label_lower)  # noqa: SLF001

    def day(self, thing: Any) -> dt.date | None:
        """The day of a thing; none where it is known no better than to a month."""
        return partial_dates.exact_day(self.when(thing)) if self.when else self.dated(thing)

    @property
    def short_name(self) -> str:
        """The name without the app: "project"."""
        return self.name.partition(".")[2]


@dataclass(frozen=True)
class Link:
    """Two kinds joined by columns of `through`: the earlier thing in `source`, the later in `target`.

    `led` tells the step forward ("led to"), `came` the step back ("comes from"). `prov` is the same in terms of
    PROV-O, said of the later thing; with a leading "^", said of the earlier. `gives` tells the state that a later
    thing gives the earlier one, where it does ("in a project"): the lower app asks, the upper one knows.

    `listed` gives the address of the list of all later things, where an earlier one may have thousands (a
    municipality its ideas). Such a link is walked from the earlier side only: a page leads to the list
    (`core.listed`), and what stands there does not count the place it is in among what it comes from. `notes` tells
    what such a page says of each of some later things, by their keys: the figure that an indicator has there. `leaves`
    tells from which things such a link can lead anywhere.
    """

    earlier: str
    later: str
    through: Callable[[], QuerySet[Any]]
    source: str
    target: str
    led: str | Promise
    came: str | Promise
    prov: str = "wasInfluencedBy"
    gives: Callable[[Any], str] | None = None
    listed: Callable[[Any], str] | None = None
    notes: Callable[[Any, list[Any]], Mapping[Any, str]] | None = None
    leaves: Callable[[Any], bool] = lambda thing: True  # noqa: ARG005

    @property
    def is_source(self) -> bool:
        """Whether the earlier thing is made from the later one, as a figure is from the dataset at the thread's end."""
        return self.prov == "^wasDerivedFrom"


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds of public things, by model label."""
    return {kind.name: kind for kind in _declared("KINDS")}


@cache
def links() -> tuple[Link, ...]:
    """All links between kinds."""
    return tuple(_declared("LINKS"))


def kind_of(thing: Model) -> Kind:
    """The kind a thing is of."""
    return kinds()[thing._meta.label_lower]  # noqa: SLF001


def _declared(name: str) -> Iterator[Any]:
    for config in apps.get_app_configs():
        if config.name.startswith("civicthread.") and module_has_submodule(config.module, "thread"):
            yield from getattr(importlib.import_module(f"{config.name}.thread"), name, ())


@dataclass(frozen=True)
class Shown:
    """One step as a page shows it, in the reader's language: pages keep their steps, and no words to come."""

    kind: str
    title: str
    url: str
    relation: str
    lang: str = ""
    date: dt.date | None = None
    state: str = ""
    state_label: str = ""
    times: Times | None = None
    note: str = ""
    current: bool = False


def ends(thing: Model, *, visible_to: Actor | None) -> dict[str, Any]:
    """Where a thing comes from and what became of it, one step each way, as the detail layout shows them.

    `lists` leads to the lists of what hangs on it by hundreds, `thread_url` to the whole thread, `linked_data` to the
    same for programs; `unpublished` tells why not everyone sees it.
    """
    from civicthread.core import walking  # noqa: PLC0415  # the walk stands on these declarations

    return walking.ends(thing, visible_to=visible_to)


def key_of(thing: Any) -> str:
    """What names a thing of its kind in an address: its reference number, else its code, else its primary key."""
    return str(getattr(thing, "reference", "") or getattr(thing, "code", "") or thing.pk)


def shown(thing: Model, *, relation: str | Promise = "") -> Shown:
    """One thing as a page shows it, with its title in the reader's language."""
    kind = kind_of(thing)
    title = kind.title(thing)
    language = title.shown().language if isinstance(title, Text) else kind.language(thing)
    lang = "" if language == get_language() else language
    return Shown(str(kind.label), str(title), kind.url(thing), str(relation), lang, kind.day(thing))
