"""The policy: one table `verb -> rule` per app, and the two questions everything asks of it.

Each app lists its rules in `rules.py` as `RULES`. Actions ask `require`, pages and templates ask `may`,
and every URL and API operation names the verb it stands for, or the program refuses to start.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from civicthread.core.errors import Forbidden

if TYPE_CHECKING:
    from civicthread.core.models import Actor

# Who asks (None is a visitor who did not sign in) and of what (None asks: of anything at all?).
Predicate = Callable[["Actor | None", Any], bool]
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Rule:
    """One line of the policy table. `says` is how "what changed" tells it, in a few words.

    Where one verb does opposite things, `says` is asked with the changes that its entry holds.
    """

    verb: str
    allow: Predicate
    says: str | Promise | Callable[[Mapping[str, Any]], str | Promise] = ""

    def told(self, changes: Mapping[str, Any]) -> str | Promise:
        """How "what changed" tells an entry with these changes."""
        return self.says(changes) if callable(self.says) else self.says


def anyone(by: "Actor | None", on: Any) -> bool:  # noqa: ARG001
    """Everyone, signed in or not."""
    return True


def signed_in(by: "Actor | None", on: Any) -> bool:  # noqa: ARG001
    """Every person with an account, and the program itself."""
    return by is not None


def system(by: "Actor | None", on: Any) -> bool:  # noqa: ARG001
    """Only the program itself: schedules, commands of the administrator, the demo."""
    return by is not None and by.is_system


def either(*predicates: Predicate) -> Predicate:
    """Allowed where one of the predicates allows."""
    return lambda by, on: any(predicate(by, on) for predicate in predicates)


def both(*predicates: Predicate) -> Predicate:
    """Allowed where all of the predicates allow."""
    return lambda by, on: all(predicate(by, on) for predicate in predicates)


def role(*names: str) -> Predicate:
    """Whoever holds one of the roles. The program itself may do what any role may."""
    return lambda by, on: by is not None and (by.is_system or not by.role_names.isdisjoint(names))  # noqa: ARG005


@cache
def table() -> Mapping[str, Rule]:
    """The whole policy, gathered from the `rules.py` of every installed app."""
    rules: dict[str, Rule] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("civicthread.") and module_has_submodule(config.module, "rules"):
            for rule in importlib.import_module(f"{config.name}.rules").RULES:
                if not rule.verb.startswith(f"{config.label}.") or rule.verb in rules:
                    raise ValueError(f"{config.name}.rules: the verb {rule.verb} is taken or misnamed")
                rules[rule.verb] = rule
    return rules


def may(verb: str, by: "Actor | None", on: Any = None) -> bool:
    """Whether the policy lets this actor do this (to that object; None asks whether to any object at all)."""
    return table()[verb].allow(by, on)


def require(verb: str, *, by: "Actor | None", on: Any = None) -> None:
    """Raise Forbidden unless the policy allows it."""
    if not may(verb, by, on):
        raise Forbidden(verb)


def guard(verb: str) -> Callable[[View], View]:
    """Name the verb a view stands for, and turn away whoever may not do it to any object at all."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            require(verb, by=actor_of(request))
            return view(request, *args, **values)

        guarded.verb = verb  # type: ignore[attr-defined]
        return guarded

    return decorate


def actor_of(request: HttpRequest) -> "Actor | None":
    """Who makes this request; None for a visitor who did not sign in."""
    user = getattr(request, "user", None)
    return user.actor if user is not None and user.is_authenticated else None


def signed_in_actor(request: HttpRequest) -> "Actor":
    """The same, behind a guard that turned visitors away."""
    actor = actor_of(request)
    if actor is None:
        raise PermissionDenied
    return actor
