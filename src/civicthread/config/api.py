"""The JSON API, below /api/v1/; described by /api/v1/openapi.json.

How an app offers its things, in `<app>/api.py`:

    router = Router(tags=["ideas"])                     # the tag is the app

    class IdeaOut(Schema): ...                          # what is shown; enumerations and codes, never translated labels

    @router.get("/ideas", response=Page[IdeaOut], operation_id="ideas.list")
    @operation("ideas.read")                            # the rule; without one the program does not start
    def ideas(request: HttpRequest, query: Words, asked: Asked) -> Any:
        rows = queries.filtered(Filters(query=query))
        return paged(request, rows, _shown, order="-received_at", asked=asked)

    @router.get("/ideas/{slug:reference}", response=IdeaOut, operation_id="ideas.get")

- Reads come from `queries.py`, changes go through `actions.py`: the same rules, refusals and journal as on the pages.
- Lists page by cursor (`paged`); `show` gets all rows of a page at once, so a page costs a fixed number of queries.
- Raise what the app raises anyway (`Refused`, `Forbidden`, `Gone`, `Http404`): each becomes application/problem+json.
- Parameters that reach the database are enumerations or `Code`s: no control character gets there. A code that names
  nothing is told (`named`), and so is a parameter that no operation reads.
- A change from a browser session needs its CSRF token (`X-CSRFToken`), as any form does.

Then add the router here, and write the description anew: `OPENAPI=write pytest tests/config/test_api.py`.
"""

from civicthread.ambition.api import router as ambition
from civicthread.core.api import Api, own_site
from civicthread.core.thread_api import router as thread
from civicthread.dashboard.api import router as dashboard
from civicthread.datahub.api import router as datahub
from civicthread.governance.api import router as governance
from civicthread.ideas.api import router as ideas
from civicthread.indicators.api import router as indicators
from civicthread.indices.api import router as indices
from civicthread.projects.api import router as projects
from civicthread.roadmap.api import router as roadmap
from civicthread.stakeholders.api import router as stakeholders

api = Api(
    title="Civic Thread",
    version="1",
    description="From a citizen's idea to a measured result: what is public here, for programs.",
    urls_namespace="api",
    docs_url=None,
    auth=own_site,
)
api.add_router("", ideas)
api.add_router("", datahub)
api.add_router("", indicators)
api.add_router("", indices)
api.add_router("", stakeholders)
api.add_router("", ambition)
api.add_router("", projects)
api.add_router("", roadmap)
api.add_router("", governance)
api.add_router("", dashboard)
api.add_router("", thread)
