import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from civicthread.core import policy
from civicthread.core.errors import Forbidden
from civicthread.core.models import Actor

STAFF, CITIZEN, PROGRAM = Actor(roles=["staff"]), Actor(), Actor(kind=Actor.Kind.SYSTEM)


@pytest.mark.parametrize(
    ("predicate", "allowed"),
    [
        (policy.anyone, {None, "citizen", "staff", "program"}),
        (policy.signed_in, {"citizen", "staff", "program"}),
        (policy.system, {"program"}),
        (policy.role("staff", "steward"), {"staff", "program"}),
        (policy.role("steward"), {"program"}),
        (policy.either(policy.system, policy.role("staff")), {"staff", "program"}),
        (policy.both(policy.signed_in, lambda by, on: not by.is_system), {"citizen", "staff"}),
    ],
)
def test_predicates_say_who_may(predicate: policy.Predicate, allowed: set[str | None]):
    actors = {None: None, "citizen": CITIZEN, "staff": STAFF, "program": PROGRAM}
    assert {name for name, actor in actors.items() if predicate(actor, None)} == allowed


def test_the_table_gathers_the_rules_of_every_app():
    table = policy.table()
    assert {"core.read", "core.search"} <= set(table)
    assert all(verb.partition(".")[0] and rule.verb == verb for verb, rule in table.items())


def test_an_unknown_verb_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        policy.may("core.unheard_of", PROGRAM)


def test_what_is_not_allowed_is_forbidden_and_named():
    policy.require("editorial.lapse", by=PROGRAM)
    with pytest.raises(Forbidden) as refusal:
        policy.require("editorial.lapse", by=STAFF)
    assert refusal.value.verb == "editorial.lapse"


@policy.guard("editorial.lapse")
def inner_page(request, number: int) -> HttpResponse:
    return HttpResponse(str(number))


def test_a_guarded_view_turns_visitors_away_and_names_its_verb():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    assert inner_page.verb == "editorial.lapse"
    with pytest.raises(Forbidden):
        inner_page(request, 1)


def test_a_request_without_sign_in_comes_from_nobody():
    request = RequestFactory().get("/")
    assert policy.actor_of(request) is None
    request.user = AnonymousUser()
    assert policy.actor_of(request) is None


def test_a_template_asks_the_same_table():
    page = Template('{% may "editorial.lapse" as may_lapse %}{{ may_lapse }}')
    assert page.render(Context({"actor": PROGRAM})) == "True"
    assert page.render(Context({"actor": None})) == "False"
