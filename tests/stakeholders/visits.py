"""How the crawler visits the pages of the stakeholders' registry."""

from datetime import date
from typing import Any

from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.stakeholders import actions
from civicthread.stakeholders.models import Body, Organisation, Representation
from tests.browser.site import Site
from tests.browser.visiting import OnlyPost, Page, Visit, first


def seat(_site: Site) -> dict[str, Any]:
    """A seat in a body."""
    body, organisation = Body.objects.order_by("pk")[0], Organisation.objects.order_by("pk")[0]
    found = body.mandates.first() or actions.give_mandate(
        body, by=journal.system(), organisation=organisation, office=Text(), since=date(2026, 1, 1)
    )
    return {"code": body.code, "pk": found.pk}


def represented(site: Site) -> dict[str, Any]:
    """The organisation that the representative speaks for."""
    person = site.people["representative"].actor
    found = Representation.objects.filter(actor=person).select_related("organisation").first()
    if found is None:
        organisation = Organisation.objects.order_by("pk")[0]
        found = actions.name_representative(organisation, by=journal.system(), actor=person)
    return {"code": found.organisation.code}


def representation(site: Site) -> dict[str, Any]:
    code = represented(site)["code"]
    return {
        "code": code,
        "pk": Representation.objects.filter(organisation__code=code).values_list("pk", flat=True)[0],
    }


ORGANISATION, BODY = first(Organisation, "code"), first(Body, "code")
VISITS: dict[str, list[Visit]] = {
    "stakeholders:organisations": [Page(), Page(query="helix=private")],
    "stakeholders:organisation": [Page(ORGANISATION), Page(represented, persona="representative")],
    **{f"stakeholders:{name}": [Page(persona="staff")] for name in ("desk", "new", "bodies", "new-body")},
    **{
        f"stakeholders:{name}": [Page(ORGANISATION, persona="staff")]
        for name in ("entry", "write", "withdraw", "name-representative")
    },
    "stakeholders:publish": [OnlyPost(ORGANISATION, persona="staff")],
    "stakeholders:describe": [Page(represented, persona="representative")],
    "stakeholders:end-representation": [OnlyPost(representation, persona="staff")],
    "stakeholders:body": [Page(BODY, persona="staff")],
    "stakeholders:write-body": [Page(BODY, persona="staff")],
    "stakeholders:give-mandate": [Page(BODY, persona="staff")],
    "stakeholders:end-mandate": [Page(seat, persona="staff")],
}
