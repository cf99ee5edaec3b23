"""Reads of composite indices: which there are, the scores that stand, what waits, what has to be computed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, JSONField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from civicthread.core import journal, policy, publishing, search
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.core.text import Text
from civicthread.datahub.models import Dataset
from civicthread.indices.models import CompositeIndex, IndexArea, IndexMethod, IndexPart, IndexRun, Score
from civicthread.methods import composite
from civicthread.territory.places import gazetteer

Approval = IndexRun.Approval
WRITTEN = (CompositeIndex._meta.label_lower,)  # noqa: SLF001  # Django's own description
"""What is written where an index changes: its methods, areas and runs belong to it."""
STANDS = Q(superseded_at__isnull=True, failed="")


def indices(*, visible_to: Actor | None) -> QuerySet[CompositeIndex]:
    """The indices this reader may see."""
    found = CompositeIndex.objects.all()
    if policy.may("indices.save", visible_to):
        return found
    return found.filter(publication=Publication.PUBLISHED)


def listed(*, visible_to: Actor | None, language: str) -> QuerySet[CompositeIndex]:
    """The list of indices, ready to be sorted by `sort_title`, each with its latest edition and points there.

    The area is the one the index opens with; an index without approved scores has neither.
    """
    root = Score.objects.filter(
        run__method__index=OuterRef("pk"),
        run__approval=Approval.APPROVED,
        run__superseded_at__isnull=True,
        area=OuterRef("area"),
        part=Subquery(
            IndexPart.objects.filter(method=OuterRef("run__method"), parent__isnull=True).values("key")[:1]
        ),
    ).order_by("-edition")
    return search.by_title(indices(visible_to=visible_to), language).annotate(
        edition=Coalesce(Subquery(root.values("edition")[:1]), Value("")),
        points=Subquery(root.values("points")[:1]),
        measured=Subquery(root.values("measured")[:1]),
    )


def parts(*, visible_to: Actor | None) -> QuerySet[IndexPart]:
    """The parts of the current methods of the indices this reader may see, without the indices themselves."""
    return (
        IndexPart.objects.filter(
            method__superseded_at__isnull=True,
            method__index__in=indices(visible_to=visible_to).values("pk"),
            parent__isnull=False,
        )
        .select_related("method__index")
        .order_by("pk")
    )


def approved_run(index: CompositeIndex) -> IndexRun | None:
    """The run whose scores everyone sees, with its method."""
    found = IndexRun.objects.filter(STANDS, method__index=index, approval=Approval.APPROVED)
    return found.select_related("method__index").first()


@dataclass(frozen=True)
class Current:
    """An index with the run whose scores stand, the tree of its method, and the areas it names by their codes."""

    index: CompositeIndex
    run: IndexRun | None
    tree: Sequence[IndexPart]
    areas: Mapping[str, IndexArea]


def current(code: str, *, visible_to: Actor | None) -> Current:
    """The index of that code as it stands, kept until one is changed; Gone or Http404 where there is none."""
    keeper = policy.may("indices.save", visible_to)
    name = f"index-{'kept' if keeper else 'read'}-{code}"
    return journal.kept(name, lambda: _current(one(code, visible_to=visible_to)), kinds=WRITTEN)


def _current(index: CompositeIndex) -> Current:
    run = approved_run(index)
    tree = list(run.method.parts.all()) if run else []
    return Current(index, run, tree, areas(index))


@dataclass(frozen=True)
class Runs:
    """What a desk shows of an index's runs: the one that stands, the one that waits, the latest of its method."""

    approved: IndexRun | None
    proposed: IndexRun | None
    last: IndexRun | None


def runs(index: CompositeIndex) -> Runs:
    """The runs of a desk, in one query."""
    current = IndexRun.objects.filter(method__index=index, method__superseded_at__isnull=True).order_by("-pk")
    shown = STANDS & Q(approval__in=[Approval.APPROVED, Approval.PROPOSED])
    found = list(
        IndexRun.objects.filter(shown | Q(pk=Subquery(current.values("pk")[:1])), method__index=index)
        .select_related("method__index")
        .order_by("-pk")
    )
    stands = [run for run in found if run.superseded_at is None and not run.failed]
    by_approval = {run.approval: run for run in reversed(stands)}
    latest = [run for run in found if run.method.superseded_at is None]
    return Runs(
        by_approval.get(Approval.APPROVED),
        by_approval.get(Approval.PROPOSED),
        latest[0] if latest else None,
    )


def any_approved(index: CompositeIndex, number: int) -> IndexRun | None:
    """A run that was approved once, whether its scores still stand or not."""
    found = IndexRun.objects.filter(method__index=index, approval=Approval.APPROVED, pk=number)
    return found.select_related("method__index").first()


def proposed_run(index: CompositeIndex) -> IndexRun | None:
    """The run that waits for approval."""
    found = IndexRun.objects.filter(STANDS, method__index=index, approval=Approval.PROPOSED)
    return found.select_related("method__index").order_by("-pk").first()


def last_run(index: CompositeIndex) -> IndexRun | None:
    """The latest run of the current method, whether it gave scores or not."""
    method = index.methods.last()
    return method.runs.order_by("pk").last() if method else None


def overview(*, visible_to: Actor | None) -> QuerySet[CompositeIndex]:
    """All indices for those who keep them, with `waiting` scores and whether the last run failed."""
    proposed = IndexRun.objects.filter(
        STANDS, method__index=OuterRef("pk"), approval=Approval.PROPOSED
    ).order_by("-pk")
    last = IndexRun.objects.filter(method__index=OuterRef("pk"), method__superseded_at__isnull=True).order_by(
        "-pk"
    )
    return indices(visible_to=visible_to).annotate(
        waiting=Coalesce(Subquery(proposed.values("rows")[:1]), Value(0)),
        last_failed=Coalesce(Subquery(last.values("failed")[:1]), Value("")),
        versions=Count("methods"),
    )


def outdated() -> list[CompositeIndex]:
    """The indices whose last run read other versions than the current ones; one without all its rows is left out."""
    current = dict(
        Dataset.objects.annotate(last=Max("versions__number"))
        .filter(last__isnull=False)
        .values_list("code", "last")
    )
    read = IndexRun.objects.filter(method=OuterRef("pk")).order_by("-pk").values("versions")[:1]
    methods = (
        IndexMethod.objects.filter(superseded_at__isnull=True)
        .exclude(index__publication=Publication.WITHDRAWN)
        .annotate(read=Subquery(read, output_field=JSONField()))
        .select_related("index")
        .prefetch_related("datasets")
        .order_by("pk")
    )
    return [method.index for method in methods if _is_outdated(method, current)]


def _is_outdated(method: IndexMethod, current: Mapping[str, int]) -> bool:
    codes = [dataset.code for dataset in method.datasets.all()]
    if not codes or any(code not in current for code in codes):
        return False
    read: object = method.read  # type: ignore[attr-defined]  # annotated above
    return read != {code: current[code] for code in codes}


class Stand(NamedTuple):
    """The points of a part in one place, None where they are missing, and the share of its weight that is measured."""

    points: float | None
    measured: float


@dataclass(frozen=True)
class Standing:
    """How one part stands in every edition and area of a run, and the ranks among those that compete."""

    stands: Mapping[tuple[str, str], Stand]
    unranked: frozenset[str]

    @cached_property
    def editions(self) -> list[str]:
        """The editions, oldest first."""
        return sorted({edition for edition, _area in self.stands})

    @cached_property
    def areas(self) -> list[str]:
        """The areas by code."""
        return sorted({area for _edition, area in self.stands})

    def at(self, edition: str, area: str) -> Stand | None:
        """How it stands there, None where the run says nothing."""
        return self.stands.get((edition, area))

    def ranks(self, edition: str) -> dict[str, int]:
        """The rank of each area that competes; empty unless all of them have a score in that edition."""
        compete = [area for area in self.areas if area not in self.unranked]
        found = {area: self.at(edition, area) for area in compete}
        points = {area: stand.points if stand else None for area, stand in found.items()}
        if len(compete) < 2 or None in points.values():
            return {}
        return composite.ranks(points)


def standing(run: IndexRun, part: str, *, unranked: Iterable[str] | None = None) -> Standing:
    """How one part stands everywhere; `unranked` are the areas that do not compete, where they are known already."""
    if unranked is None:
        unranked = [code for code, area in areas(run.method.index).items() if not area.ranked]
    stands = journal.kept(f"index-stands-{run.pk}-{part}", lambda: _stands(run, part), kinds=WRITTEN)
    return Standing(stands, frozenset(unranked))


def _stands(run: IndexRun, part: str) -> dict[tuple[str, str], Stand]:
    # Two hundred numbers: as rows of the table they were a fifth of what the page costs.
    rows = run.scores.filter(part=part).order_by("edition", "area")
    found = rows.values_list("edition", "area", "points", "measured")
    return {(edition, area): Stand(points, measured) for edition, area, points, measured in found}


def areas(index: CompositeIndex) -> dict[str, IndexArea]:
    """The areas that the index names, by code."""
    return {area.code: area for area in index.areas.all()}


def area_names(known: Mapping[str, IndexArea], codes: Iterable[str]) -> dict[str, Text | str]:
    """What areas are called: as the index says, else as the territory does, else by their code."""
    named: dict[str, Text | str] = {code: area.name for code, area in known.items()}
    if missing := set(codes) - named.keys():
        territory = gazetteer().by_code
        named |= {code: territory[code].name if code in territory else code for code in missing}
    return named


def family(
    index: CompositeIndex, area: str, *, visible_to: Actor | None
) -> dict[IndexRun, dict[str, float | None]]:
    """The points of one area by every method of this index and of others of its family: by run, then by edition.

    Of each method version the run that was approved last: that of an old version stays to be compared.
    """
    same = Q(pk=index.pk) | (Q(family=index.family) if index.family else Q())
    root = IndexPart.objects.filter(method=OuterRef("method"), parent__isnull=True).values("key")[:1]
    approved = (
        IndexRun.objects.filter(method__index__in=indices(visible_to=visible_to).filter(same))
        .filter(approval=Approval.APPROVED)
        .select_related("method__index")
        .annotate(root=Subquery(root))
        .order_by("method__index__code", "method__number", "pk")
    )
    last = {run.method_id: run for run in approved}
    roots = {run.pk: run.root for run in last.values()}
    scores = Score.objects.filter(run__in=roots, part__in=set(roots.values()), area=area).order_by("edition")
    found: dict[int, dict[str, float | None]] = {}
    for run, part, edition, points in scores.values_list("run", "part", "edition", "points"):
        if part == roots[run]:
            found.setdefault(run, {})[edition] = points
    return {run: found[run.pk] for run in last.values() if run.pk in found}


def one(code: str, *, visible_to: Actor | None) -> CompositeIndex:
    """The index of that code; Gone or Http404 where there is none for this reader."""
    return publishing.find(indices(visible_to=visible_to), code=code)
