"""The whole API: its description, its errors, and that nothing one may send breaks it.

The reviewed description is openapi.json; OPENAPI=write writes it anew, for a person to read before it is kept.
"""

import json
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from civicthread.config.api import api
from civicthread.core import journal
from civicthread.core.api import Problem
from civicthread.core.problems import CONTENT_TYPE
from civicthread.dashboard.actions import freeze
from civicthread.ideas.models import Idea
from tests import personas
from tests.factories import ideas, indices, programme
from tests.factories import indicators as factory

SNAPSHOT = Path(__file__).with_name("openapi.json")
CHECKED = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BOUNDED = settings(
    max_examples=settings.default.max_examples // 4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def problem(answer) -> Problem:
    """The problem that an answer tells."""
    assert answer["Content-Type"] == CONTENT_TYPE
    told = Problem.model_validate_json(answer.content)
    assert told.status == answer.status_code
    assert told.type.startswith("urn:civicthread:")
    assert told.title
    return told


def test_the_description_is_as_reviewed():
    now = (
        json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, ensure_ascii=False, default=str)
        + "\n"
    )
    if os.environ.get("OPENAPI") == "write":
        SNAPSHOT.write_text(now, encoding="utf-8")
    assert now == SNAPSHOT.read_text(encoding="utf-8"), (
        "Read the change, then write it: OPENAPI=write pytest -k description"
    )


def test_the_description_is_served_and_no_page_of_others():
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Civic Thread"
    assert Client().get("/api/v1/docs").status_code == 404


def test_every_operation_has_a_name_a_tag_and_may_answer_a_problem():
    schema = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    operations = [operation for methods in schema["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) > 5
    for operation in operations:
        assert operation["operationId"].startswith(f"{operation['tags'][0]}.")
        assert operation["description"]
        assert CONTENT_TYPE in operation["responses"]["default"]["content"]


@pytest.mark.django_db
def test_errors_are_problems_whoever_notices_them():
    client = Client()
    assert problem(client.get("/api/v1/nothing")).status == 404
    assert problem(client.get("/api/")).status == 404
    assert problem(client.get("/api/v1/ideas/IDEA-1999-0001")).status == 404
    assert problem(client.get("/api/v1/ideas/not%20a%20slug")).status == 404
    assert problem(client.delete("/api/v1/ideas")).status == 405
    assert client.delete("/api/v1/ideas")["Allow"]
    assert problem(client.post("/api/v1/ideas", "{", content_type="application/json")).status == 400
    wrong = problem(client.get("/api/v1/ideas?limit=0&state=x"))
    assert {mistake.field for mistake in wrong.errors} == {"limit", "state"}
    assert problem(client.post("/api/v1/ideas/IDEA-1999-0001/support")).status == 401


@pytest.mark.django_db
def test_problems_are_told_in_the_readers_language():
    titles = {
        problem(Client(headers={"accept-language": language}).get("/api/v1/nothing")).title
        for language in ("en", "en-GB")
    }
    assert titles == {"There is nothing here."}


def test_a_fault_of_ours_is_a_problem_without_details(monkeypatch, db):
    def broken(*_):
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr("civicthread.ideas.queries.filtered", broken)
    answer = Client(raise_request_exception=False).get("/api/v1/ideas")
    assert problem(answer).status == 500
    assert b"secret" not in answer.content


@pytest.mark.django_db
def test_a_refusal_of_the_house_is_a_problem(monkeypatch):
    idea, client = ideas.public(), personas.make("citizen").client()
    Idea.objects.filter(pk=idea.pk).update(visibility="hidden")
    shown = problem(client.post(f"/api/v1/ideas/{idea.reference}/support"))
    assert shown.status == 410


OPERATIONS = [
    pytest.param(path, method, id=f"{method} {path}")
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for method in methods
]


def a_dataset(place: Path) -> dict[str, str]:
    return {"code": factory.lamps(place).code}


def a_snapshot(_place: Path) -> dict[str, str]:
    factory.reported()
    return {"year": str(freeze(timezone.localdate().year, by=journal.system()).year)}


# Something public for the operations of each tag, and what their addresses call it.
MADE: dict[str, Callable[[Path], dict[str, str]]] = {
    "ideas": lambda _place: {"reference": ideas.answered(name="Camille", show_name=True).reference},
    "needs": lambda _place: {"reference": ideas.need().reference},
    "datasets": a_dataset,
    "indicators": lambda _place: {"code": factory.reported().code},
    "indices": lambda _place: {"code": indices.standing().code},
    "organisations": lambda _place: {"code": programme.organisation().code},
    "directions": lambda _place: {"code": programme.direction().code},
    "memos": lambda _place: {"code": programme.objective().memo.code},
    "objectives": lambda _place: {"code": programme.objective().code},
    "projects": lambda _place: {"reference": programme.project().reference},
    "milestones": lambda _place: {"reference": programme.milestone().reference},
    "decisions": lambda _place: {"reference": programme.decision().reference},
    "dashboard": lambda _place: {"code": factory.reported().code},
    "snapshots": a_snapshot,
    "thread": lambda _place: {"kind": "project", "which": programme.project().reference},
}


@pytest.fixture
def known(path, db, settings, tmp_path) -> dict[str, str]:
    """What the address of an operation calls something that is there."""
    settings.DATA_DIR, settings.LAKE = tmp_path / "data", str(tmp_path / "lake")
    ideas.municipality()
    return MADE[path.split("/")[3]](tmp_path)


@pytest.mark.parametrize("path", [param.values[0] for param in OPERATIONS if param.values[1] == "get"])
def test_every_operation_that_reads_answers_what_is_there(known, path):
    answer = Client().get(path.format(**known))
    assert answer.status_code == 200
    assert json.loads(answer.content)


LISTS = [
    path
    for path, methods in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items()
    for parameter in methods.get("get", {}).get("parameters", [])
    if parameter["name"] == "cursor"
]


def mistaken(address: str) -> list[str]:
    """The parameters that an answer says are wrong."""
    return [mistake.field for mistake in problem(Client().get(address)).errors]


@pytest.mark.parametrize("path", LISTS)
def test_every_list_takes_what_it_describes_and_tells_the_rest(known, path):
    address = path.format(**known)
    page = Client().get(f"{address}?limit=5.0")
    assert page.status_code == 200
    assert page.json()["results"]
    for cursor in ("abc", "%00", "bm9uc2Vuc2U", "x" * 1001):
        assert mistaken(f"{address}?cursor={cursor}") == ["cursor"]
    assert mistaken(f"{address}?foo=bar&limit=5&cursr=") == ["cursr", "foo"]


@pytest.mark.parametrize("path", [param.values[0] for param in OPERATIONS if param.values[1] == "get"])
def test_no_operation_passes_over_a_parameter(known, path):
    assert mistaken(f"{path.format(**known)}?foo=bar") == ["foo"]


@pytest.mark.parametrize(
    "asked",
    [
        *("ideas?area=99999", "ideas?language=zz", "projects?direction=nothing", "projects?owner=nobody"),
        *("projects?area=99999", "milestones?project=PROJ-1999-0001", "decisions?body=nobody"),
        *("objectives?direction=nothing", "objectives?memo=nothing", "datasets?publisher=nobody"),
        *("indicators?direction=nothing", "dashboard?area=99999", "dashboard?owner=nobody"),
        *("dashboard?period=1999", "dashboard?body=nobody", "dashboard?project=nothing"),
    ],
)
@pytest.mark.django_db
def test_a_code_that_names_nothing_is_told(asked):
    assert mistaken(f"/api/v1/{asked}") == [asked.partition("?")[2].partition("=")[0]]


@pytest.mark.django_db
def test_a_code_of_a_thing_that_is_not_public_names_nothing():
    draft = programme.project(published=False)
    assert mistaken(f"/api/v1/milestones?project={draft.reference}") == ["project"]


@pytest.mark.django_db
def test_a_day_that_makes_no_sense_is_told():
    code = factory.reported().code
    assert mistaken(f"/api/v1/indicators/{code}?at=yesterday") == ["at"]
    assert Client().get(f"/api/v1/indicators/{code}?at=2026-01-31").status_code == 200


GIVEN = {"title": "Des bancs", "text": "À l’ombre.", "language": "fr", "email": "camille@example.org"}


@pytest.mark.parametrize(
    ("values", "field", "message"),
    [
        ({"title": 5}, "title", "Écrivez cette valeur comme un texte."),
        ({"title": "x" * 151}, "title", "Écrivez au plus 150 signes."),
        ({"language": "français"}, "language", "La forme attendue est : ^[a-z]{2,3}$"),
        ({"longitude": "ici", "latitude": 50.8}, "longitude", "Écrivez un nombre."),
        ({"longitude": 4.3}, "latitude", "Un lieu sur la carte a une longitude et une latitude."),
        ({"show_name": "peut-être"}, "show_name", "Écrivez true ou false."),
        ({"email": "personne"}, "email", "Saisissez une adresse de courriel valide."),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_with_an_idea_is_told_in_the_readers_language(values, field, message):
    client = Client(headers={"accept-language": "fr"})
    for language in ("fr", "nl"):
        told = problem(
            client.post(
                "/api/v1/ideas", GIVEN | {"language": language} | values, content_type="application/json"
            )
        )
        assert [(mistake.field, plain(mistake.message)) for mistake in told.errors] == [(field, message)]


def plain(text: str) -> str:
    """Without the unbreakable spaces of French."""
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("ideas?limit=x", "Écrivez un nombre entier."),
        ("ideas?limit=5.5", "Écrivez un nombre entier."),
        ("ideas?limit=0", "Le minimum est 1."),
        ("ideas?limit=101", "Le maximum est 100."),
        ("ideas?order=x", "Écrivez l’une de ces valeurs : 'newest', 'title'."),
        (
            "organisations?helix=x",
            "Écrivez l’une de ces valeurs : 'civil_society', 'academia', 'public', 'private'.",
        ),
        ("ideas?area=a%20b", "La forme attendue est : ^[\\w-]{0,60}$"),
        ("ideas?cursor=x", "Aucune page de cette liste n’a ce curseur."),
        ("ideas?foo=x", "Cette adresse ne prend pas ce paramètre."),
        ("ideas?area=99999", "Rien ici ne porte le nom 99999."),
        ("thread/PROJECT/x", "La forme attendue est : ^[a-z.]{1,60}$"),
    ],
)
@pytest.mark.django_db
def test_what_is_wrong_with_an_address_is_told_in_the_readers_language(asked, message):
    told = problem(Client(headers={"accept-language": "fr"}).get(f"/api/v1/{asked}"))
    assert [plain(mistake.message) for mistake in told.errors] == [message]


@pytest.mark.parametrize(("body", "field"), [("", "body"), ("{}", "title"), ("5", "title")])
@pytest.mark.django_db
def test_a_body_that_lacks_something_is_told_in_the_readers_language(body, field):
    client = Client(headers={"accept-language": "fr"})
    first = problem(client.post("/api/v1/ideas", body, content_type="application/json")).errors[0]
    assert (first.field, first.message) == (field, "Cette valeur manque.")


@pytest.fixture
def described(db, monkeypatch):
    """The API as its description tells it."""
    for signal in (request_started, request_finished):
        # The connection of the test outlives the request, as in Django's own client.
        monkeypatch.setattr(signal, "receivers", [kept for kept in signal.receivers if not closes(kept)])
        signal.sender_receivers_cache.clear()
    return read_description()


@cache
def read_description():
    """Read once: what a search draws from, the words of the whole program among it, is gathered with it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


def closes(receiver) -> bool:
    """Whether this is Django's own habit of closing old connections."""
    return receiver[0][0] == id(close_old_connections)


@pytest.mark.parametrize("name", ["visitor", "citizen", "staff"])
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_nothing_one_may_send_breaks_the_api(described, known, path, method, name):
    """Every second call names something that is there, so that its answer is held against the description too."""
    client = personas.make(name).client()
    cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"} if client.cookies else {}

    @BOUNDED
    @given(described[path][method].as_strategy(), strategies.booleans())
    def sent(case, is_known):
        if is_known and case.path_parameters:
            case.path_parameters = known
        case.call_and_validate(checks=CHECKED, headers=cookie)

    sent()


@pytest.mark.parametrize("path", ["/api/v1/ideas"])
def test_a_broken_operation_would_be_seen(described, known, path, monkeypatch):
    """The negative control: the same search finds an operation that fails."""

    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr("civicthread.ideas.queries.filtered", broken)
    with pytest.raises(FailureGroup):
        test_nothing_one_may_send_breaks_the_api(described, known, path, "get", "visitor")
