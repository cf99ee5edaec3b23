"""House rules the program checks before it starts."""

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern, URLResolver, get_resolver

from civicthread.core import policy

# URLs of libraries, each read once by a person: allauth's guard themselves, Wagtail's stand behind its own
# permission checks, which accounts maps to our roles.
REVIEWED = (
    "allauth.",
    "wagtail.",
    "django.views.static",
    "django.views.i18n",
    "django.contrib.staticfiles",
    "ninja.",
)


@register()
def every_url_has_a_rule(**_: Any) -> list[CheckMessage]:
    """A page without a rule, or with an unknown one, refuses to start."""
    problems: list[CheckMessage] = []
    for pattern, view in doors(get_resolver()):
        module = getattr(view, "__module__", "")
        verb = getattr(view, "verb", None)
        if verb is None and not module.startswith(REVIEWED):
            problems.append(Error(f"{pattern.pattern} ({module}) names no rule", id="civicthread.E001"))
        elif verb is not None and verb not in policy.table():
            problems.append(Error(f"{pattern.pattern} names the unknown rule {verb}", id="civicthread.E002"))
    return problems


def url_patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Every URL pattern below a resolver."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from url_patterns(entry)
        else:
            yield entry


def doors(resolver: URLResolver) -> Iterator[tuple[URLPattern, Callable[..., Any]]]:
    """Every URL pattern with what answers there: a view, or each operation of the API."""
    operations: set[Any] = set()
    for pattern in url_patterns(resolver):
        view = pattern.callback.func if isinstance(pattern.callback, partial) else pattern.callback
        # Ninja answers through one closure per path, which holds the operations of that path.
        path_view = inspect.getclosurevars(view).nonlocals.get("self") if inspect.isfunction(view) else None
        for operation in getattr(path_view, "operations", ()):
            if operation not in operations:
                operations.add(operation)
                yield pattern, operation.view_func
        if not hasattr(path_view, "operations"):
            yield pattern, view


@register()
def city_is_served(**_: Any) -> list[CheckMessage]:
    """Every language the city requires must be one the site speaks."""
    spoken = {code for code, _name in settings.LANGUAGES}
    missing = set(settings.CITY.required) - spoken
    return (
        [Error(f"city.toml requires {', '.join(missing)}, which is not served", id="civicthread.E003")]
        if missing
        else []
    )
