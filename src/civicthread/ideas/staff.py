"""Screens of the Office: the queue of ideas, the desk of each, the needs."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from civicthread.core import context, office, paging, policy
from civicthread.core.errors import Refused
from civicthread.core.policy import actor_of, signed_in_actor
from civicthread.core.text import Text, in_every_language
from civicthread.ideas import actions, queries, regrouping
from civicthread.ideas.forms import AnswerForm, EntryForm, HideForm, MergeForm, NeedForm, QueueForm
from civicthread.ideas.models import Idea, Need

RECEIPT = "ideas.receipt"


@policy.guard("ideas.moderate")
@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """What the Office has to look at: first what was reported, then what waits for an answer, longest first."""
    form = QueueForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    narrowed = {"state": asked.get("state", ""), "reported": asked.get("reported", False)}
    found = queries.queue(visible_to=actor_of(request), **narrowed)
    order = "-received_at" if asked.get("order") else "received_at"
    page = paging.page(found, order=order, key=request.GET.get("page", ""))
    today = timezone.localdate()
    urgent = queries.reported(visible_to=actor_of(request))
    narrowed_down = any(narrowed.values()) or "page" in request.GET
    first = [] if narrowed_down else list(urgent[: paging.SIZE])
    rows = [(idea, (today - timezone.localdate(idea.received_at)).days) for idea in (*first, *page.rows)]
    active = sum(bool(value) for value in asked.values())
    facts = {"form": form, "page": page, "rows": rows, "active": active, "reported": urgent.count()}
    return render(request, "ideas/queue.html", facts)


@policy.guard("ideas.moderate")
@never_cache
@require_safe
def desk(request: HttpRequest, reference: str) -> HttpResponse:
    """One idea, and what the Office can do with it."""
    found = _desk(request, reference)
    public, followed = found.idea.visibility == Idea.Visibility.PUBLIC, found.idea.state in queries.FOLLOWED
    facts = {
        "desk": found,
        "idea": found.idea,
        "path": queries.path(found.idea),
        "alike": [
            line for line in queries.alike(found.idea.title, found.idea.language) if line.idea != found.idea
        ],
        "may_answer": public and not (followed and found.answers),
        "may_merge": public and not followed,
    }
    return render(request, "ideas/desk.html", facts)


@policy.guard("ideas.enter")
@never_cache
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Write down an idea for somebody; ideas that look alike are shown before it is kept."""
    form = EntryForm(request.POST if request.method == "POST" else None)
    alike: list[queries.Line] = []
    if form.is_valid():
        submission = form.submission()
        alike = [] if "seen" in request.POST else queries.alike(submission.title, submission.language)
        if not alike:
            channel, actor = form.cleaned_data["channel"], signed_in_actor(request)
            try:
                idea, code = actions.enter_idea(submission, by=actor, channel=channel)
            except Refused as refusal:
                form.add_error(None, str(refusal.message))
            else:
                return _to_receipt(request, idea, code)
    status = 422 if form.errors else 200
    return render(request, "ideas/enter.html", {"form": form, "alike": alike}, status=status)


def _to_receipt(request: HttpRequest, idea: Idea, code: str) -> HttpResponse:
    """The records keep no code, only its digest: the session of who prints it does, until the next receipt."""
    request.session[RECEIPT] = [idea.reference, code]
    return redirect("ideas:receipt", idea.reference)


@policy.guard("ideas.enter")
@never_cache
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """What is printed for the person, in their language."""
    found = _desk(request, reference)
    printed, code = request.session.get(RECEIPT, ["", ""])
    facts: dict[str, Any] = {"desk": found, "idea": found.idea, "code": code if printed == reference else ""}
    with override(found.idea.language):
        facts |= {
            "office": context.office(),
            "claim_address": settings.BASE_URL + reverse("ideas:claim"),
            "idea_address": settings.BASE_URL + found.idea.get_absolute_url(),
        }
    return render(request, "ideas/receipt.html", facts)


@policy.guard("ideas.enter")
@require_POST
def renew(request: HttpRequest, reference: str) -> HttpResponse:
    """A new code, for a receipt that was lost."""
    idea = _desk(request, reference).idea
    return _to_receipt(request, idea, actions.renew_claim_code(idea, by=signed_in_actor(request)))


@policy.guard("ideas.analyse")
@require_POST
def analyse(request: HttpRequest, reference: str) -> HttpResponse:
    """Start looking into an idea."""
    actions.analyse_idea(_desk(request, reference).idea, by=signed_in_actor(request))
    return redirect("ideas:desk", reference)


@policy.guard("ideas.show")
@require_POST
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """Bring a hidden idea back."""
    actions.show_idea(_desk(request, reference).idea, by=signed_in_actor(request))
    return redirect("ideas:desk", reference)


@policy.guard("ideas.moderate")
@require_POST
def dismiss(request: HttpRequest, reference: str) -> HttpResponse:
    """Leave a reported idea where it is."""
    actions.dismiss_reports(_desk(request, reference).idea, by=signed_in_actor(request))
    return redirect("ideas:desk", reference)


@policy.guard("ideas.forget_author")
@never_cache
@require_http_methods(["GET", "POST"])
def forget(request: HttpRequest, reference: str) -> HttpResponse:
    """Forget who gave an idea, after being asked once more."""
    idea = _desk(request, reference).idea
    if request.method == "POST":
        actions.forget_author(idea, by=signed_in_actor(request))
        messages.success(request, _("Name, address and telephone number of the author are deleted."))
        return redirect("ideas:queue")
    return render(request, "ideas/forget.html", {"idea": idea})


@policy.guard("ideas.answer")
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the official answer."""
    idea = _desk(request, reference).idea
    form = AnswerForm(
        request.POST or None,
        initial={"number": idea.next_answer_number()},
        language=idea.language,
        states=queries.answers_to(idea),
    )
    if office.done(form, lambda given: actions.answer_idea(idea, by=signed_in_actor(request), **given)):
        return redirect("ideas:desk", reference)
    return _form_page(request, form, idea=idea, title=_("Answer this idea"), submit=_("Publish the answer"))


@policy.guard("ideas.merge")
@never_cache
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, reference: str) -> HttpResponse:
    """Regroup an idea with others under a need."""
    idea = _desk(request, reference).idea
    published = queries.needs(visible_to=None).order_by("-published_at")
    if not published.exists():
        return redirect(f"{reverse('ideas:new-need')}?idea={idea.reference}")
    initial = {"number": idea.next_answer_number(), "need": request.GET.get("need"), "text": _usual_words()}
    form = MergeForm(request.POST or None, published=published, initial=initial, language=idea.language)
    if office.done(
        form, lambda given: actions.merge_idea(idea, given.pop("need"), by=signed_in_actor(request), **given)
    ):
        return redirect("ideas:desk", reference)
    return _form_page(request, form, idea=idea, title=_("Merge into a need"), submit=_("Merge"))


@policy.guard("ideas.merge")
@require_POST
def take_out(request: HttpRequest, reference: str) -> HttpResponse:
    """Undo a merging."""
    actions.take_out_of_need(_desk(request, reference).idea, by=signed_in_actor(request))
    return redirect("ideas:desk", reference)


def _usual_words() -> Text:
    """What a merged idea's author is usually told, for the Office to change."""
    return in_every_language(
        lambda: _("Thank you. Others asked for the same: your idea joins theirs. You will hear what follows.")
    )


@policy.guard("ideas.hide")
@never_cache
@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, reference: str) -> HttpResponse:
    """Take an idea from public view, with the reason."""
    idea = _desk(request, reference).idea
    form = HideForm(request.POST or None, language=idea.language)
    if office.done(form, lambda given: actions.hide_idea(idea, by=signed_in_actor(request), **given)):
        return redirect("ideas:desk", reference)
    return _form_page(request, form, idea=idea, title=_("Hide this idea"), submit=_("Hide"))


@policy.guard("ideas.save_need")
@never_cache
@require_safe
def need_desk(request: HttpRequest) -> HttpResponse:
    """All needs, drafts too."""
    found = queries.needs(visible_to=actor_of(request))
    page = paging.page(found, order="-pk", key=request.GET.get("page", ""))
    return render(request, "ideas/need_desk.html", {"page": page})


@policy.guard("ideas.save_need")
@never_cache
@require_http_methods(["GET", "POST"])
def write_need(request: HttpRequest, reference: str = "") -> HttpResponse:
    """Write what several ideas ask for; on the way to merging an idea (`?idea=`), publish it and go on there."""
    need = _need(request, reference) if reference else None
    idea = _desk(request, request.GET["idea"]).idea if "idea" in request.GET else None
    form, actor = NeedForm.of(need, request.POST or None), signed_in_actor(request)
    if saved := office.done(form, lambda given: regrouping.save_need(need, given, by=actor)):
        if idea:
            regrouping.publish_need(saved, by=actor)
            return redirect(f"{reverse('ideas:merge', args=[idea.reference])}?need={saved.pk}")
        messages.success(request, _("The need is saved."))
        return redirect("ideas:need-desk")
    facts = {"form": form, "need": need, "idea": idea}
    return render(request, "ideas/write_need.html", facts, status=422 if form.errors else 200)


@policy.guard("ideas.publish_need")
@require_POST
def publish_need(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a need to the public."""
    need, actor = _need(request, reference), signed_in_actor(request)
    return office.published(
        request,
        lambda: regrouping.publish_need(need, by=actor),
        said=_("The need is public."),
        back=reverse("ideas:need-desk"),
        form=lambda _name: reverse("ideas:write-need", args=[reference]),
    )


@policy.guard("ideas.withdraw_need")
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw_need(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a need from public view, with the reason."""
    need, actor = _need(request, reference), signed_in_actor(request)
    form = office.WithdrawForm(request.POST or None)
    if office.done(form, lambda given: regrouping.withdraw_need(need, by=actor, **given)):
        messages.success(request, _("The need is withdrawn."))
        return redirect("ideas:need-desk")
    back = (reverse("ideas:need-desk"), _("Needs"))
    return office.form_page(request, form, title=office.withdrawal(need.title), back=back)


def _desk(request: HttpRequest, reference: str) -> queries.Desk:
    found = queries.desk(reference, visible_to=actor_of(request))
    if found is None:
        raise Http404
    return found


def _need(request: HttpRequest, reference: str) -> Need:
    found = queries.needs(visible_to=actor_of(request)).filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _form_page(request: HttpRequest, form: Form, *, idea: Idea, title: str, submit: str) -> HttpResponse:
    facts = {"form": form, "idea": idea, "title": title, "submit_label": submit}
    return render(request, "ideas/office_form.html", facts, status=422 if form.errors else 200)
