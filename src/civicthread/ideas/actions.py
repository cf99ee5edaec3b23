"""What changes ideas: how they come in, how people back them, what the Office does with them."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, outbox, policy, publishing, saving, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.references import next_reference
from civicthread.core.text import Text
from civicthread.ideas import intake
from civicthread.ideas.intake import Submission
from civicthread.ideas.models import Answer, AuthorContact, Idea, Need, Report, Support

State, Visibility = Idea.State, Idea.Visibility
# What an answer may do: an idea that stands in a project or is delivered is no longer answered, it is followed.
ANSWERABLE = {State.RECEIVED, State.IN_ANALYSIS, State.MERGED, State.RETAINED, State.NOT_RETAINED}
ANSWERS = {State.IN_ANALYSIS, State.RETAINED, State.NOT_RETAINED}


@transaction.atomic
def submit_idea(submission: Submission, *, by: Actor | None) -> Idea:
    """Take in an idea from the web. Without an account it waits until its author confirms it by mail.

    The same idea of the same person again gives back the first one.
    """
    policy.require("ideas.submit", by=by)
    if known := Idea.objects.filter(fingerprint=submission.fingerprint()).first():
        if known.visibility == Visibility.UNCONFIRMED:
            _ask_for_confirmation(known)
        return known
    idea = _take_in(submission, author=by or Actor.objects.create(), channel=Idea.Channel.WEB)
    changes = {"channel": idea.channel, "state": [None, idea.state]}
    if by is None:
        journal.record("ideas.submit", idea, by=idea.author, changes=changes, personal=_personal(submission))
        _ask_for_confirmation(idea)
    else:
        _make_public(idea)
        journal.record("ideas.submit", idea, by=by, changes=changes, personal=_personal(submission), public=True)
        _tell_author(idea, "received")
    return idea


@transaction.atomic
def confirm_idea(idea: Idea, *, by: Actor) -> Idea:
    """The author followed the link in the mail: the idea becomes public. Following it twice changes nothing."""
    idea = _locked(idea)
    policy.require("ideas.confirm", by=by, on=idea)
    if idea.visibility == Visibility.UNCONFIRMED:
        _make_public(idea)
        journal.record("ideas.confirm", idea, by=by, public=True)
        _tell_author(idea, "received")
    return idea


@transaction.atomic
def enter_idea(submission: Submission, *, by: Actor, channel: Idea.Channel) -> tuple[Idea, str]:
    """Write down an idea for somebody on the telephone, at the counter or by post.

    Gives the idea and the code for the printed receipt, with which its author may claim it on the web. The same
    idea of the same person, whatever the channel, is refused with the reference it already has.
    """
    policy.require("ideas.enter", by=by)
    if known := Idea.objects.filter(fingerprint=submission.fingerprint()).first():
        raise Refused(
            "already-received",
            _("This person gave this idea before: it is %(reference)s.") % {"reference": known.reference},
            reference=known.reference,
        )
    code = intake.new_claim_code()
    idea = _take_in(submission, author=Actor.objects.create(), channel=channel, claim_code=code)
    _make_public(idea)
    changes = {"channel": channel, "state": [None, idea.state]}
    journal.record(
        "ideas.enter", idea, by=by, subject=idea.author, changes=changes, personal=_personal(submission), public=True
    )
    _tell_author(idea, "received")
    return idea, code


@transaction.atomic
def claim_idea(code: str, *, by: Actor) -> Idea:
    """Make an idea given by telephone, post or at the counter one's own, with the code of its receipt."""
    policy.require("ideas.claim", by=by)
    contact = AuthorContact.objects.filter(claim_digest=intake.claim_digest(code)).first()
    if contact is None:
        raise Refused("code-unknown", _("No idea has this code, or it was claimed before. Check it letter by letter."))
    idea = _locked(Idea(pk=contact.idea_id))
    AuthorContact.objects.filter(pk=contact.pk).update(claim_digest="", email="", phone="")
    Idea.objects.filter(pk=idea.pk).update(author=by)
    idea.author = by
    journal.record("ideas.claim", idea, by=by)
    return idea


@transaction.atomic
def take_back_idea(idea: Idea, *, by: Actor) -> Idea:
    """An author takes an idea back, as long as nothing was built on it."""
    idea = _locked(idea)
    policy.require("ideas.take_back", by=by, on=idea)
    if idea.state not in {State.RECEIVED, State.IN_ANALYSIS} or idea.answers.exists():
        raise Refused("already-answered", _("This idea is answered already and stays readable with its answer."))
    idea.visibility = Visibility.TAKEN_BACK
    idea.save(update_fields=["visibility"])
    search.remove(idea)
    journal.record("ideas.take_back", idea, by=by)
    return idea


@transaction.atomic
def support_idea(idea: Idea, *, by: Actor) -> bool:
    """Back an idea, once; whether this call added the support."""
    policy.require("ideas.support", by=by, on=idea)
    _require_public(idea)
    before = Support.objects.filter(idea=idea, actor=by).exists()
    Support.objects.bulk_create([Support(idea=idea, actor=by, at=timezone.now())], ignore_conflicts=True)
    if not before:
        journal.record("ideas.support", idea, by=by, changes={"support": [False, True]})
    return not before


@transaction.atomic
def withdraw_support(idea: Idea, *, by: Actor) -> bool:
    """Take one's support back; whether there was one."""
    policy.require("ideas.support", by=by, on=idea)
    removed, _rows = Support.objects.filter(idea=idea, actor=by).delete()
    if removed:
        journal.record("ideas.support", idea, by=by, changes={"support": [True, False]})
    return bool(removed)


@transaction.atomic
def report_idea(idea: Idea, *, by: Actor | None, reason: str) -> Report:
    """Say that an idea should not stand there."""
    policy.require("ideas.report", by=by, on=idea)
    _require_public(idea)
    report = Report.objects.create(idea=idea, reason=reason, by=by, at=timezone.now())
    journal.record("ideas.report", idea, by=by or journal.system())
    return report


@transaction.atomic
def dismiss_reports(idea: Idea, *, by: Actor) -> int:
    """Look at the reports of an idea and leave it where it is; how many were open."""
    policy.require("ideas.moderate", by=by, on=idea)
    dismissed = idea.reports.filter(state=Report.State.OPEN).update(state=Report.State.DISMISSED)
    journal.record("ideas.moderate", idea, by=by, changes={"dismissed": dismissed})
    return dismissed


@transaction.atomic
def hide_idea(idea: Idea, *, by: Actor, because: Text) -> Idea:
    """Take an idea from public view; its address tells why, and its author is told."""
    idea = _locked(idea)
    policy.require("ideas.hide", by=by, on=idea)
    if idea.visibility == Visibility.HIDDEN:
        raise Refused("already-hidden", _("This idea is hidden already."))
    _hide(idea, because)
    idea.reports.filter(state=Report.State.OPEN).update(state=Report.State.UPHELD)
    journal.record("ideas.hide", idea, by=by, changes={"because": because})
    _tell_author(idea, "hidden")
    return idea


@transaction.atomic
def show_idea(idea: Idea, *, by: Actor) -> Idea:
    """Bring a hidden idea back into public view."""
    idea = _locked(idea)
    policy.require("ideas.show", by=by, on=idea)
    if idea.visibility != Visibility.HIDDEN:
        raise Refused("not-hidden", _("This idea is not hidden."))
    _make_public(idea)
    journal.record("ideas.show", idea, by=by)
    return idea


@transaction.atomic
def analyse_idea(idea: Idea, *, by: Actor) -> Idea:
    """Start looking into an idea."""
    idea = _locked(idea)
    policy.require("ideas.analyse", by=by, on=idea)
    if idea.state != State.RECEIVED:
        raise Refused("not-received", _("Only an idea that was just received goes into analysis."))
    return _move(idea, State.IN_ANALYSIS, "ideas.analyse", by=by)


@transaction.atomic
def answer_idea(idea: Idea, *, by: Actor, number: int, state: str, text: Text) -> Answer:
    """Give the official answer. `number` is the one the answering person saw coming: whoever is late is told."""
    idea = _locked(idea)
    policy.require("ideas.answer", by=by, on=idea)
    if state not in ANSWERS or idea.state not in ANSWERABLE:
        raise Refused("no-such-answer", _("An idea in this state cannot be answered this way."))
    if missing := text.missing(publishing.required_languages()):
        raise publishing.texts_missing(missing)
    if number != next_answer_number(idea):
        raise Refused(
            "answered-meanwhile",
            _("A colleague answered this idea in the meantime. Read their answer, then decide whether to add yours."),
        )
    answer = Answer.objects.create(idea=idea, number=number, state=state, text=text, by=by, at=timezone.now())
    _move(idea, State(state), "ideas.answer", by=by)
    return answer


def next_answer_number(idea: Idea) -> int:
    """The number the next answer to an idea will have."""
    return int(idea.answers.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def save_need(need: Need | None, values: dict[str, Any], *, by: Actor) -> Need:
    """Write down what several ideas ask for; a new need starts as a draft."""
    policy.require("ideas.save_need", by=by, on=need)
    if need is None:
        need = Need(reference=next_reference("NEED", timezone.localdate().year))
    if changes := saving.write(need, values):
        journal.record("ideas.save_need", need, by=by, changes=changes, public=need.is_published)
        if need.is_published:
            search.index(need)
    return need


@transaction.atomic
def publish_need(need: Need, *, by: Actor) -> Need:
    """Show a need to the public, in all required languages."""
    policy.require("ideas.publish_need", by=by, on=need)
    if not need.is_published:
        publishing.mark_published(need)
        journal.record("ideas.publish_need", need, by=by, public=True)
    return need


@transaction.atomic
def merge_idea(idea: Idea, need: Need, *, by: Actor) -> Idea:
    """Regroup an idea with others under the need they share; it keeps its page, its author, its supports."""
    idea = _locked(idea)
    policy.require("ideas.merge", by=by, on=idea)
    if not need.is_published:
        raise Refused("need-not-published", _("Publish the need first: the author will be led to it."))
    idea.need = need
    idea.save(update_fields=["need"])
    return _move(idea, State.MERGED, "ideas.merge", by=by)


@transaction.atomic
def follow_project(idea: Idea, *, by: Actor, delivered: bool) -> Idea:
    """An idea follows the project that takes it up: into it, and to its delivery. Projects calls this."""
    idea = _locked(idea)
    policy.require("ideas.follow_project", by=by, on=idea)
    state = State.DELIVERED if delivered else State.IN_PROJECT
    return idea if idea.state == state else _move(idea, state, "ideas.follow_project", by=by)


def _take_in(submission: Submission, *, author: Actor, channel: str, claim_code: str = "") -> Idea:
    now = timezone.now()
    idea = Idea.objects.create(
        reference=next_reference("IDEA", timezone.localdate(now).year),
        title=submission.title,
        text=submission.text,
        language=submission.language,
        author=author,
        channel=channel,
        area=submission.area,
        longitude=submission.longitude,
        latitude=submission.latitude,
        received_at=now,
        sort_title=search.folded(submission.title)[:150],
        fingerprint=submission.fingerprint(),
    )
    AuthorContact.objects.create(
        idea=idea,
        name=submission.name,
        show_name=submission.show_name,
        email=submission.email,
        phone=submission.phone,
        claim_digest=intake.claim_digest(claim_code) if claim_code else "",
    )
    return idea


def _personal(submission: Submission) -> dict[str, Any]:
    return {"title": submission.title, "text": submission.text, "name": submission.name, "email": submission.email}


def _locked(idea: Idea) -> Idea:
    return Idea.objects.select_for_update(of=("self",)).select_related("area", "need", "author").get(pk=idea.pk)


def _require_public(idea: Idea) -> None:
    if idea.visibility != Visibility.PUBLIC:
        raise Refused("not-public", _("This idea is not public."))


def _make_public(idea: Idea) -> None:
    idea.visibility, idea.published_at, idea.hidden_because = Visibility.PUBLIC, timezone.now(), Text()
    idea.save(update_fields=["visibility", "published_at", "hidden_because"])
    search.index(idea)


def _hide(idea: Idea, because: Text) -> None:
    if missing := because.missing(publishing.required_languages()):
        raise publishing.texts_missing(missing)
    idea.visibility, idea.hidden_because = Visibility.HIDDEN, because
    idea.save(update_fields=["visibility", "hidden_because"])
    search.remove(idea)


def _move(idea: Idea, state: Idea.State, verb: str, *, by: Actor) -> Idea:
    """Change the state, journal it for everyone to read, tell the author."""
    before, idea.state = idea.state, state
    idea.save(update_fields=["state"])
    journal.record(verb, idea, by=by, changes={"state": [before, state]}, public=idea.visibility == Visibility.PUBLIC)
    _tell_author(idea, state)
    return idea


def _ask_for_confirmation(idea: Idea) -> None:
    """One mail a day at most, however often the form is sent."""
    token = intake.confirmation_token(idea.pk)
    key = f"ideas.confirm {idea.pk} {timezone.localdate()}"
    outbox.write("ideas/mail/confirm", key=key, to=idea.contact.email, language=idea.language, idea=idea, token=token)


def _tell_author(idea: Idea, event: str) -> None:
    """Tell the author, in their language, where their idea stands; by mail, if they gave an address."""
    user = getattr(idea.author, "user", None)
    contact = AuthorContact.objects.filter(idea=idea).first()
    address = user.email if user else contact.email if contact else ""
    if address:
        language = (user.language if user else "") or idea.language
        key = f"ideas.{event} {idea.pk} {journal.entries_of(idea).first().pk}"  # type: ignore[union-attr]
        answer = idea.answers.last()
        outbox.write(
            "ideas/mail/changed", key=key, to=address, language=language, idea=idea, event=event, answer=answer
        )
