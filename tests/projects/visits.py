"""How the crawler visits the pages of projects."""

from typing import Any

from civicthread.projects.models import BuildingBlock, Fact
from tests.browser.site import Site
from tests.browser.visiting import OnlyPost, Page, Visit


def with_facts(_site: Site) -> dict[str, Any]:
    """A project with published figures."""
    return {"reference": Fact.objects.values_list("project__reference", flat=True)[0]}


def fact(site: Site) -> dict[str, Any]:
    return {**with_facts(site), "position": 0}


def block(_site: Site) -> dict[str, Any]:
    return {"code": BuildingBlock.objects.values_list("code", flat=True)[0]}


VISITS: dict[str, list[Visit]] = {
    "projects:list": [Page(), Page(query="query=mobilité"), Page(query="query=zzzz"), Page(persona="staff")],
    "projects:project": [Page(with_facts), Page(with_facts, persona="staff")],
    "projects:desk": [Page(persona="staff")],
    "projects:new": [Page(persona="staff")],
    **{
        f"projects:{name}": [Page(with_facts, persona="staff")]
        for name in ("sheet", "write", "join", "new-fact", "withdraw", "name-lead")
    },
    "projects:declare": [
        Page(lambda site: {**with_facts(site), "about": "shared_block"}, persona="staff"),
        Page(lambda site: {**with_facts(site), "about": "eu_funding"}, persona="staff"),
    ],
    "projects:blocks": [Page(persona="staff")],
    "projects:new-block": [Page(persona="staff")],
    "projects:write-block": [Page(block, persona="staff")],
    "projects:write-fact": [Page(fact, persona="staff")],
    "projects:remove-fact": [OnlyPost(fact, persona="staff")],
    "projects:publish": [OnlyPost(with_facts, persona="staff")],
    "projects:end-lead": [OnlyPost(with_facts, persona="staff")],
}
