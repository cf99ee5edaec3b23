"""What each list and detail page costs in queries and processor, without any memory of pages.

It asks the city in DATA_DIR, once Django is set up, and prints one line of JSON.
"""

import itertools
import json
import statistics
import time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from civicthread.accounts.models import User
from civicthread.ambition.models import Direction, Objective
from civicthread.datahub.models import Dataset
from civicthread.governance.models import Decision
from civicthread.ideas.models import Idea, Need
from civicthread.indicators.models import Indicator
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone
from civicthread.stakeholders.models import Organisation
from civicthread.territory.models import Area

ROUNDS, WARM_UP = 20, 3
LISTS = (
    "",
    "ideas/",
    "ideas/?order=title",
    "ideas/?query=velo",
    "ideas/?state=retained",
    "ideas/needs/",
    "projects/",
    "projects/?query=velo",
    "indicators/",
    "indicators/?query=velo",
    "datahub/",
    "ambition/",
    "roadmap/",
    "governance/decisions/",
    "stakeholders/",
    "territory/",
    "news/",
    "changes/",
    "orphans/",
    "search/?q=velo",
)
DETAILS: dict[str, tuple[Any, str]] = {
    "ideas": (Idea, "reference"),
    "ideas/needs": (Need, "reference"),
    "projects": (Project, "reference"),
    "indicators": (Indicator, "code"),
    "datahub": (Dataset, "code"),
    "ambition/directions": (Direction, "code"),
    "ambition/objectives": (Objective, "code"),
    "roadmap": (Milestone, "reference"),
    "governance/decisions": (Decision, "reference"),
    "stakeholders": (Organisation, "code"),
    "territory": (Area, "code"),
}


def pages() -> dict[str, list[str]]:
    """The addresses of each kind of page: one for a list, many different ones for a detail page."""
    found = {f"/fr/{path}": [f"/fr/{path}"] for path in LISTS}
    for place, (model, key) in DETAILS.items():
        rows = model.objects.order_by("pk")
        if any(field.name == "publication" for field in model._meta.fields):  # noqa: SLF001
            rows = rows.filter(publication="published")
        keys = list(rows.values_list(key, flat=True))
        apart = keys[:: max(1, len(keys) // ROUNDS)]
        found[f"/fr/{place}/…/"] = [f"/fr/{place}/{one}/" for one in apart]
    return found


def cost(client: Client, addresses: list[str]) -> tuple[int, float]:
    """The most queries and the median milliseconds of processor of twenty answers."""
    queries, milliseconds = [], []
    for number, address in enumerate(itertools.islice(itertools.cycle(addresses), WARM_UP + ROUNDS)):
        before = time.process_time()
        status = client.get(address).status_code
        spent = time.process_time() - before
        if status != 200:
            raise RuntimeError(f"{address} answers {status}")
        if number >= WARM_UP:
            milliseconds.append(1000 * spent)
    for address in addresses[:5]:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        queries.append(len(captured))
    return max(queries), statistics.median(milliseconds)


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    member = User.objects.filter(email="bench@example.org").first()
    visitor, signed_in = Client(), Client()
    signed_in.force_login(member or User.objects.create_user("bench@example.org"))
    told = {name: [*cost(visitor, found), *cost(signed_in, found)] for name, found in pages().items()}
    samples = {name: found[:ROUNDS] for name, found in pages().items()}
    print(json.dumps({"costs": told, "samples": samples, "cookie": signed_in.cookies["sessionid"].value}))
