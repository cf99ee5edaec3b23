"""What changes ideas: how they come in, how people back them, what the Office does with them."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from civicthread.core import journal, policy, publishing, search
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.text import Text, in_every_language
from civicthread.ideas import following, intake, letters, own_data, queries
from civicthread.ideas.intake import Recorded, Submission
from civicthread.ideas.models import Answer, AuthorContact, Idea, Need, Report, Support

State, Visibility = Idea.State, Idea.Visibility


@transaction.atomic
def submit_idea(submission: Submission, *, by: Actor | None) -> Idea:
    """Take in an idea from the web. Without an account it waits until its author confirms it by mail.

    The same idea of the same person again gives back the first one.
    """
    policy.require("ideas.submit", by=by)
    idea, new = intake.take_in(submission, author=by, channel=Idea.Channel.WEB)
    if not new:
        return _submitted_again(idea, by=by)
    changes = {"channel": idea.channel, "state": [None, idea.state]}
    personal = submission.personal()
    if by is None:
        journal.record("ideas.submit", idea, by=idea.author, changes=changes, personal=personal)
        letters.ask_for_confirmation(idea)
    else:
        _make_public(idea)
        journal.record("ideas.submit", idea, by=by, changes=changes, personal=personal, public=True)
        letters.tell_author(idea, "received")
    return idea


def _submitted_again(idea: Idea, *, by: Actor | None) -> Idea:
    """Who waited for the mail and then signed in with that address needs it no more."""
    if idea.visibility != Visibility.UNCONFIRMED:
        return idea
    if by is not None:
        intake.hand_over(idea, to=by)
        return confirm_idea(idea, by=by)
    Idea.objects.filter(pk=idea.pk).update(received_at=timezone.now())
    letters.ask_for_confirmation(idea)
    return idea


@transaction.atomic
def confirm_idea(idea: Idea, *, by: Actor) -> Idea:
    """The author followed the link in the mail: the idea becomes public. Following it twice changes nothing."""
    idea = _locked(idea)
    policy.require("ideas.confirm", by=by, on=idea)
    if idea.visibility == Visibility.UNCONFIRMED:
        _make_public(idea)
        journal.record("ideas.confirm", idea, by=by, public=True)
        letters.tell_author(idea, "received")
    return idea


@transaction.atomic
def discard_unconfirmed(*, by: Actor) -> int:
    """Forget the ideas that nobody confirmed while their link was good; how many."""
    policy.require("ideas.discard_unconfirmed", by=by)
    limit = timezone.now() - timedelta(days=intake.CONFIRMATION_DAYS + 1)
    stale = Idea.objects.filter(visibility=Visibility.UNCONFIRMED, received_at__lt=limit).select_for_update()
    discarded = list(stale)
    for idea in discarded:
        journal.record("ideas.discard_unconfirmed", idea, by=by)
    own_data.forget(discarded)
    return len(discarded)


@transaction.atomic
def enter_idea(submission: Submission, *, by: Actor, channel: str) -> tuple[Idea, str]:
    """Write down an idea for somebody on the telephone, at the counter or by post.

    Gives the idea and the code for the printed receipt, with which its author may claim it on the web. The same
    idea of the same person, whatever the channel, is refused with the reference it already has; one that waits for
    the mail to be confirmed is confirmed by this: the person says so themselves.
    """
    policy.require("ideas.enter", by=by)
    code = intake.new_claim_code()
    idea, new = intake.take_in(submission, author=None, channel=channel, claim_code=code)
    if not new:
        idea = _locked(idea)
        if idea.visibility != Visibility.UNCONFIRMED:
            raise Refused(
                "already-received",
                _("This person gave this idea before: it is %(reference)s.") % {"reference": idea.reference},
                reference=idea.reference,
            )
        intake.give_again(idea, submission, channel=channel, claim_code=code)
    _make_public(idea)
    journal.record(
        "ideas.enter",
        idea,
        by=by,
        subject=idea.author,
        changes={"channel": channel, "state": [None, idea.state]},
        personal=submission.personal(),
        public=True,
    )
    letters.tell_author(idea, "received")
    return idea, code


@transaction.atomic
def renew_claim_code(idea: Idea, *, by: Actor) -> str:
    """A new code for a receipt that was lost; the old one opens nothing any more."""
    idea = _locked(idea)
    policy.require("ideas.enter", by=by, on=idea)
    code = intake.new_claim_code()
    unclaimed = AuthorContact.objects.filter(idea=idea, given_by=None).exclude(claim_digest="")
    if not unclaimed.update(claim_digest=intake.claim_digest(code)):
        raise Refused(
            "not-claimable", _("This idea was claimed already, or came by the web: it has no receipt.")
        )
    journal.record("ideas.enter", idea, by=by, changes={"receipt": "renewed"})
    return code


@transaction.atomic
def record_past_idea(submission: Submission, past: Recorded, *, by: Actor, need: Need | None = None) -> Idea:
    """Take over an idea from files with the path it went: its dates, its state, its answer. Nobody is mailed."""
    policy.require("ideas.record_past", by=by)
    idea, new = intake.take_in(submission, author=None, channel=past.channel, at=past.received_at)
    if not new:
        return idea
    idea.code, idea.demonstration, idea.need, idea.state = past.code, past.demonstration, need, past.state
    idea.published_at = past.received_at
    idea.save(update_fields=["code", "demonstration", "need", "state"])
    _make_public(idea)
    if past.answer:
        at = past.answered_at or past.received_at
        Answer.objects.create(idea=idea, number=1, state=past.answer_state(), text=past.answer, by=by, at=at)
    changes = {"channel": idea.channel, "path": past.path()}
    journal.record("ideas.record_past", idea, by=by, changes=changes, public=True)
    return idea


@transaction.atomic
def claim_idea(code: str, *, by: Actor) -> Idea:
    """Make an idea given by telephone, post or at the counter one's own, with the code of its receipt."""
    policy.require("ideas.claim", by=by)
    unclaimed = AuthorContact.objects.filter(claim_digest=intake.claim_digest(code))
    contact = unclaimed.select_for_update().first()
    if contact is None:
        raise Refused(
            "code-unknown", _("No idea has this code, or it was claimed before. Check it letter by letter.")
        )
    idea = _locked(Idea(pk=contact.idea_id))
    intake.hand_over(idea, to=by)
    journal.record("ideas.claim", idea, by=by)
    return idea


@transaction.atomic
def adopt_ideas(*, by: Actor) -> int:
    """Make one's own what one gave without an account, from an address that is proved to be one's own; how many."""
    policy.require("ideas.claim", by=by)
    found = list(queries.adoptable(by=by).select_for_update(of=("self",)).select_related("author"))
    for idea in found:
        intake.hand_over(idea, to=by)
        journal.record("ideas.claim", idea, by=by)
    return len(found)


@transaction.atomic
def take_back_idea(idea: Idea, *, by: Actor) -> Idea:
    """An author takes an idea back, as long as nothing was built on it."""
    idea = _locked(idea)
    policy.require("ideas.take_back", by=by, on=idea)
    if idea.visibility == Visibility.TAKEN_BACK:
        raise Refused("taken-back-already", _("This idea was taken back already."))
    if idea.state not in {State.RECEIVED, State.IN_ANALYSIS} or idea.answers.exists():
        raise Refused(
            "already-answered", _("This idea is answered already and stays readable with its answer.")
        )
    idea.visibility = Visibility.TAKEN_BACK
    idea.save(update_fields=["visibility"])
    # Whoever changes their mind may give the same idea again.
    idea.fingerprints.all().delete()
    search.remove(idea)
    journal.record("ideas.take_back", idea, by=by)
    return idea


@transaction.atomic
def forget_author(idea: Idea, *, by: Actor) -> Idea:
    """Forget who gave an idea, when they ask and have no account; what was public stays as words of a citizen."""
    idea = _locked(idea)
    policy.require("ideas.forget_author", by=by, on=idea)
    if hasattr(idea.author, "user"):
        raise Refused(
            "has-account", _("The author has an account, and erases it there with all that belongs to it.")
        )
    journal.record("ideas.forget_author", idea, by=by)
    own_data.forget([idea])
    return idea


@transaction.atomic
def support_idea(idea: Idea, *, by: Actor) -> bool:
    """Back an idea, once; whether this call added the support."""
    idea = Idea.objects.get(pk=idea.pk)
    policy.require("ideas.support", by=by, on=idea)
    _require_public(idea)
    _support, added = Support.objects.get_or_create(idea=idea, actor=by, defaults={"at": timezone.now()})
    if added:
        journal.record("ideas.support", idea, by=by, changes={"support": [False, True]})
    return added


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
    idea = Idea.objects.get(pk=idea.pk)
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
    _require_public(idea)
    _require_texts(because, idea)
    idea.visibility, idea.hidden_because = Visibility.HIDDEN, because
    idea.save(update_fields=["visibility", "hidden_because"])
    search.remove(idea)
    idea.reports.filter(state=Report.State.OPEN).update(state=Report.State.UPHELD)
    journal.record("ideas.hide", idea, by=by, changes={"because": because})
    letters.tell_author(idea, "hidden")
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
    letters.tell_author(idea, "shown")
    return idea


@transaction.atomic
def analyse_idea(idea: Idea, *, by: Actor) -> Idea:
    """Start looking into an idea."""
    idea = _locked(idea)
    policy.require("ideas.analyse", by=by, on=idea)
    _require_public(idea)
    if idea.state != State.RECEIVED:
        raise Refused("not-received", _("Only an idea that was just received goes into analysis."))
    return following.move(idea, State.IN_ANALYSIS, "ideas.analyse", by=by)


@transaction.atomic
def answer_idea(idea: Idea, *, by: Actor, number: int, state: str, text: Text) -> Answer:
    """Give the official answer. `number` is the one the answering person saw coming: whoever is late is told.

    An idea that a project took up before anybody answered gets its answer too, and stays where the project brought it.
    """
    idea = _locked(idea)
    policy.require("ideas.answer", by=by, on=idea)
    if state not in queries.ANSWERS | queries.answers_to(idea):
        raise Refused("no-such-answer", _("An idea cannot be answered this way."))
    answer = _answer(idea, by=by, number=number, state=state, text=text, need=idea.need)
    event = "answered" if state in queries.FOLLOWED else ""
    following.move(idea, State(state), "ideas.answer", by=by, event=event)
    return answer


@transaction.atomic
def merge_idea(idea: Idea, need: Need, *, by: Actor, number: int, text: Text) -> Answer:
    """Regroup an idea with others under the need they share; it keeps its page, its author, its supports."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    idea = _locked(idea)
    policy.require("ideas.merge", by=by, on=idea)
    if not need.is_published:
        raise Refused("need-not-published", _("Publish the need first: the author will be led to it."))
    answer = _answer(idea, by=by, number=number, state=State.MERGED, text=text, need=need)
    idea.need = need
    following.move(idea, State.MERGED, "ideas.merge", by=by, need=need.reference)
    following.follow_projects([idea.pk], by=by)
    return answer


@transaction.atomic
def take_out_of_need(idea: Idea, *, by: Actor) -> Idea:
    """An idea that was merged by mistake stands where it stood before, and can be answered again."""
    idea = _locked(idea)
    policy.require("ideas.merge", by=by, on=idea)
    if idea.need is None:
        raise Refused("not-merged", _("This idea is not merged into a need."))
    need, idea.need = idea.need, None
    why = in_every_language(lambda: gettext("The Office took it out of the need “%s”.") % need.title)
    if idea.state == State.MERGED:
        following.move(idea, following.before(idea), "ideas.merge", by=by, event="taken_out", because=why)
    else:
        idea.save(update_fields=["need"])
        journal.record("ideas.merge", idea, by=by, changes={"need": [need.reference, None]})
        following.follow_projects([idea.pk], by=by, because=why)
    return idea


def _answer(  # noqa: PLR0913  # an answer has this many parts
    idea: Idea, *, by: Actor, number: int, state: str, text: Text, need: Need | None
) -> Answer:
    """Write the answer to an idea whose row is held; refused where somebody was faster or a language is missing."""
    _require_public(idea)
    if number != idea.next_answer_number():
        raise Refused(
            "answered-meanwhile",
            _(
                "A colleague answered this idea in the meantime. Read their answer, then decide whether to add yours."
            ),
        )
    last = idea.answers.last()
    if last and (last.state, last.text, idea.need) == (state, text, need):
        raise Refused(
            "same-answer",
            _(
                "This answer stands here already, in the same words. Add another only if it says something new."
            ),
        )
    if idea.state in queries.FOLLOWED and (state != idea.state or last):
        raise Refused(
            "followed", _("This idea stands in a project: it is followed there, not answered any more.")
        )
    _require_texts(text, idea)
    return Answer.objects.create(idea=idea, number=number, state=state, text=text, by=by, at=timezone.now())


def _locked(idea: Idea) -> Idea:
    return Idea.objects.select_for_update(of=("self",)).select_related("author", "need").get(pk=idea.pk)


def _require_public(idea: Idea) -> None:
    if idea.visibility != Visibility.PUBLIC:
        raise Refused("not-public", _("This idea is not public."))


def _require_texts(text: Text, idea: Idea) -> None:
    """What the Office says of an idea stands in the languages of the city, and in the author's where it is one."""
    wanted = {*publishing.required_languages(), idea.language} & dict(settings.LANGUAGES).keys()
    if missing := text.missing(wanted):
        raise publishing.texts_missing(missing)


def _make_public(idea: Idea) -> None:
    idea.visibility, idea.hidden_because = Visibility.PUBLIC, Text()
    idea.published_at = idea.published_at or timezone.now()
    idea.save(update_fields=["visibility", "published_at", "hidden_because"])
    search.index(idea)
