"""Ideas and needs for programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from ninja import Query, Router, Schema, Status
from pydantic import Field

from civicthread.accounts.queries import verified_addresses
from civicthread.core import publishing
from civicthread.core.api import Asked, Code, Mistake, Page, Texts, Words, operation, paged, texts
from civicthread.core.mistakes import named, wrong
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.core.problems import problem
from civicthread.ideas import actions, queries, views
from civicthread.ideas.forms import ORDERS, IdeaForm
from civicthread.ideas.models import Answer, Idea, Need
from civicthread.ideas.queries import Filters
from civicthread.territory.models import Area

router = Router(tags=["ideas"])

State = Annotated[Idea.State | None, Query(None)]
Order = Annotated[Literal["newest", "title"], Query("newest")]


class AnswerOut(Schema):
    """An official answer."""

    number: int
    state: Idea.State
    text: Texts
    at: datetime


class IdeaOut(Schema):
    """An idea in its author's words. `author` is null for "a citizen", `area` a municipality's statistical code."""

    reference: str
    title: str
    text: str
    language: str
    state: Idea.State
    channel: Idea.Channel
    author: str | None
    area: str | None
    place: str
    longitude: float | None
    latitude: float | None
    need: str | None
    received_at: datetime
    supports: int
    demonstration: bool
    address: str


class IdeaWithAnswers(IdeaOut):
    """An idea and everything that was answered."""

    answers: list[AnswerOut]


class NeedOut(Schema):
    """What several ideas ask for."""

    reference: str
    title: Texts
    description: Texts
    published_at: datetime
    ideas: int
    demonstration: bool
    address: str


class IdeaIn(Schema):
    """An idea to be given. Without an account, a mail goes to `email` to confirm it."""

    title: Annotated[str, Field(max_length=150)]
    text: Annotated[str, Field(max_length=5000)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    area: Annotated[str, Field(pattern=r"^[\w-]{0,12}$")] = ""
    place: Annotated[str, Field(max_length=150)] = ""
    longitude: float | None = None
    latitude: float | None = None
    name: Annotated[str, Field(max_length=100)] = ""
    show_name: bool = False
    email: Annotated[str, Field(max_length=254)] = ""


class Received(Schema):
    """What became of a given idea: public at once (201), or waiting for the mail to be confirmed (202)."""

    confirmed: bool
    reference: str | None = None
    address: str | None = None


class Backing(Schema):
    """How many people back an idea, and whether the reader does."""

    supports: int
    supported: bool


@router.get("/ideas", response=Page[IdeaOut], operation_id="ideas.list")
@operation("ideas.read")
def ideas(  # noqa: PLR0913, PLR0917  # Ninja reads the parameters of the address from here
    request: HttpRequest,
    query: Words,
    state: State,
    area: Code,
    language: Code,
    order: Order,
    asked: Asked,
) -> Any:
    """Public ideas, newest first or by title."""
    named("area", area, Area.objects.filter(code=area))
    if language:
        _must_be_spoken(language)
    found = queries.filtered(Filters(query, state or "", area, language))
    return paged(request, found, _shown, order=ORDERS[order][0], asked=asked)


@router.get("/ideas/{slug:reference}", response=IdeaWithAnswers, operation_id="ideas.get")
@operation("ideas.read")
def idea(request: HttpRequest, reference: str) -> Any:  # noqa: ARG001
    """One public idea with its official answers; 410 with the reason where it is public no more."""
    found = _public(reference)
    return {**_shown([found])[0], "answers": [_answer(answer) for answer in found.answers.all()]}


@router.post("/ideas", response={201: Received, 202: Received}, operation_id="ideas.submit")
@operation("ideas.submit")
def submit(request: HttpRequest, given: IdeaIn) -> Any:
    """Share an idea; the same rules as on the page."""
    actor = actor_of(request)
    addresses = verified_addresses(actor) if actor else []
    _must_be_spoken(given.language)
    _must_be_a_point(given)
    with override(given.language):
        form = IdeaForm(given.dict(), known_email=addresses[0] if addresses else "")
        by = actor if addresses else None
        received = views.submit(request, form.submission(), by=by) if form.is_valid() else None
    if received is None:
        return _mistakes(form)
    if not addresses:
        return Status(202, {"confirmed": False})
    return Status(
        201,
        {
            "confirmed": True,
            "reference": received.reference,
            "address": _address(received, received.language),
        },
    )


@router.post("/ideas/{slug:reference}/support", response=Backing, operation_id="ideas.support")
@operation("ideas.support")
def support(request: HttpRequest, reference: str) -> Any:
    """Back an idea; again changes nothing."""
    found, actor = _public(reference), signed_in_actor(request)
    actions.support_idea(found, by=actor)
    return {"supports": found.supports.count(), "supported": True}


@router.post(
    "/ideas/{slug:reference}/support/withdraw", response=Backing, operation_id="ideas.withdraw_support"
)
@operation("ideas.support")
def withdraw(request: HttpRequest, reference: str) -> Any:
    """Take a support back; again changes nothing."""
    found, actor = _public(reference), signed_in_actor(request)
    actions.withdraw_support(found, by=actor)
    return {"supports": found.supports.count(), "supported": False}


@router.get("/needs", response=Page[NeedOut], operation_id="ideas.needs")
@operation("ideas.read")
def needs(request: HttpRequest, asked: Asked) -> Any:
    """Published needs, newest first."""
    return paged(
        request, queries.public_needs(), lambda rows: map(_need, rows), order="-published_at", asked=asked
    )


@router.get("/needs/{slug:reference}", response=NeedOut, operation_id="ideas.need")
@operation("ideas.read")
def need(request: HttpRequest, reference: str) -> Any:  # noqa: ARG001
    """One published need."""
    return _need(publishing.find(queries.public_needs(), reference=reference))


def _must_be_spoken(language: str) -> None:
    spoken = dict(settings.LANGUAGES)
    if language not in spoken:
        facts = {"languages": ", ".join(spoken)}
        raise wrong("language", _("The languages of this site are: %(languages)s.") % facts)


def _must_be_a_point(given: IdeaIn) -> None:
    place = {"longitude": given.longitude, "latitude": given.latitude}
    missing = [name for name, degrees in place.items() if degrees is None]
    if len(missing) == 1:
        raise wrong(missing[0], _("A place on the map has a longitude and a latitude."))


def _public(reference: str) -> Idea:
    found = queries.ideas(visible_to=None).filter(reference=reference).first()
    if found is None:
        raise queries.gone(reference) or Http404
    return found


def _shown(rows: list[Idea]) -> list[dict[str, Any]]:
    names, counts = queries.public_names(rows), queries.support_counts(rows)
    return [_idea(row, author=names.get(row.pk) or None, supports=counts.get(row.pk, 0)) for row in rows]


def _idea(row: Idea, **derived: Any) -> dict[str, Any]:
    plain = ("reference", "title", "text", "language", "state", "channel", "place", "longitude", "latitude")
    return {
        **{name: getattr(row, name) for name in (*plain, "received_at", "demonstration")},
        "area": row.area.code if row.area else None,
        "need": row.need.reference if row.need and row.need.is_published else None,
        "address": _address(row, row.language),
        **derived,
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {"number": answer.number, "state": answer.state, "text": texts(answer.text), "at": answer.at}


def _need(row: Any) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "title": texts(row.title),
        "description": texts(row.description),
        "published_at": row.published_at,
        "ideas": row.idea_count,
        "demonstration": row.demonstration,
        "address": _address(row, settings.LANGUAGE_CODE),
    }


def _address(thing: Idea | Need, language: str) -> str:
    with override(language):
        return settings.BASE_URL + thing.get_absolute_url()


def _mistakes(form: IdeaForm) -> HttpResponse:
    found = [
        Mistake(field=name, message=str(message)).dict()
        for name, messages in form.errors.items()
        for message in messages
    ]
    return problem(422, errors=found)
