"""Directions, the memo and its objectives."""

import pytest
from django.urls import reverse
from django.utils import timezone

from civicthread.accounts.models import Role
from civicthread.ambition import actions, queries
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.core.models import JournalEntry
from civicthread.editorial import actions as editorial
from civicthread.indicators import actions as indicator_actions
from tests import personas
from tests.core import things
from tests.editorial import texts
from tests.factories import indicators, programme
from tests.factories.accounts import person
from tests.factories.ideas import staff
from tests.factories.programme import BECAUSE, ONLY_FRENCH, posted
from tests.following import follow, links

pytestmark = pytest.mark.django_db
DESK = "ambition:desk"


@pytest.fixture
def office(client):
    """A browser of the Office."""
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    return client


def test_a_direction_is_public_at_once_and_so_complete():
    with pytest.raises(Refused, match="néerlandais"):
        programme.direction(name={"fr": "Connectivité"})
    assert not Direction.objects.exists()
    found = programme.direction(name={"fr": "Connectivité", "nl": "Connectiviteit"})
    assert found.code == "connectivite"
    assert things.found("ambition.direction", "connectivite") == [str(found.pk)]
    assert JournalEntry.objects.get(verb="ambition.save_direction").public


def test_directions_stand_in_their_official_order(client):
    for name, position in (("Zèbre", 1), ("Mutualisation", 3), ("Abeille", 2)):
        programme.direction(name={"fr": name, "nl": name}, position=position)
    assert [str(found.name) for found in queries.directions(visible_to=None)] == [
        "Zèbre",
        "Abeille",
        "Mutualisation",
    ]
    page = client.get("/fr/ambition/").content.decode()
    assert page.index("Zèbre") < page.index("Abeille") < page.index("Mutualisation")


def test_a_memo_tells_its_own_date_and_not_the_day_it_was_put_here(client, office):
    memo = programme.memo(date="2019-04-02")
    assert "2 avril 2019" in client.get("/fr/ambition/").content.decode().replace("\xa0", " ")
    address = reverse("ambition:write-memo", args=[memo.code])
    form = office.get(address).context["form"]
    assert form["date"].value() == "02/04/2019"
    both = {"fr": "Le texte", "nl": "De tekst"}
    values = posted("title", both) | posted("intro", both) | {"date": "3/2019"}
    assert office.post(address, values).status_code == 302
    memo.refresh_from_db()
    assert memo.date == "2019-03"
    assert client.get(f"/api/v1/memos/{memo.code}").json()["date"] == "2019-03"
    actions.save_memo(memo, {"date": ""}, by=staff())
    page = client.get("/fr/ambition/").content.decode()
    assert str(timezone.localdate().year) not in page.split("<h1")[0].split("eyebrow")[1]


def test_a_direction_and_the_page_about_it_lead_to_each_other(client):
    direction = programme.direction(name={"fr": "Connectivité", "nl": "Connectiviteit"})
    by = texts.staff()
    page = editorial.write_page(texts.draft("net"), purpose="direction", direction=direction.code, by=by)
    assert f'href="{page.get_absolute_url()}"' in client.get(direction.get_absolute_url()).content.decode()
    assert f'href="{direction.get_absolute_url()}"' in client.get(page.get_absolute_url()).content.decode()


@pytest.mark.parametrize("make", [programme.memo, programme.objective])
def test_nothing_is_published_without_dutch(make):
    draft = make(published=False, title={"fr": "Seulement"})
    with pytest.raises(Refused, match="néerlandais"):
        actions.publish(draft, by=staff())
    draft.refresh_from_db()
    assert not draft.is_published


def test_what_is_published_stays_complete():
    objective, memo = programme.objective(), programme.memo()
    with pytest.raises(Refused):
        actions.save_objective(objective, {"note": {"fr": "Seulement"}}, by=staff())
    with pytest.raises(Refused):
        actions.save_memo(memo, {"note": {"fr": "Seulement"}}, by=staff())
    for thing in (objective, memo):
        thing.refresh_from_db()
        assert not thing.note


def test_publishing_twice_is_journaled_once():
    objective = programme.objective()
    actions.publish(objective, by=staff())
    entries = JournalEntry.objects.filter(verb="ambition.publish", kind="ambition.objective")
    assert entries.count() == 1


def test_a_withdrawn_objective_tells_why(client):
    objective = programme.objective()
    with pytest.raises(Refused, match="néerlandais"):
        actions.withdraw(objective, by=staff(), because=ONLY_FRENCH)
    actions.withdraw(objective, by=staff(), because=BECAUSE)
    answer = client.get(objective.get_absolute_url())
    assert answer.status_code == 410
    assert "Fusionné avec un autre." in answer.content.decode()
    told = client.get(f"/en/ambition/objectives/{objective.code}/").content.decode()
    assert f'“<span lang="fr">{objective.title["fr"].text}</span>” stood here' in told
    assert client.get(f"/api/v1/objectives/{objective.code}").status_code == 410


def test_a_draft_is_for_the_office_only(client):
    draft = programme.objective(published=False)
    assert draft not in queries.objectives(visible_to=None)
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert draft.code not in client.get("/fr/ambition/").content.decode()


def test_the_memo_page_of_a_withdrawn_memo_still_shows_the_directions(client):
    objective = programme.objective()
    actions.withdraw(AmbitionMemo.objects.get(), by=staff(), because=BECAUSE)
    html = client.get("/fr/ambition/").content.decode()
    assert objective.direction.get_absolute_url() in html
    assert str(objective.memo.title) not in html
    assert str(objective.memo.title) not in client.get(objective.get_absolute_url()).content.decode()


def two_memos() -> tuple[Objective, Objective]:
    """An objective of a memo that a newer one replaced, and one of the newer."""
    earlier = programme.objective(memo=programme.memo(title={"fr": "Note 2025", "nl": "Nota 2025"}))
    later = programme.objective(memo=programme.memo(title={"fr": "Note 2030", "nl": "Nota 2030"}))
    return earlier, later


def test_a_memo_shows_its_own_objectives_and_leads_to_the_others(client):
    earlier, later = two_memos()
    today = links(client, "/fr/ambition/")
    assert str(later.title) in today
    assert str(earlier.title) not in today
    before = follow(client, "/fr/ambition/", "Note 2025")
    shown = links(client, before)
    assert str(earlier.title) in shown
    assert str(later.title) not in shown
    assert links(client, shown["Note 2030"]).keys() == today.keys()
    assert client.get(earlier.get_absolute_url()).status_code == 200
    assert follow(client, earlier.get_absolute_url(), "Note 2025") == before


def test_a_direction_names_the_objectives_of_the_memo_that_counts(client):
    earlier, later = two_memos()
    cards = client.get(earlier.direction.get_absolute_url()).context["direction"].shown_objectives
    assert cards == [later]


def test_a_withdrawn_memo_tells_why_and_the_one_before_counts_again(client):
    _earlier, later = two_memos()
    actions.withdraw(later.memo, by=staff(), because=BECAUSE)
    assert "Note 2025" in client.get("/fr/ambition/").content.decode()
    answer = client.get(later.memo.get_absolute_url())
    assert answer.status_code == 410
    assert "Fusionné avec un autre." in answer.content.decode()
    assert client.get(f"/api/v1/memos/{later.memo.code}").status_code == 410


def test_a_draft_memo_replaces_nothing_for_the_office_either(office):
    objective = programme.objective()
    draft = programme.memo(published=False)
    assert str(objective.memo.title) in office.get("/fr/ambition/").content.decode()
    assert str(draft.title) in office.get(draft.get_absolute_url()).content.decode()
    assert type(office)().get(draft.get_absolute_url()).status_code == 404


def test_an_objective_is_public_only_in_a_public_memo(office):
    draft = programme.memo(published=False)
    objective = programme.objective(memo=draft, published=False)
    answer = office.post(reverse("ambition:publish-objective", args=[objective.code]), follow=True)
    assert "Publiez d’abord la note d’ambition" in answer.content.decode()
    objective.refresh_from_db()
    assert not objective.is_published
    actions.publish(draft, by=staff())
    actions.publish(objective, by=staff())
    objective.refresh_from_db()
    assert objective.is_published


def test_a_public_objective_does_not_move_to_a_draft_memo():
    objective, draft = programme.objective(), programme.memo(published=False)
    with pytest.raises(Refused) as refusal:
        actions.save_objective(objective, {"memo": draft}, by=staff())
    assert refusal.value.code == "memo-not-published"
    objective.refresh_from_db()
    assert objective.memo != draft


def test_the_api_gives_each_memo_with_its_own_objectives(client):
    earlier, later = two_memos()
    programme.objective(memo=later.memo, published=False)
    programme.memo(published=False)
    rows = client.get("/api/v1/memos").json()["results"]
    assert [row["code"] for row in rows] == ["note-2030", "note-2025"]
    one = client.get(f"/api/v1/memos/{later.memo.code}").json()
    assert [row["code"] for row in one["objectives"]] == [later.code]
    assert one["address"].endswith(later.memo.get_absolute_url())
    listed = client.get(f"/api/v1/objectives?memo={earlier.memo.code}").json()["results"]
    assert [(row["code"], row["memo"]) for row in listed] == [(earlier.code, "note-2025")]


def test_a_memo_stands_on_the_thread_of_its_objectives(client):
    objective = programme.objective()
    memo = objective.memo.get_absolute_url()
    assert (
        objective.get_absolute_url()
        in client.get(f"/fr/thread/ambitionmemo/{objective.memo.code}/").content.decode()
    )
    assert memo in client.get(f"/fr/thread/objective/{objective.code}/").content.decode()


def test_the_pages_cost_the_same_with_one_and_with_three_objectives(constant_queries):
    constant_queries("/fr/ambition/", programme.objective)
    constant_queries(Direction.objects.get().get_absolute_url(), programme.objective)
    constant_queries(f"/api/v1/memos/{AmbitionMemo.objects.get().code}", programme.objective)


def test_the_api_lists_cost_the_same_with_one_and_with_three(constant_queries):
    def make():
        indicator = indicators.indicator()
        return programme.objective(indicators=[indicator])

    constant_queries("/api/v1/objectives", make)
    constant_queries("/api/v1/directions", programme.direction)
    constant_queries("/api/v1/memos", programme.memo)


def test_the_desk_costs_the_same_with_one_and_with_three(constant_queries, office):
    constant_queries(reverse(DESK), programme.objective, office)


def test_an_objective_is_measured_by_indicators(client):
    indicator = indicators.indicator()
    objective = programme.objective(indicators=[indicator])
    assert indicator.get_absolute_url() in client.get(objective.get_absolute_url()).content.decode()
    assert objective.get_absolute_url() in client.get(indicator.get_absolute_url()).content.decode()
    row = client.get(f"/api/v1/objectives/{objective.code}").json()
    assert row["indicators"] == [indicator.code]


def test_the_office_writes_a_memo_a_direction_and_an_objective(office):
    texts = posted("name", {"fr": "Connectivité", "nl": "Connectiviteit"})
    texts |= posted("description", {"fr": "Texte", "nl": "Tekst"})
    office.post(reverse("ambition:new-direction"), texts | {"kind": "dimension", "position": "1"})
    memo = posted("title", {"fr": "Mémo", "nl": "Nota"}) | posted("intro", {"fr": "Texte", "nl": "Tekst"})
    office.post(reverse("ambition:new-memo"), memo)
    indicator = indicators.indicator()
    values = posted("title", {"fr": "Relier", "nl": "Verbinden"})
    values |= posted("description", {"fr": "Texte", "nl": "Tekst"})
    values |= {
        "memo": str(AmbitionMemo.objects.get().pk),
        "direction": str(Direction.objects.get().pk),
        "position": "1",
        "indicators": indicator.reference,
    }
    assert office.post(reverse("ambition:new-objective"), values).status_code == 302
    objective = Objective.objects.get()
    assert list(objective.indicators.all()) == [indicator]
    assert (
        indicator.reference
        in office.get(reverse("ambition:write-objective", args=[objective.code])).content.decode()
    )
    office.post(reverse("ambition:publish-memo", args=["memo"]))
    office.post(reverse("ambition:publish-objective", args=[objective.code]))
    html = type(office)().get("/nl/ambition/").content.decode()
    assert "Verbinden" in html
    assert "Nota" in html
    reason = posted("because", {"fr": "Fini", "nl": "Klaar"})
    office.post(reverse("ambition:withdraw-objective", args=[objective.code]), reason)
    assert type(office)().get(f"/nl/ambition/objectives/{objective.code}/").status_code == 410


def test_an_unknown_indicator_is_named_on_the_form(office):
    objective = programme.objective(published=False)
    address = reverse("ambition:write-objective", args=[objective.code])
    answer = office.post(address, {"indicators": "INDI-1999-0001 <script>alert(1)</script>"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "INDI-1999-0001" in html
    assert "<script>alert" not in html


@pytest.mark.parametrize(("language", "told"), [("fr", "5 sur 20"), ("nl", "5 van 20"), ("en", "5 of 20")])
def test_a_direction_shows_its_indicators_and_a_share_with_its_two_numbers(client, language, told):
    code = programme.direction().code
    share = indicators.indicator(direction=code, symbol="%")
    figure = {"period": "2020", "value": 25, "numerator": 5, "denominator": 20}
    indicator_actions.report_value(share, figure, by=journal.system())
    indicator_actions.approve_values(share, by=journal.system())
    draft, other = indicators.indicator(published=False, direction=code), indicators.indicator()
    html = client.get(f"/{language}/ambition/directions/{code}/").content.decode()
    assert told in html
    assert f"/{language}/indicators/{share.code}/" in html
    for hidden in (draft, other):
        assert f"/{language}/indicators/{hidden.code}/" not in html


def test_a_direction_costs_the_same_with_one_and_with_three_indicators(constant_queries):
    found = programme.direction()
    constant_queries(found.get_absolute_url(), lambda: indicators.reported(direction=found.code))
