"""Organisations: written, published, withdrawn, represented."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from civicthread.accounts.models import Role
from civicthread.core import personal
from civicthread.core.errors import Forbidden, Refused
from civicthread.core.models import JournalEntry
from civicthread.core.text import Text
from civicthread.stakeholders import actions, queries
from civicthread.stakeholders.models import Body, Mandate, Organisation, Representation
from tests import personas
from tests.factories import programme
from tests.factories.accounts import person
from tests.factories.ideas import staff
from tests.factories.programme import BECAUSE, ONLY_FRENCH, posted

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """A browser of the Office."""
    personas.sign_in(client, person(roles=(Role.STAFF,)))
    return client


def test_a_new_organisation_gets_a_code_of_its_name_and_stays_a_draft():
    first = programme.organisation(published=False, name={"fr": "Été à Ixelles", "nl": "Zomer"})
    second = programme.organisation(published=False, name={"fr": "Été à Ixelles", "nl": "Zomer"})
    assert (first.code, second.code) == ("ete-a-ixelles", "ete-a-ixelles-2")
    assert not first.is_published


def test_a_name_never_takes_an_address_of_the_office():
    assert programme.organisation(name={"fr": "Office", "nl": "Office"}).code == "office-2"


def test_a_name_without_letters_still_gives_a_code():
    assert programme.organisation(name={"fr": "»", "nl": "»"}).code == "organisation"


def test_a_body_is_changed_from_what_it_is_now():
    board = programme.body()
    seen = Body.objects.get(pk=board.pk)
    actions.save_body(board, {"name": {"fr": "Comité", "nl": "Comité"}}, by=staff())
    actions.save_body(seen, {"name": {"fr": "Conseil", "nl": "Raad"}}, by=staff())
    former, _new = JournalEntry.objects.filter(verb="stakeholders.save_body").latest("pk").changes["name"]
    assert former["fr"]["text"] == "Comité"


def test_an_organisation_without_dutch_is_not_published():
    draft = programme.organisation(published=False, name={"fr": "Seulement"})
    with pytest.raises(Refused, match="néerlandais"):
        actions.publish_organisation(draft, by=staff())


def test_a_published_organisation_stays_complete():
    published = programme.organisation()
    with pytest.raises(Refused, match="néerlandais"):
        actions.save_organisation(published, {"description": {"fr": "Seulement"}}, by=staff())
    published.refresh_from_db()
    assert not published.description


def test_a_withdrawn_organisation_tells_why(client):
    found = programme.organisation()
    actions.withdraw_organisation(found, by=staff(), because=BECAUSE)
    answer = client.get(found.get_absolute_url())
    assert answer.status_code == 410
    assert "Fusionné avec un autre." in answer.content.decode()
    assert client.get(f"/api/v1/organisations/{found.code}").status_code == 410


def test_withdrawing_asks_for_the_reason_in_all_required_languages():
    found = programme.organisation()
    with pytest.raises(Refused, match="néerlandais"):
        actions.withdraw_organisation(found, by=staff(), because=ONLY_FRENCH)
    with pytest.raises(Refused, match="publié"):
        actions.withdraw_organisation(programme.organisation(published=False), by=staff(), because=BECAUSE)


def test_a_draft_is_seen_by_the_office_only(client, office):
    draft = programme.organisation(published=False)
    assert draft not in queries.organisations(visible_to=None)
    assert type(client)().get(draft.get_absolute_url()).status_code == 404
    assert office.get(draft.get_absolute_url()).status_code == 200


def test_who_represents_an_organisation_describes_it_and_nothing_else():
    actor, found = person().actor, programme.organisation()
    representation = actions.name_representative(found, by=staff(), actor=actor)
    text = Text.of({"fr": "Nous roulons.", "nl": "Wij rijden."})
    saved = actions.describe_organisation(found, by=actor, description=text, website="https://example.org/")
    assert saved.description == text
    with pytest.raises(Forbidden):
        actions.describe_organisation(programme.organisation(), by=actor, description=text, website="")
    with pytest.raises(Forbidden):
        actions.save_organisation(found, {"helix": "private"}, by=actor)
    actions.end_representation(representation, by=staff())
    with pytest.raises(Forbidden):
        actions.describe_organisation(found, by=actor, description=text, website="")


def test_a_person_speaks_for_an_organisation_once():
    actor, found = person().actor, programme.organisation()
    actions.name_representative(found, by=staff(), actor=actor)
    with pytest.raises(Refused) as refusal:
        actions.name_representative(found, by=staff(), actor=actor)
    assert refusal.value.code == "already-represents"


def test_ending_a_representation_twice_is_journaled_once():
    representation = actions.name_representative(programme.organisation(), by=staff(), actor=person().actor)
    for _ in range(2):
        actions.end_representation(representation, by=staff())
    assert JournalEntry.objects.filter(verb="stakeholders.end_representation").count() == 1


def test_a_body_has_its_name_in_all_required_languages():
    with pytest.raises(Refused, match="néerlandais"):
        programme.body(name={"fr": "Conseil"})
    assert not Body.objects.exists()


def test_a_mandate_does_not_end_before_it_starts():
    body, found = programme.body(), programme.organisation()
    given = {"organisation": found, "office": Text(), "since": date(2026, 5, 1)}
    mandate = actions.give_mandate(body, by=staff(), **given)
    with pytest.raises(Refused) as refusal:
        actions.end_mandate(mandate, by=staff(), until=date(2026, 4, 30))
    assert refusal.value.code == "ends-before-start"
    assert list(queries.seats(found)) == [mandate]
    actions.end_mandate(mandate, by=staff(), until=date(2026, 5, 2))
    assert list(queries.seats(found)) == []


def test_what_is_held_about_a_person_is_exported_and_erased():
    actor, found = person().actor, programme.organisation()
    actions.name_representative(found, by=staff(), actor=actor)
    seat = Mandate.objects.create(
        body=programme.body(), organisation=found, actor=actor, since=date(2026, 1, 1)
    )
    held = personal.export_all(actor)["stakeholders"]
    assert held["representations"][0]["organisation"] == found.code
    assert held["mandates"][0]["since"] == "2026-01-01"
    personal.erase_all(actor)
    assert not Representation.objects.filter(actor=actor).exists()
    seat.refresh_from_db()
    assert (seat.actor, seat.organisation) == (None, found)


def test_the_list_costs_the_same_with_one_and_with_three(constant_queries):
    constant_queries("/fr/stakeholders/", programme.organisation)


def test_the_office_list_costs_the_same_with_one_and_with_three(constant_queries, office):
    constant_queries("/fr/stakeholders/office/", programme.organisation, office)


def test_the_api_list_costs_the_same_with_one_and_with_three(constant_queries):
    constant_queries("/api/v1/organisations", programme.organisation)


def test_the_list_is_narrowed_by_words_and_kind(client):
    programme.organisation(name={"fr": "Les Vélos", "nl": "Fietsen"}, helix="private")
    programme.organisation(name={"fr": "Tram", "nl": "Tram"})
    for query in ("query=velo", "helix=private"):
        html = client.get(f"/fr/stakeholders/?{query}").content.decode()
        assert "Les Vélos" in html
        assert "/tram/" not in html
    assert client.get("/fr/stakeholders/?helix=nonsense&query=%00").status_code == 200


def test_the_office_writes_publishes_and_withdraws_on_its_screens(office):
    texts = posted("name", {"fr": "Tram", "nl": "Tram", "en": "Tram"})
    values = {"helix": "public", "website": "https://example.org", "former_names": "CIRB\n\n CIBG "}
    source = "https://example.org/about | Tram | 2026-05"
    answer = office.post(reverse("stakeholders:new"), texts | values | {"sources": source})
    found = Organisation.objects.get(code="tram")
    assert answer["Location"] == reverse("stakeholders:entry", args=["tram"])
    assert found.former_names == ["CIRB", "CIBG"]
    assert found.sources == [
        {"url": "https://example.org/about", "publisher": "Tram", "date": "2026-05", "kind": "primary"}
    ]
    shown = office.get(reverse("stakeholders:write", args=["tram"])).content.decode()
    assert "https://example.org/about | Tram | 05/2026" in shown
    office.post(reverse("stakeholders:publish", args=["tram"]))
    assert "Tram" in type(office)().get("/nl/stakeholders/tram/").content.decode()
    office.post(
        reverse("stakeholders:withdraw", args=["tram"]), posted("because", {"fr": "Fini", "nl": "Klaar"})
    )
    assert type(office)().get("/nl/stakeholders/tram/").status_code == 410


def test_a_screen_shows_what_is_wrong_and_changes_nothing(office):
    values = posted("name", {"fr": "Tram"}) | {"helix": "public", "sources": "javascript:alert(1) | me"}
    answer = office.post(reverse("stakeholders:new"), values)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "javascript:alert(1)" in html
    assert not Organisation.objects.exists()


def test_a_refusal_stands_on_the_form(office):
    found = programme.organisation(published=False)
    address = reverse("stakeholders:withdraw", args=[found.code])
    answer = office.post(address, posted("because", {"fr": "Fini", "nl": "Klaar"}))
    assert answer.status_code == 422
    assert "ds-error-summary" in answer.content.decode()


def test_a_text_left_behind_stays_unpublished_until_it_is_said_to_hold(office):
    made = programme.organisation(name={"fr": "Vélo", "nl": "Fiets"})
    address, values = reverse("stakeholders:write", args=[made.code]), {"helix": made.helix}
    typed = posted("name", {"fr": "Les vélos", "nl": "Fiets"}) | values
    refused = office.post(address, typed)
    made.refresh_from_db()
    assert (refused.status_code, str(made.name)) == (422, "Vélo")
    assert set(refused.context["form"]["name"].errors_by_language) == {"nl"}
    assert 'name="name_nl_holds"' in refused.content.decode()
    assert office.post(address, typed | {"name_nl_holds": "on"}).status_code == 302
    made.refresh_from_db()
    assert made.name == Text.of({"fr": "Les vélos", "nl": "Fiets"})
    assert "Fiets" in type(office)().get(f"/nl/stakeholders/{made.code}/").content.decode()


def test_a_draft_may_leave_a_text_behind_for_later(office):
    made = programme.organisation(name={"fr": "Vélo", "nl": "Fiets"}, published=False)
    address, values = reverse("stakeholders:write", args=[made.code]), {"helix": made.helix}
    typed = posted("name", {"fr": "Les vélos", "nl": "Fiets"}) | values
    assert office.post(address, typed).status_code == 302
    made.refresh_from_db()
    assert made.name.missing(["fr", "nl"]) == ["nl"]
    told = office.post(reverse("stakeholders:publish", args=[made.code]), follow=True)
    assert "nom (néerlandais)" in told.content.decode()
    assert 'name="name_nl_holds"' in office.get(address).content.decode()


def test_a_representative_is_named_by_the_address_of_an_account(office):
    found, user = programme.organisation(), person("someone@example.org")
    address = reverse("stakeholders:name-representative", args=[found.code])
    assert office.post(address, {"email": "nobody@example.org"}).status_code == 422
    assert office.post(address, {"email": "Someone@example.org"}).status_code == 302
    assert found.representations.get().actor == user.actor


def test_a_representative_finds_the_screen_on_the_public_page(client):
    user, found = person(), programme.organisation()
    actions.name_representative(found, by=staff(), actor=user.actor)
    personas.sign_in(client, user)
    address = reverse("stakeholders:describe", args=[found.code])
    assert address in client.get(found.get_absolute_url()).content.decode()
    texts = posted("description", {"fr": "Nous.", "nl": "Wij."})
    assert client.post(address, texts | {"website": "https://example.org"}).status_code == 302
    assert "Nous." in client.get(found.get_absolute_url()).content.decode()


def test_the_api_shows_an_organisation(client):
    found = programme.organisation(name={"fr": "Tram", "nl": "Tram NL"}, website="https://example.org")
    row = client.get(f"/api/v1/organisations/{found.code}").json()
    assert row["name"] == {"fr": "Tram", "nl": "Tram NL"}
    assert row["address"].endswith(f"/fr/stakeholders/{found.code}/")
    assert client.get("/api/v1/organisations?helix=private").json()["results"] == []
    assert client.get("/api/v1/organisations?helix=wrong").status_code == 422


def test_the_office_gives_a_body_its_seats_on_its_screens(office):
    found = programme.organisation()
    texts = posted("name", {"fr": "Jury", "nl": "Jury"})
    answer = office.post(
        reverse("stakeholders:new-body"), texts | {"kind": "jury", "organisation": found.code}
    )
    address = reverse("stakeholders:body", args=["jury"])
    assert answer["Location"] == address
    assert Body.objects.get().organisation == found
    seat = posted("office", {"fr": "Présidence", "nl": "Voorzitterschap"}) | {"since": "2026-01-15"}
    give = reverse("stakeholders:give-mandate", args=["jury"])
    assert office.post(give, seat | {"organisation": "nobody"}).status_code == 422
    assert office.post(give, seat | {"organisation": found.code}).status_code == 302
    mandate = Mandate.objects.get()
    html = office.get(address).content.decode()
    assert "Présidence" in html
    end = reverse("stakeholders:end-mandate", args=["jury", mandate.pk])
    assert end in html
    assert "Présidence" in office.get(reverse("stakeholders:entry", args=[found.code])).content.decode()
    assert office.post(end, {"until": "2026-01-14"}).status_code == 422
    assert office.post(end, {"until": "2026-02-01"}).status_code == 302
    assert end not in office.get(address).content.decode()
    other = reverse("stakeholders:end-mandate", args=[programme.body().code, mandate.pk])
    assert office.post(other, {"until": "2026-03-01"}).status_code == 404


def test_the_office_renames_a_body_and_is_told_what_is_missing(office):
    body = programme.body(kind="board")
    address = reverse("stakeholders:write-body", args=[body.code])
    assert str(body.name) in office.get(address).content.decode()
    refused = office.post(address, posted("name", {"fr": "Conseil"}) | {"kind": "board", "organisation": ""})
    assert refused.status_code == 422
    office.post(address, posted("name", {"fr": "Comité", "nl": "Comité"}) | {"kind": "committee"})
    body.refresh_from_db()
    assert (str(body.name), body.kind, body.organisation) == ("Comité", "committee", None)
    assert office.get(reverse("stakeholders:write-body", args=["nobody"])).status_code == 404


@pytest.mark.parametrize(
    ("since", "until", "seats"),
    [(-9, None, 1), (0, None, 1), (-9, 0, 1), (-9, 9, 1), (-9, -1, 0), (1, None, 0)],
)
def test_a_seat_counts_from_its_first_day_to_its_last(office, since, until, seats):
    today, body = timezone.localdate(), programme.body()
    mandate = Mandate.objects.create(
        body=body,
        organisation=programme.organisation(),
        since=today + timedelta(days=since),
        until=None if until is None else today + timedelta(days=until),
    )
    assert len(queries.seats(mandate.organisation)) == seats
    assert queries.bodies(visible_to=staff()).get().seats == seats
    html = office.get(reverse("stakeholders:bodies")).content.decode()
    assert f'<td class="number">{seats}</td>' in html


def test_the_office_ends_a_representation_of_that_organisation_only(office):
    found, actor = programme.organisation(), person("someone@example.org").actor
    representation = actions.name_representative(found, by=staff(), actor=actor)
    entry = reverse("stakeholders:entry", args=[found.code])
    assert "someone@example.org" in office.get(entry).content.decode()
    elsewhere = [programme.organisation().code, representation.pk]
    assert office.post(reverse("stakeholders:end-representation", args=elsewhere)).status_code == 404
    assert found.representations.get().until is None
    office.post(reverse("stakeholders:end-representation", args=[found.code, representation.pk]))
    assert found.representations.get().until == timezone.localdate()
    assert "someone@example.org" not in office.get(entry).content.decode()


def test_the_screens_of_the_office_are_shut_to_others_and_find_nothing_of_nobody(client, office):
    body, nobody = programme.body(), type(client)()
    for name, args in (("entry", ["nobody"]), ("body", ["nobody"]), ("write", ["nobody"])):
        assert office.get(reverse(f"stakeholders:{name}", args=args)).status_code == 404
    for name, args in (("bodies", []), ("body", [body.code]), ("new-body", [])):
        assert nobody.get(reverse(f"stakeholders:{name}", args=args)).status_code in (302, 403)
    assert list(queries.bodies(visible_to=person().actor)) == []


def test_the_list_of_bodies_costs_the_same_with_one_and_with_three(constant_queries, office):
    constant_queries(reverse("stakeholders:bodies"), programme.body, office)
