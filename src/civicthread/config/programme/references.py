"""What no single record can show: codes and addresses used twice, areas in a circle, dates across records."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from civicthread.territory import boundaries

from .schema import Programme

T = TypeVar("T", bound=Hashable)
# file, path inside it, sentence
Told = tuple[str, str, str]


def mistakes_between(programme: Programme) -> Iterator[Told]:
    """All that is wrong between the records of a programme whose records are each right."""
    yield from _codes_used_twice(programme)
    yield from _slugs_used_twice(programme)
    yield from _areas_in_a_circle(programme)
    yield from _names_of_two_areas(programme)
    yield from _boundaries(programme)
    yield from _share_alike_apart(programme)


def _codes_used_twice(programme: Programme) -> Iterator[Told]:
    records = {
        "directions.yml": [direction.code for direction in programme.directions],
        "objectives.yml": [objective.code for objective in programme.ambition.objectives]
        if programme.ambition
        else [],
        "organisations.yml": [organisation.code for organisation in programme.stakeholders.organisations],
        "areas.yml": [area.code for area in programme.areas],
        "blocks.yml": [block.code for block in programme.blocks],
        "projects.yml": [project.code for project in programme.projects],
        "milestones.yml": [milestone.code for milestone in programme.milestones],
        "decisions.yml": [decision.code for decision in programme.decisions],
        "indicators.yml": [
            *(indicator.code for indicator in programme.indicators),
            *(index.indicator.code for index in programme.indices.indices if index.indicator),
        ],
        "datasets.yml": [dataset.code for dataset in (*programme.datasets, *programme.indices.datasets)],
        "indices.yml": [index.code for index in programme.indices.indices],
        "ideas.yml": [idea.code for idea in programme.participation.ideas],
        "pages": [page.code for page in programme.pages],
        "news": [article.code for article in programme.news],
    }
    for file, codes in records.items():
        for code in _twice(codes):
            yield file, code, "This code is used twice."
    for code in _twice(need.code for need in programme.participation.needs):
        yield "ideas.yml", f"needs › {code}", "This code is used twice."
    for code in _twice(body.code for body in programme.stakeholders.bodies):
        yield "organisations.yml", f"bodies › {code}", "This code is used twice."


def _slugs_used_twice(programme: Programme) -> Iterator[Told]:
    for folder, pages in (("pages", programme.pages), ("news", programme.news)):
        slugs = [f"{language}/{slug}" for page in pages for language, slug in page.slug.items()]
        for slug in _twice(slugs):
            yield folder, slug, "Two pages have this address."


def _areas_in_a_circle(programme: Programme) -> Iterator[Told]:
    parents = {area.code: area.parent for area in programme.areas}
    for code, parent in parents.items():
        above, seen = parent, {code}
        while above and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == code:
            yield "areas.yml", code, "This area lies within itself."


def _names_of_two_areas(programme: Programme) -> Iterator[Told]:
    names = [
        (area.level, name.casefold())
        for area in programme.areas
        for name in {name.casefold() for name in (*area.name.values(), *area.aliases)}
    ]
    for level, name in _twice(names):
        yield "areas.yml", name, f"Two areas of the level “{level}” have this name."


def _boundaries(programme: Programme) -> Iterator[Told]:
    if programme.boundaries is None:
        return
    known = {area.code for area in programme.areas}
    try:
        features = json.loads(programme.boundaries.read_text(encoding="utf-8"))["features"]
        codes = [str(feature["properties"]["code"]) for feature in features]
        drawn = [feature.get("geometry") for feature in features]
    except (ValueError, KeyError, TypeError):
        yield "areas.geojson", "", "This is not a GeoJSON collection whose features have a code."
        return
    for code in sorted(set(codes) - known):
        yield "areas.geojson", code, "No area of areas.yml has this code."
    for code in _twice(codes):
        yield "areas.geojson", code, "This code is used twice."
    for code, geometry in zip(codes, drawn, strict=True):
        try:
            boundaries.cleaned(geometry)
        except boundaries.UnusableBoundary as mistake:
            yield "areas.geojson", code, str(mistake)


def _share_alike_apart(programme: Programme) -> Iterator[Told]:
    """Share-alike data stands apart, so that its licence never spreads to the rest unseen."""
    for dataset in programme.datasets:
        if dataset.licence.share_alike != dataset.file.startswith("datasets/share-alike/"):
            yield (
                "datasets.yml",
                dataset.code,
                "Share-alike data, and only that, stands in datasets/share-alike/.",
            )


def _twice(values: Iterable[T]) -> list[T]:
    return [value for value, count in Counter(values).items() if count > 1]
