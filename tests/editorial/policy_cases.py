"""How the verbs of what the Office writes are tried, at our own address and at Wagtail's."""

from datetime import timedelta
from functools import partial

from django.urls import reverse
from django.utils import timezone

from civicthread.core import journal
from civicthread.core.text import Text
from civicthread.editorial import actions
from civicthread.editorial.models import NewsPage
from civicthread.editorial.trees import folder
from tests.editorial import texts
from tests.policy import Case

BECAUSE = {"fr": "Erreur.", "nl": "Fout."}


def article(state, persona):
    """The French page of an article: a draft ready in both required languages, planned, or published."""
    if state == "published":
        return texts.page_in(texts.published(journal.system()), "fr")
    page = texts.ready_in_french_and_dutch()
    if state == "planned":
        actions.publish_page(page, by=journal.system(), at=timezone.now() + timedelta(days=1))
    return page


def nothing(state, persona):
    return None


def write(_, persona):
    actions.write_news(texts.draft(), by=persona.actor)


def translate(page, persona):
    actions.add_translations(page, by=persona.actor)


def publish(page, persona):
    actions.publish_page(page, by=persona.actor)


def schedule(page, persona):
    actions.publish_page(page, by=persona.actor, at=timezone.now() + timedelta(days=2))


def cancel(page, persona):
    actions.cancel_schedule(page, by=persona.actor)


def lapse(page, persona):
    actions.lapse(page.edition(), by=persona.actor, because="The text is not complete.")


def withdraw(page, persona):
    actions.withdraw_page(page, by=persona.actor, because=Text.of(BECAUSE))


def begin(client, _):
    parent = folder(NewsPage, "fr")
    values = texts.fields("Une nouvelle", slug="essai")
    return client.post(reverse("wagtailadmin_pages:add", args=["editorial", "newspage", parent.pk]), values)


def send(client, page, **more):
    """What the back office's form of the page sends."""
    values = texts.fields("Une nouvelle", slug=page.slug, **more)
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), values)


def send_plan(client, page):
    moment = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%d %H:%M")
    return send(client, page, go_live_at=moment, **{"action-publish": "1"})


def send_reason(client, page):
    fields = {f"because_{language}": words for language, words in BECAUSE.items()}
    return client.post(reverse("editorial:withdraw", args=[page.pk]), fields)


send_publish = partial(send, **{"action-publish": "1"})

CASES = (
    Case("editorial.write", nothing, write, invoke_html=begin),
    Case("editorial.write", article, translate, ("draft",), send),
    Case("editorial.publish", article, publish, ("draft",), send_publish),
    Case("editorial.revise", article, publish, ("published",), send_publish),
    Case("editorial.schedule", article, schedule, ("draft",), send_plan),
    Case("editorial.cancel", article, cancel, ("planned",), send),
    Case("editorial.lapse", article, lapse, ("planned",)),
    Case("editorial.withdraw", article, withdraw, ("published",), send_reason),
)
