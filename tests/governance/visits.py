"""How the crawler visits the Office's register of decisions."""

from civicthread.governance.models import Decision
from tests.browser.visiting import Elsewhere, OnlyPost, Page, Visit, first

DECISION = first(Decision, "reference")
VISITS: dict[str, list[Visit]] = {
    "governance:start": [Elsewhere("leads to the decisions: tests/governance/test_decisions.py")],
    "governance:decisions": [Page(), Page(query="query=zzzz")],
    "governance:decision": [Page(DECISION), Page(DECISION, persona="staff")],
    "governance:desk": [Page(persona="staff")],
    "governance:record": [Page(persona="staff")],
    "governance:write": [Page(DECISION, persona="staff")],
    "governance:withdraw": [Page(DECISION, persona="staff")],
    "governance:publish": [OnlyPost(DECISION, persona="staff")],
}
