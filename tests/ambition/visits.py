"""How the crawler visits the pages of the ambition."""

from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from tests.browser.visiting import OnlyPost, Page, Visit, first

MEMO, OBJECTIVE = first(AmbitionMemo, "code"), first(Objective, "code")
VISITS: dict[str, list[Visit]] = {
    "ambition:memo": [Page(), Page(persona="staff")],
    "ambition:version": [Page(MEMO), Page(MEMO, persona="staff")],
    "ambition:direction": [Page(first(Direction, "code"))],
    "ambition:objective": [Page(OBJECTIVE), Page(OBJECTIVE, persona="staff")],
    **{
        f"ambition:{name}": [Page(persona="staff")]
        for name in ("desk", "new-direction", "new-memo", "new-objective")
    },
    "ambition:write-direction": [Page(first(Direction, "code"), persona="staff")],
    "ambition:write-memo": [Page(MEMO, persona="staff")],
    "ambition:withdraw-memo": [Page(MEMO, persona="staff")],
    "ambition:publish-memo": [OnlyPost(MEMO, persona="staff")],
    "ambition:write-objective": [Page(OBJECTIVE, persona="staff")],
    "ambition:withdraw-objective": [Page(OBJECTIVE, persona="staff")],
    "ambition:publish-objective": [OnlyPost(OBJECTIVE, persona="staff")],
}
