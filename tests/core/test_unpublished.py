"""What stands above a thing that not everyone sees, and what everyone else reads in its place."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from civicthread.accounts.models import Role
from civicthread.ambition import actions as ambition
from civicthread.core import formats, journal, thread
from civicthread.core.publishing import Publishable
from civicthread.datahub import actions as datahub
from civicthread.governance import actions as governance
from civicthread.ideas import regrouping
from civicthread.indicators import actions as indicators
from civicthread.indices import actions as indices
from civicthread.projects import actions as projects
from civicthread.roadmap import actions as roadmap
from civicthread.stakeholders import actions as stakeholders
from tests import personas
from tests.factories import datahub as datasets
from tests.factories import ideas, programme
from tests.factories import indicators as measures
from tests.factories import indices as composites
from tests.factories.accounts import person
from tests.factories.programme import BECAUSE

pytestmark = pytest.mark.django_db
REASON = "Fusionné avec un autre."

# For each kind of published thing: how one is made and published, and how it is withdrawn.
KINDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "ambition.ambitionmemo": (programme.memo, ambition.withdraw),
    "ambition.objective": (programme.objective, ambition.withdraw),
    "datahub.dataset": (datasets.dataset, datahub.withdraw_dataset),
    "governance.decision": (programme.decision, governance.withdraw_decision),
    "ideas.need": (ideas.need, regrouping.withdraw_need),
    "indicators.indicator": (measures.indicator, indicators.withdraw_indicator),
    "indices.compositeindex": (composites.standing, indices.withdraw_index),
    "projects.project": (programme.project, projects.withdraw_project),
    "roadmap.milestone": (programme.milestone, roadmap.withdraw_milestone),
    "stakeholders.organisation": (programme.organisation, stakeholders.withdraw_organisation),
}


def a_draft(kind: str) -> Any:
    """One of that kind that was never published; an index is a draft until it has scores."""
    make, _withdraw = KINDS[kind]
    return composites.noted() if kind == "indices.compositeindex" else make(published=False)


@pytest.fixture
def keeper() -> Client:
    """A browser of somebody who may see everything."""
    client = Client()
    personas.sign_in(client, person(roles=(Role.STAFF, Role.STEWARD)))
    return client


def read(client: Client, thing: Any, status: int = 200) -> str:
    answer = client.get(thing.get_absolute_url())
    assert answer.status_code == status
    return answer.content.decode().replace("\xa0", " ")


def test_every_kind_is_looked_at():
    """Texts of the editors are not: nobody reads one that is not public but where it is written."""
    kinds = {
        model._meta.label_lower
        for model in apps.get_models()
        if issubclass(model, Publishable) and model._meta.app_label != "editorial"
    }
    assert kinds == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_withdrawn_thing_says_so_with_its_reason_and_day(kind, keeper):
    make, withdraw = KINDS[kind]
    thing = make()
    assert "Retiré le" not in read(keeper, thing)
    withdraw(thing, by=journal.system(), because=BECAUSE)
    html = read(keeper, thing)
    day = formats.day(timezone.localdate()).replace("\xa0", " ")
    assert re.search(rf"Retiré le <time [^>]*>{day}<", html)
    assert REASON in html
    assert REASON in read(Client(), thing, 410)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_says_so(kind, keeper):
    make, _withdraw = KINDS[kind]
    assert "Brouillon" not in read(keeper, make())
    hidden = a_draft(kind)
    assert "elle n’est pas publique" in read(keeper, hidden)
    read(Client(), hidden, 404)


def test_an_index_without_scores_and_a_part_of_a_draft_say_so_too(keeper):
    draft = composites.noted()
    assert "Brouillon" in read(keeper, draft)
    indices.approve_run(draft, by=journal.system())
    part = draft.methods.get().parts.exclude(parent=None).first()
    assert "Brouillon" in read(keeper, part)


def test_a_milestone_goes_with_its_project(keeper):
    milestone, draft = programme.milestone(), programme.milestone(published=False)
    for one in (milestone, draft):
        projects.withdraw_project(one.project, by=journal.system(), because=BECAUSE)
    html = read(Client(), milestone, 410)
    assert REASON in html
    assert str(milestone.title) in html
    answer = Client().get(f"/api/v1/milestones/{milestone.reference}")
    assert (answer.status_code, answer.json()["title"]) == (410, REASON)
    assert Client().get(f"/api/v1/thread/milestone/{milestone.reference}").status_code == 410
    assert REASON in read(keeper, milestone)
    read(Client(), draft, 404)
    assert "Brouillon" in read(keeper, draft)


def test_a_milestone_of_a_draft_says_that_it_is_one(keeper):
    project = programme.project(published=False)
    milestone = programme.milestone(project, published=False)
    type(milestone).objects.filter(pk=milestone.pk).update(
        publication="published", published_at=timezone.now()
    )
    assert "Brouillon" in read(keeper, milestone)
    read(Client(), milestone, 404)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("address", ["/fr/changes/", "/fr/changes.atom"])
def test_what_changed_tells_a_withdrawal_with_its_reason_and_keeps_what_was_told_before(kind, address):
    make, withdraw = KINDS[kind]
    thing = make()
    title = str(thread.kind_of(thing).title(thing))
    before = Client().get(address).content.decode().count(title)
    assert before
    withdraw(thing, by=journal.system(), because=BECAUSE)
    told = Client().get(address).content.decode()
    assert told.count(title) > before
    assert REASON in told
    assert thing.get_absolute_url() in told


def test_what_changed_is_silent_on_drafts_and_on_what_is_hidden_for_the_sake_of_persons():
    idea, draft = ideas.hidden(), programme.milestone(published=False)
    projects.withdraw_project(draft.project, by=journal.system(), because=BECAUSE)
    told = Client().get("/fr/changes/").content.decode()
    assert REASON in told
    assert idea.title not in told
    assert str(draft.title) not in told
