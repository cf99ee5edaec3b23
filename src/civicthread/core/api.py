"""What every router of the API stands on: rules, lists by cursor, texts, problems (the pattern: config/api.py)."""

from collections.abc import Callable, Iterable
from functools import cached_property, wraps
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet, TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.utils import check_csrf
from pydantic import Field, WithJsonSchema

from civicthread.core import paging, policy
from civicthread.core.errors import Forbidden, Gone, Refused
from civicthread.core.mistakes import told, unknown, wrong
from civicthread.core.problems import CONTENT_TYPE, problem
from civicthread.core.text import Text

Row = TypeVar("Row", bound=Model)
Out = TypeVar("Out")
Function = TypeVar("Function", bound=Callable[..., Any])

Words = Annotated[str, Query("", max_length=200, description="Words to look for, in any language.")]
Code = Annotated[str, Query("", pattern=r"^[\w-]{0,60}$")]
# A text of the Office: one per language.
Texts = Annotated[dict[str, str], Field(description="The text by language code.")]


class Portion(Schema):
    """Which page of a list is asked for."""

    cursor: Annotated[
        str,
        Field(max_length=1000, description="From `next` or `previous` of a page; empty: the first."),
    ] = ""
    limit: Annotated[int, Field(ge=1, le=100, description="How many at the most.")] = paging.SIZE


Asked = Annotated[Portion, Query()]


class Page(Schema, Generic[Out]):
    """One page of a list. `next` and `previous` are whole addresses, null at the ends."""

    results: list[Out]
    next: str | None
    previous: str | None


class SourceOut(Schema):
    """Where something was published."""

    url: str
    publisher: str
    date: str = ""
    kind: str = "primary"


class Mistake(Schema):
    """One value that is missing or wrong."""

    field: str
    message: str


class Problem(Schema):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    errors: list[Mistake] = []


def one_of(choices: type[TextChoices]) -> WithJsonSchema:
    """Describes a choice where it stands: as a part of its own, every `State` of every app would share one name."""
    return WithJsonSchema({"type": "string", "enum": list(choices.values)})


def operation(verb: str) -> Callable[[Function], Function]:
    """Name the verb an operation stands for; stands below `@router.get(…)`. Without it the program does not start."""
    return policy.guard(verb)  # type: ignore[return-value]  # Ninja's functions give values, not responses


def paged(
    request: HttpRequest,
    rows: QuerySet[Row],
    show: Callable[[list[Row]], Iterable[Out]],
    *,
    order: str,
    asked: Portion,
) -> dict[str, Any]:
    """The page that was asked for; `show` turns all its rows into schemas at once."""
    try:
        page = paging.exact_page(rows, order=order, key=asked.cursor, size=asked.limit)
    except paging.Unreadable:
        raise wrong("cursor", _("No page of this list has this cursor.")) from None
    return {
        "results": list(show(page.rows)),
        "next": _address(request, page.next),
        "previous": _address(request, page.previous),
    }


def _address(request: HttpRequest, cursor: str) -> str | None:
    asked = request.GET.copy()
    asked["cursor"] = cursor
    return f"{settings.BASE_URL}{request.path}?{asked.urlencode()}" if cursor else None


def texts(text: Text) -> dict[str, str]:
    """A text by language, as plain strings."""
    return {code: version.text for code, version in text.items()}


def address(thing: Any, language: str = "") -> str:
    """The address of a thing's page."""
    with override(language or settings.LANGUAGE_CODE):
        return f"{settings.BASE_URL}{thing.get_absolute_url()}"


def own_site(request: HttpRequest) -> bool:
    """Who is signed in changes things only from our own pages: their session counts with its CSRF token only."""
    if request.user.is_authenticated and check_csrf(request):
        raise HttpError(403, "")
    return True


def _read_whole(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let an operation run when it reads every parameter that was sent: a misspelt filter would give everything."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]  # Ninja decorates the method of one
    models = (model for model in operation.models if model.__ninja_param_source__ == "query")
    read = {name for model in models for name in model.__ninja_flatten_map__}

    @wraps(run)
    def answer(request: HttpRequest, **values: Any) -> HttpResponse:
        if others := request.GET.keys() - read:
            return operation.api.on_exception(request, unknown(others))
        return run(request, **values)

    return answer


class Api(NinjaAPI):
    """An API whose errors are problems, in its answers and in its description."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_decorator(_read_whole, mode="view")

    def set_default_exception_handlers(self) -> None:
        """Tell our own refusals and Ninja's; what else goes wrong is told by the middleware of `core.problems`."""
        super().set_default_exception_handlers()
        tell: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
            Refused: _refused,
            Forbidden: _forbidden,
            Gone: _gone,
            HttpError: _http_error,
            ValidationError: _invalid,
        }
        for kind, teller in tell.items():
            self.add_exception_handler(kind, teller)

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> Any:
        """The description; making it takes half a second and it changes with the program only, so it is kept."""
        prefix = path_prefix or self.get_root_path(path_params or {})
        if prefix not in self._described:
            self._described[prefix] = self._describe(prefix)
        return self._described[prefix]

    @cached_property
    def _described(self) -> dict[str, Any]:
        return {}

    def _describe(self, prefix: str) -> Any:
        """Every operation may also answer a problem."""
        schema = super().get_openapi_schema(path_prefix=prefix)
        # Its fields stand in every list as parameters of their own.
        del schema["components"]["schemas"]["Portion"]
        described = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schema["components"]["schemas"] |= described.pop("$defs") | {"Problem": described}
        told = {
            "description": "A problem",
            "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for methods in schema["paths"].values():
            for described in methods.values():
                described["responses"]["default"] = told
        return schema


def _refused(request: HttpRequest, refusal: Refused) -> HttpResponse:  # noqa: ARG001
    return problem(refusal.status, refusal.code, refusal.message)


def _forbidden(request: HttpRequest, _forbidden: Forbidden) -> HttpResponse:
    return problem(401 if policy.actor_of(request) is None else 403)


def _gone(request: HttpRequest, gone: Gone) -> HttpResponse:  # noqa: ARG001
    return problem(410, gone.code, str(gone.because))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001
    return problem(error.status_code)


def _invalid(request: HttpRequest, mistakes: ValidationError) -> HttpResponse:  # noqa: ARG001
    return problem(422, errors=told(mistakes))
