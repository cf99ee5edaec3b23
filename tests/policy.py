"""The permission test: each app says in tests/<app>/policy_cases.py how its verbs are tried.

    CASES = (Case("ideas.answer", make=…, act=…, states=("open", "answered"), invoke_html=…, invoke_api=…),)

    def prepare(people): ...   # optional: makes the representative represent, the project lead lead

Every cell verb × state × persona is then asked of the policy, and tried for real at each door there is.
"""

import importlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from civicthread.core import policy
from tests import personas
from tests.personas import Persona

TESTS = Path(__file__).parent
# States in which it matters to whom the object belongs.
OWN = {"own", "mine"}
HEAD = 36
"""The room in which a line of the matrix says what it is of."""
UNTOUCHED_BY_POLICY = {"accounts.session", "core.heartbeat"}


@dataclass(frozen=True)
class Case:
    """How one verb is tried.

    `make(state, persona)` makes an object in that state, own or other as the state says; None: no object.
    `act(thing, persona)` calls the action as that persona; None for a verb that only reads. `invoke_html` and
    `invoke_api` send what a browser or program would send, and return None where no address leads there. `apart`:
    the act changes files, which are not put back as records are, so that each persona needs an object of their own.
    """

    verb: str
    make: Callable[[str, Persona], Any]
    act: Callable[[Any, Persona], object] | None = None
    states: tuple[str, ...] = ("any",)
    invoke_html: Callable[[Client, Any], HttpResponse | None] | None = None
    invoke_api: Callable[[Client, Any], HttpResponse | None] | None = None
    apart: bool = False

    def things(self, state: str, people: Sequence[Persona]) -> Iterator[tuple[Persona, Any]]:
        """The object for each persona, one after the other; what is nobody's own is made once for all."""
        if self.apart or OWN & set(state.split()):
            yield from ((persona, self.make(state, persona)) for persona in people)
        else:
            made = self.make(state, people[0])
            yield from ((persona, deepcopy(made)) for persona in people)


def modules() -> list[Any]:
    """Every tests/<app>/policy_cases.py, in order."""
    return [
        importlib.import_module(f"tests.{path.parent.name}.policy_cases")
        for path in sorted(TESTS.glob("*/policy_cases.py"))
    ]


def cases() -> list[Case]:
    return [case for module in modules() for case in module.CASES]


def everyone() -> dict[str, Persona]:
    """One persona of each kind, prepared by every app."""
    people = personas.everyone()
    for module in modules():
        getattr(module, "prepare", _prepare_nothing)(people)
    return people


def _prepare_nothing(people: dict[str, Persona]) -> None:
    """An app that knows people by their roles only."""


class Watched:
    """The records as they are now, journal and all; whoever watches them can tell that they still are.

    Where nothing at all was written, nothing changed; only where something was are all records read, as they are
    and, going back, as they were.
    """

    def __init__(self) -> None:
        self._written, self._now = written(), transaction.savepoint()

    def check(self) -> None:
        """Nothing changed since."""
        if written() == self._written:
            return
        after = rows()
        transaction.savepoint_rollback(self._now)
        before = rows()
        changed = [name for name in before if before[name] != after[name]]
        assert not changed, f"changed: {', '.join(changed)}"
        self._written = written()


def written() -> int:
    """How many rows were written in this transaction, by whatever means, those put back since included."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        return int(connection.connection.total_changes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables")
        return int(cursor.fetchone()[0])


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything the records hold, journal included."""
    labels = ("civicthread.", "allauth.", "wagtail", "django.contrib.auth")
    return {
        model._meta.label_lower: _stored(model._meta.db_table)
        for config in apps.get_app_configs()
        if config.name.startswith(labels)
        for model in config.get_models()
        if model._meta.managed and model._meta.label_lower not in UNTOUCHED_BY_POLICY
    }


def _stored(table: str) -> list[tuple[Any, ...]]:
    """As the database holds them: what a model makes of its columns may differ from one reading to the next."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        return sorted(cursor.fetchall(), key=str)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def outline() -> list[tuple[str, Case | None, str]]:
    """What each line of the matrix is of: a verb where there is no object, or a verb's case in a state."""
    found: list[tuple[str, Case | None, str]] = []
    for verb in sorted(policy.table()):
        found.append((verb, None, ""))
        found += [(verb, case, state) for case in cases() if case.verb == verb for state in case.states]
    return found


def matrix() -> str:
    """The whole policy as text: one line a verb and state, one column a persona."""
    lines = [line("verb", personas.NAMES)]
    with undone():
        people = list(everyone().values())
        for verb, case, state in outline():
            with undone():
                things = case.things(state, people) if case else ((person, None) for person in people)
                lines.append(line(f"  {state}" if case else verb, [word(verb, *found) for found in things]))
    return "\n".join(lines) + "\n"


def word(verb: str, person: Persona, thing: Any) -> str:
    return "yes" if policy.may(verb, person.actor, thing) else "-"


def line(head: str, words: Any) -> str:
    return (f"{head:<{HEAD}}" + "".join(f"{word:<16}" for word in words)).rstrip()
