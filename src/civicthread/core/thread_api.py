"""The thread for programs."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from ninja import Path, Router

from civicthread.core import prov, walking
from civicthread.core.api import operation
from civicthread.core.policy import actor_of

router = Router(tags=["core"])

KindName = Annotated[
    str, Path(pattern=r"^[a-z.]{1,60}$", description="What kind of thing: `project`, `indicator` …")
]
Which = Annotated[
    str, Path(pattern=r"^[\w-]{1,60}$", description="Its reference number, its code or its key.")
]


@router.get(
    "/thread/{kind}/{which}",
    operation_id="core.thread",
    url_name="core.thread",
    openapi_extra={
        "responses": {
            200: {
                "description": "PROV-O as JSON-LD",
                "content": {prov.CONTENT_TYPE: {"schema": {"type": "object"}}},
            }
        }
    },
)
@operation("core.read")
def thread(request: HttpRequest, kind: KindName, which: Which) -> Any:
    """All that a thing comes from and all that became of it, as far as the reader may see."""
    actor = actor_of(request)
    found = walking.walk(walking.find(kind, which, visible_to=actor), visible_to=actor)
    return JsonResponse(prov.document(found, visible_to=actor), content_type=prov.CONTENT_TYPE)
