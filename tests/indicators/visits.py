"""How the crawler visits the Office's screens of indicators."""

from civicthread.indicators.models import Indicator
from tests.browser.site import Site
from tests.browser.visiting import OnlyPost, Page, Visit


def computed(_site: Site) -> dict[str, str]:
    """An indicator with a query."""
    return {"code": Indicator.objects.filter(kind=Indicator.Kind.SQL).values_list("code", flat=True)[0]}


VISITS: dict[str, list[Visit]] = {
    "indicators:overview": [Page(persona="steward")],
    "indicators:new": [Page(persona="steward")],
    **{
        f"indicators:{name}": [Page(computed, persona="staff")]
        for name in (
            *("desk", "definition", "method", "targets", "scale", "comparisons", "report", "withdraw"),
        )
    },
    "indicators:path": [
        Page(lambda site, role=role: computed(site) | {"role": role}, persona="steward")
        for role in ("ideal", "projected")
    ],
    "indicators:guide": [
        Page(computed, persona="steward"),
        Page(
            computed,
            persona="steward",
            query="figure=rate&dataset=road_collisions&people=municipalities_2020",
        ),
    ],
    **{
        f"indicators:{name}": [OnlyPost(computed, "staff")]
        for name in ("approve", "refuse", "compute", "publish")
    },
}
