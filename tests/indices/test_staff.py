"""The Office's screens of composite indices, and the indicator that an index feeds."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from civicthread.core import journal
from civicthread.core.errors import Refused
from civicthread.indicators import actions as indicator_actions
from civicthread.indicators import waiting
from civicthread.indices import actions, queries
from civicthread.indices.models import CompositeIndex
from tests import personas
from tests.factories import indicators
from tests.factories import indices as factory

pytestmark = pytest.mark.django_db
OFFICE = "/en/indices/office/"
TITLE = {"title_fr": "Lampes", "title_nl": "Lampen", "description_fr": "x", "description_nl": "x"}


@pytest.fixture
def steward():
    return personas.make("steward").client()


@pytest.fixture
def staff():
    return personas.make("staff").client()


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("file.csv", text.encode())


def form(text: str = factory.METHOD, sql: str = factory.SQL, **more):
    told = {"sql": sql, "missing": "refuse", "note_fr": "La moyenne", "note_nl": "Het gemiddelde", **more}
    return {**told, "file": upload(text)} if text else told


def test_a_steward_makes_an_index_and_the_staff_publishes_it(place, steward, staff, client):
    factory.cells(place)
    answer = steward.post(f"{OFFICE}new/", {**TITLE, "area": "A"})
    made = CompositeIndex.objects.get()
    assert answer["Location"].endswith(f"{made.code}/method/")
    desk = f"{OFFICE}{made.code}/"
    assert steward.post(f"{desk}method/", form()).status_code == 302
    assert steward.post(f"{desk}areas/", {"file": upload(factory.AREAS)}).status_code == 302
    steward.post(f"{desk}compute/")
    run = queries.proposed_run(made)
    assert "The staff of the Office approves them." in steward.get(desk).content.decode()
    assert steward.post(f"{desk}approve/", {"seen": run.pk}).status_code == 403
    assert "Approve these scores" in staff.get(desk).content.decode()
    staff.post(f"{desk}approve/", {"seen": run.pk})
    staff.post(f"{desk}publish/")
    page = client.get(f"/en/indices/{made.code}/").content.decode()
    assert "Town A" in page
    assert queries.approved_run(made) == run


MISTAKES = [
    (form(factory.METHOD.replace("0,100,1,no", "100,0,1,no")), "must lie under the maximum"),
    (form(factory.METHOD.replace("weight", "heaviness")), "must have the columns"),
    (form(sql="SELECT edition FROM cells"), "missing: area, code, value, layer"),
    (form(sql="DROP TABLE cells"), "SELECT"),
    ({**form(""), "file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00")}, "not written in UTF-8"),
]


@pytest.mark.parametrize(("posted", "sentence"), MISTAKES, ids=[sentence for _form, sentence in MISTAKES])
def test_a_method_that_cannot_be_is_told_on_its_form_and_nothing_changes(steward, posted, sentence):
    made = factory.noted()
    if posted.get("file"):
        posted["file"].seek(0)
    answer = steward.post(f"{OFFICE}{made.code}/method/", posted)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert made.methods.count() == 1


def test_the_method_comes_back_as_the_file_that_makes_the_same_method(steward):
    made = factory.noted()
    path = f"{OFFICE}{made.code}/method"
    text = steward.get(f"{path}.csv").content.decode()
    method = made.methods.get()
    actions.set_method(made, factory.rows(text), sql=factory.SQL, note=factory.NOTE, by=journal.system())
    assert made.methods.count() == 1
    answer = steward.post(f"{path}/", form("", note_en="The mean, told better"))
    assert answer.status_code == 302
    second = made.methods.last()
    assert second.number == 2
    assert [p.key for p in second.parts.all()] == [p.key for p in method.parts.all()]


def test_a_new_index_needs_a_method_file(steward):
    factory.described()
    made = factory.index(sql="")
    answer = steward.post(f"{OFFICE}{made.code}/method/", form(""))
    assert "Load the method file" in answer.content.decode()


def test_the_desk_shows_what_an_approval_would_change(staff):
    made = factory.noted()
    html = staff.get(f"{OFFICE}{made.code}/").content.decode()
    assert "The index where it changes most" in html
    assert staff.post(f"{OFFICE}{made.code}/approve/", {"seen": "4711"}, follow=True).status_code == 200
    assert queries.proposed_run(made) is not None, "another run than the one that was seen"
    staff.post(f"{OFFICE}{made.code}/refuse/", {"seen": queries.proposed_run(made).pk})
    assert queries.proposed_run(made) is None


def test_the_overview_costs_the_same_with_one_index_and_with_three(constant_queries):
    constant_queries(OFFICE, factory.noted, client=personas.make("steward").client())


def test_an_index_feeds_an_indicator_whose_figures_are_approved_as_any_other():
    fed = indicators.indicator()
    made = factory.standing(indicator=fed)
    fed.refresh_from_db()
    assert fed.kind == "composite"
    found = [(p.value.period, p.value.value) for p in waiting.proposals(fed)]
    scores = queries.approved_run(made).scores.filter(area="A", part="city")
    assert sorted(found) == sorted((s.edition, s.points) for s in scores)
    indicator_actions.approve_values(fed, by=journal.system())
    value = fed.values.get(period="2023", approval="approved")
    assert "100\xa0% of the weight is measured." in value.note["en"].text
    assert value.source["url"].endswith(f"/fr/indices/{made.code}/?edition=2023")


def test_an_index_feeds_no_indicator_that_has_a_query_of_its_own(place):
    indicators.lamps(place)
    computed = indicators.indicator(sql=indicators.TOTAL)
    with pytest.raises(Refused) as refused:
        factory.index(sql="", indicator=computed)
    assert refused.value.code == "indicator-computed"
    assert not CompositeIndex.objects.exists()


def test_two_names_for_one_area_are_refused(steward):
    made = factory.noted()
    twice = factory.AREAS + "A,Autre,Ander,Other,yes\n"
    answer = steward.post(f"{OFFICE}{made.code}/areas/", {"file": upload(twice)})
    assert answer.status_code == 422
    assert made.areas.count() == 2


def test_a_steward_describes_an_index_anew_and_the_staff_withdraws_it(place, steward, staff, client):
    made = factory.standing()
    desk = f"{OFFICE}{made.code}/"
    assert made.title["en"].text in steward.get(f"{desk}definition/").content.decode()
    told = {**TITLE, "title_fr": "Lumières", "area": "A"}
    assert steward.post(f"{desk}definition/", {**told, "title_nl": ""}).status_code == 422
    assert steward.post(f"{desk}definition/", told).status_code == 302
    made.refresh_from_db()
    assert made.title["fr"].text == "Lumières"
    because = {"because_fr": "Fini", "because_nl": "Klaar"}
    assert steward.post(f"{desk}withdraw/", because).status_code == 403
    assert staff.post(f"{desk}withdraw/", {**because, "because_nl": ""}).status_code == 422
    assert staff.post(f"{desk}withdraw/", because).status_code == 302
    assert client.get(f"/en/indices/{made.code}/").status_code == 410


def test_an_index_that_cannot_be_computed_says_so_on_its_desk(steward):
    made = factory.index(sql="")
    answer = steward.post(f"{OFFICE}{made.code}/compute/", follow=True)
    assert answer.status_code == 200
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert steward.get(f"{OFFICE}{made.code}/method.csv").status_code == 404
    assert steward.get(f"{OFFICE}nothing/").status_code == 404
