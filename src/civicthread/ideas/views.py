"""Pages of ideas and needs, for everyone."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.accounts.queries import verified_addresses
from civicthread.core import paging, policy, publishing, ratelimit, thread
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.policy import actor_of
from civicthread.ideas import actions, forms, intake, queries
from civicthread.ideas.forms import ClaimForm, FilterForm, IdeaForm, ReportForm
from civicthread.ideas.models import Idea


@policy.guard("ideas.read")
@require_safe
def ideas(request: HttpRequest) -> HttpResponse:
    """The list of ideas, narrowed and sorted as the reader asked."""
    form = FilterForm(request.GET)
    filters = form.filters()
    found = queries.filtered(filters)
    page = paging.page(found, order=forms.ORDERS[form.sorted_by()][0], key=request.GET.get("page", ""))
    facts = {
        "form": form,
        "page": page,
        "lines": queries.lines(page.rows),
        "count": queries.count(filters),
        "active": sum(bool(value) for value in asdict(filters).values()),
        "orders": _orders(request, form.sorted_by()),
    }
    return render(request, "ideas/ideas.html", facts)


def _orders(request: HttpRequest, current: str) -> list[dict[str, object]]:
    """The ways to sort the list, each with its address."""
    asked = request.GET.copy()
    asked.pop("page", None)
    options: list[dict[str, object]] = []
    for key, (_order, label) in forms.ORDERS.items():
        asked["order"] = key
        options.append({"label": label, "url": f"?{asked.urlencode()}", "current": key == current})
    return options


@policy.guard("ideas.read")
@require_safe
def idea(request: HttpRequest, reference: str) -> HttpResponse:
    """One idea: its words, the path it went, its answers, what it comes from and what became of it."""
    actor = actor_of(request)
    found = queries.one(reference, seen_by=actor)
    if found is None or found.visibility == Idea.Visibility.UNCONFIRMED:
        raise Http404
    if found.visibility != Idea.Visibility.PUBLIC:
        return render(request, "ideas/gone.html", {"idea": found}, status=410)
    facts = {
        "idea": found,
        "name": queries.public_name(found),
        "answers": found.answers.all(),
        "path": queries.path(found),
        **thread.ends(found, visible_to=actor),
    }
    return render(request, "ideas/idea.html", facts)


@policy.guard("ideas.submit")
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Share an idea: the form; then ideas that look alike, if there are; then thanks."""
    known = next(iter(verified_addresses(actor))) if (actor := _verified(request)) else ""
    form = IdeaForm(request.POST if request.method == "POST" else None, known_email=known)
    if request.method != "POST" or "change" in request.POST or not form.is_valid():
        return render(request, "ideas/new.html", {"form": form}, status=422 if form.errors else 200)
    if form.is_trapped:
        return redirect("ideas:sent")
    submission = form.submission()
    if "seen" not in request.POST and (alike := queries.alike(submission.title, submission.language)):
        return render(request, "ideas/alike.html", {"form": form, "alike": alike})
    try:
        received = submit(request, submission, by=actor)
    except Refused as refusal:
        form.add_error(None, str(refusal.message))
        return render(request, "ideas/new.html", {"form": form}, status=refusal.status)
    if actor is None:
        return redirect("ideas:sent")
    # The same idea again may be one that is hidden by now: its page tells why.
    public = received.visibility == Idea.Visibility.PUBLIC
    return redirect("ideas:received", received.reference) if public else redirect(received)


def submit(request: HttpRequest, submission: intake.Submission, *, by: Actor | None) -> Idea:
    """Take the idea in, as often as is decent from one connection and for one mail address."""
    ratelimit.limit(f"ideas.submit {ratelimit.client_address(request)}", 20, ratelimit.HOUR)
    ratelimit.limit(f"ideas.submit {submission.email}", 5, ratelimit.HOUR)
    return actions.submit_idea(submission, by=by)


def _verified(request: HttpRequest) -> Actor | None:
    """Who makes this request, if their mail address is known to be theirs: then no mail has to confirm it."""
    actor = actor_of(request)
    return actor if actor and verified_addresses(actor) else None


@policy.guard("ideas.submit")
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Thanks, and look at your mail."""
    return render(request, "ideas/sent.html", {"days": intake.CONFIRMATION_DAYS})


@policy.guard("ideas.confirm")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link in the mail leads. Programs that check mail follow links, so a person presses the button."""
    found = queries.given(intake.confirmed_idea(token))
    if found is None:
        return render(request, "ideas/link_ended.html", status=404)
    if request.method == "POST":
        actions.confirm_idea(found, by=found.author)
        return redirect("ideas:received", found.reference)
    if found.visibility != Idea.Visibility.UNCONFIRMED:
        return redirect(found)
    return render(request, "ideas/confirm.html", {"idea": found})


@policy.guard("ideas.read")
@require_safe
def received(request: HttpRequest, reference: str) -> HttpResponse:
    """Thanks, and what happens next."""
    return render(request, "ideas/received.html", {"idea": _public(reference)})


@policy.guard("ideas.claim")
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """My own ideas, and those that came from my address before I had an account."""
    actor = policy.signed_in_actor(request)
    page = paging.page(queries.own(by=actor), order="-received_at", key=request.GET.get("page", ""))
    facts = {"page": page, "adoptable": list(queries.adoptable(by=actor).order_by("-received_at"))}
    return render(request, "ideas/mine.html", facts)


@policy.guard("ideas.claim")
@require_POST
def adopt(request: HttpRequest) -> HttpResponse:
    """Make one's own what came from one's address."""
    actions.adopt_ideas(by=policy.signed_in_actor(request))
    return redirect("ideas:mine")


@policy.guard("ideas.claim")
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """Make an idea one's own, with the code of its receipt."""
    actor = policy.signed_in_actor(request)
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            ratelimit.limit(f"ideas.claim {ratelimit.client_address(request)}", 20, ratelimit.HOUR)
            ratelimit.limit(f"ideas.claim {actor.pk}", 10, ratelimit.HOUR)
            claimed = actions.claim_idea(form.cleaned_data["code"], by=actor)
        except Refused as refusal:
            form.add_error("code", str(refusal.message))
        else:
            messages.success(request, _("This idea is yours now. You will hear of it at your own address."))
            return redirect(claimed)
    return render(request, "ideas/claim.html", {"form": form}, status=422 if form.errors else 200)


@policy.guard("ideas.support")
@require_POST
def support(request: HttpRequest, reference: str) -> HttpResponse:
    """Back an idea."""
    found = _public(reference)
    actions.support_idea(found, by=policy.signed_in_actor(request))
    return redirect(found)


@policy.guard("ideas.support")
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a support back."""
    found = _public(reference)
    actions.withdraw_support(found, by=policy.signed_in_actor(request))
    return redirect(found)


@policy.guard("ideas.report")
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Say that an idea should not stand there."""
    found = _public(reference)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if not form.cleaned_data["website"]:
            ratelimit.limit(f"ideas.report {ratelimit.client_address(request)}", 10, ratelimit.HOUR)
            actions.report_idea(found, by=actor_of(request), reason=form.cleaned_data["reason"])
        messages.success(request, _("Thank you. A person of the Office will look at this idea."))
        return redirect(found)
    facts = {"form": form, "idea": found}
    return render(request, "ideas/report.html", facts, status=422 if form.errors else 200)


@policy.guard("ideas.take_back")
@never_cache
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """An author takes their idea back, after being asked once more."""
    found = _public(reference)
    actor = policy.signed_in_actor(request)
    policy.require("ideas.take_back", by=actor, on=found)
    if request.method == "POST":
        actions.take_back_idea(found, by=actor)
        return redirect(found)
    return render(request, "ideas/take_back.html", {"idea": found})


def _public(reference: str) -> Idea:
    found = queries.ideas(visible_to=None).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


@policy.guard("ideas.read")
@require_safe
def needs(request: HttpRequest) -> HttpResponse:
    """The needs into which ideas were regrouped."""
    page = paging.page(queries.public_needs(), order="-published_at", key=request.GET.get("page", ""))
    return render(request, "ideas/needs.html", {"page": page})


@policy.guard("ideas.read")
@require_safe
def need(request: HttpRequest, reference: str) -> HttpResponse:
    """One need, with the ideas it regroups."""
    actor = actor_of(request)
    found = publishing.find(queries.needs(visible_to=actor), reference=reference)
    regrouped = queries.ideas(visible_to=None).filter(need=found)
    page = paging.page(regrouped, order="-received_at", key=request.GET.get("page", ""))
    facts = {"need": found, "page": page, "lines": queries.lines(page.rows)}
    facts |= thread.ends(found, visible_to=actor)
    return render(request, "ideas/need.html", facts)
