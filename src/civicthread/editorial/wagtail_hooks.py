"""Wagtail's back office follows our actions: it publishes in all languages, and withdraws with a reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import messages as cms_messages
from wagtail.admin.action_menu import PublishMenuItem, UnpublishMenuItem
from wagtail.admin.ui.components import Component
from wagtail.documents.wagtail_hooks import DocumentsSummaryItem
from wagtail.models import Page

from civicthread.core import formats
from civicthread.core.errors import Refused
from civicthread.core.models import Actor
from civicthread.core.publishing import Publication
from civicthread.editorial import actions, queries
from civicthread.editorial.models import WrittenPage

Answer = HttpResponse | None


class PublishInAllLanguages(PublishMenuItem):  # type: ignore[misc]
    """The publish button says what it does."""

    label = gettext_lazy("Publish in all languages")
    template_name = "wagtailadmin/pages/action_menu/menu_item.html"
    classname = "action-save"


class WithdrawInAllLanguages(UnpublishMenuItem):  # type: ignore[misc]
    """The way out leads to the form that asks for the reason."""

    label = gettext_lazy("Withdraw")

    def get_url(self, context: dict[str, Any]) -> str:
        return reverse("editorial:withdraw", args=[context["page"].pk])


OURS = {PublishMenuItem: PublishInAllLanguages, UnpublishMenuItem: WithdrawInAllLanguages}


def publish_button(menu: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:  # noqa: ARG001  # Wagtail's
    """Our buttons instead of Wagtail's, which speak of one page."""
    menu[:] = [OURS[type(entry)](order=entry.order) if type(entry) in OURS else entry for entry in menu]


def add_sisters(request: HttpRequest, page: Page) -> Answer:
    """A text that somebody saved has its drafts in the other languages; they follow what the editor saves by itself."""
    if not isinstance(page, WrittenPage):
        return None
    actions.carry_on(page, by=_actor(request))
    # The editor saves every half second, and asks for no page: what it keeps may be half a title.
    if request.accepts("text/html") and (added := actions.add_translations(page, by=_actor(request))):
        names = ", ".join(formats.language(sister.locale.language_code) for sister in added)
        messages.info(request, _("Drafts to translate were made in: %(languages)s.") % {"languages": names})
    return None


def publish_everywhere(request: HttpRequest, page: Page) -> Answer:
    """The publish button runs our action; a refusal is told at the draft, which is kept."""
    if not isinstance(page, WrittenPage):
        return None
    if page.live and page.live_revision_id is None:
        # Wagtail makes a page live before it asks us, when one publishes while creating.
        page.live = False
        page.save(update_fields=["live"])
    add_sisters(request, page)
    message = _("Published in all complete languages.")
    if page.go_live_at:
        message = _("The publication in all complete languages is planned.")
    return _told(request, page, message, lambda by: actions.publish_page(page, by=by, at=page.go_live_at))


def keep_plan(request: HttpRequest, page: Page) -> Answer:
    """A draft saved without its planned moment takes the plan back for all languages."""
    if not isinstance(page, WrittenPage) or page.go_live_at:
        return None
    edition = page.edition()
    if edition is None or edition.due_at is None:
        return None
    message = _("The planned publication is cancelled in all languages.")
    return _told(request, page, message, lambda by: actions.cancel_schedule(page, by=by))


def withdraw_instead(request: HttpRequest, page: Page) -> Answer:
    """A text is withdrawn, in all languages and with a reason, rather than made to vanish."""
    if isinstance(page.specific, WrittenPage):
        return redirect("editorial:withdraw", page.pk)
    return _stands_on_it(request)


def keep_published(request: HttpRequest, page: Page) -> Answer:
    """What the public has read keeps its address; only what was never published may be deleted."""
    found = page.specific
    if not isinstance(found, WrittenPage):
        return _stands_on_it(request)
    edition = found.edition()
    if edition is None or edition.publication == Publication.DRAFT:
        return None
    messages.error(
        request, _("A text that was published cannot be deleted: withdraw it, so that its address tells why.")
    )
    return redirect("wagtailadmin_pages:edit", page.pk)


def one_at_a_time(request: HttpRequest, _kind: str, _chosen: Any, action: Any) -> Answer:
    """Wagtail does to many pages at once what it does not ask us about."""
    if Page not in action.models:
        return None
    messages.error(
        request, _("Texts are published, withdrawn and deleted one at a time, each in all its languages.")
    )
    return redirect("wagtailadmin_home")


def _stands_on_it(request: HttpRequest) -> HttpResponse:
    """Home pages and folders hold the texts of a language: without them every text would be gone."""
    messages.error(request, _("The site stands on this page: it cannot be taken away."))
    return redirect("wagtailadmin_home")


class LapsedPlans(Component):  # type: ignore[misc]
    """On the first screen: planned publications that could not happen."""

    order = 10
    template_name = "editorial/lapsed.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:  # noqa: ARG002  # Wagtail's signature
        return {"lapsed": queries.lapsed()}


def show_lapsed(request: HttpRequest, panels: list[Any]) -> None:  # noqa: ARG001  # Wagtail's signature
    """Put it first."""
    panels.insert(0, LapsedPlans())


def hide_documents(request: HttpRequest, menu: list[Any]) -> None:  # noqa: ARG001  # Wagtail's signature
    """Texts link to sources and pictures only, so there is nothing to upload a document for."""
    menu[:] = [entry for entry in menu if entry.name != "documents"]


def hide_count_of_documents(request: HttpRequest, items: list[Any]) -> None:  # noqa: ARG001  # Wagtail's signature
    """Nor are there any to be counted on the first screen."""
    items[:] = [item for item in items if not isinstance(item, DocumentsSummaryItem)]


def hide_other_hosts(request: HttpRequest, menu: list[Any]) -> None:  # noqa: ARG001  # Wagtail's signature
    """Wagtail's own help stands on its makers' site and tells of another way of publishing; its keys stay."""
    menu[:] = [entry for entry in menu if not entry.url.startswith("http")]


def _told(request: HttpRequest, page: Page, message: str, act: Callable[[Actor], Any]) -> HttpResponse:
    try:
        act(_actor(request))
    except Refused as refusal:
        cms_messages.error(request, str(refusal), buttons=_leading(page, refusal))
    else:
        messages.success(request, message)
    return redirect("wagtailadmin_pages:edit", page.pk)


def _leading(page: WrittenPage, refusal: Refused) -> list[Any]:
    """Buttons to the drafts that a refusal is about."""
    fields: dict[str, list[str]] = refusal.facts.get("fields", {})
    wanted = {*refusal.facts.get("languages", ()), *(code for codes in fields.values() for code in codes)}
    return [
        cms_messages.button(
            reverse("wagtailadmin_pages:edit", args=[draft.pk]),
            _("Complete it in: %(language)s") % {"language": formats.language(language)},
        )
        for language, draft in queries.drafts(page).items()
        if language in wanted
    ]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.user.actor  # type: ignore[union-attr]
    return actor


hooks.register("construct_page_action_menu", publish_button)
hooks.register("after_create_page", add_sisters)
hooks.register("after_edit_page", add_sisters)
hooks.register("before_publish_page", publish_everywhere)
hooks.register("after_edit_page", keep_plan)
hooks.register("before_unpublish_page", withdraw_instead)
hooks.register("before_delete_page", keep_published)
hooks.register("before_bulk_action", one_at_a_time)
hooks.register("construct_homepage_panels", show_lapsed)
hooks.register("construct_main_menu", hide_documents)
hooks.register("construct_homepage_summary_items", hide_count_of_documents)
hooks.register("construct_help_menu", hide_other_hosts)
