"""How the crawler visits the pages of the roadmap."""

from typing import Any

from civicthread.roadmap.models import Milestone
from tests.browser.site import Site
from tests.browser.visiting import OnlyPost, Page, Visit, first


def project(_site: Site) -> dict[str, Any]:
    """A project with milestones."""
    return {"project": Milestone.objects.values_list("project__reference", flat=True)[0]}


MILESTONE = first(Milestone, "reference")
VISITS: dict[str, list[Visit]] = {
    "roadmap:roadmap": [Page(), Page(query="show=coming")],
    "roadmap:milestone": [Page(MILESTONE), Page(MILESTONE, persona="staff")],
    "roadmap:desk": [Page(persona="staff")],
    "roadmap:project-desk": [Page(project, persona="staff")],
    "roadmap:add": [Page(project, persona="staff")],
    **{
        f"roadmap:{name}": [Page(MILESTONE, persona="staff")]
        for name in ("write", "replan", "reach", "correct", "withdraw")
    },
    "roadmap:publish": [OnlyPost(MILESTONE, persona="staff")],
}
