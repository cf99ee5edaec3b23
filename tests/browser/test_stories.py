"""Whole stories, from a person's first click to what becomes of it, as people go them in a browser."""

import csv
import io
import json
import re
import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, expect

from civicthread.core import outbox
from civicthread.core.publishing import Publication
from civicthread.editorial.models import NewsPage
from civicthread.editorial.trees import folder
from civicthread.projects.following import DELIVERED
from civicthread.projects.models import Project
from tests.browser.checks import NARROW, WIDE, overflow
from tests.browser.site import Site
from tests.browser.tools import come_in
from tests.factories import ideas
from tests.factories.accounts import PASSWORD

pytestmark = pytest.mark.browser
LANGUAGES = ["fr", "nl", "en"]
# Words that no idea of the demonstration shares, so that none is offered as being alike.
IDEAS = {
    "fr": "Ruches pédagogiques sur les toits communaux",
    "nl": "Leesbanken onder kastanjebomen planten",
    "en": "Chessboards painted beside playgrounds",
}
PHONED = {
    "fr": "Fontaines musicales aux carrefours",
    "nl": "Vogelhuisjes tegen schoolgevels",
    "en": "Lanterns along forgotten stairways",
}
ANSWER = {"fr": "Oui, nous le faisons.", "nl": "Ja, we doen het.", "en": "Yes, we will do it."}
NEWS = {"fr": "Un pont neuf", "nl": "Een nieuwe brug", "en": "A new bridge"}


@pytest.fixture
def office(browser: Browser, site: Site):
    """The browser of someone of the Office, signed in with a second factor."""
    context = browser.new_context(reduced_motion="reduce", locale="fr-BE")
    come_in(context, site.client("staff"), site.url)
    yield opened(context)
    context.close()


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def send(page: Page) -> int:
    """Press the button of the page's own form; the status of the page it leads to."""
    with page.expect_navigation() as went:
        page.locator("main form[method=post] button[type=submit]").last.click()
    return went.value.status if went.value else 0


def press(page: Page, action: str) -> None:
    """Press the button that leads to that action."""
    with page.expect_navigation():
        page.locator(f"main form[action$='{action}'] button[type=submit]").click()


def write(page: Page, name: str, texts: dict[str, str]) -> None:
    """Fill in a text in several languages, each in its tab."""
    for language, text in texts.items():
        page.locator(f".translated [role=tab][data-code={language}]:visible").first.click()
        page.locator(f"[name={name}_{language}]").fill(text)


def mails_to(address: str) -> list[str]:
    """What has reached that address by now, oldest first."""
    outbox.send_due()
    return [f"{sent.subject}\n{sent.body}" for sent in mail.outbox if sent.to == [address]]


def link_in(text: str, part: str) -> str:
    """The path of the link in a mail."""
    found = re.search(rf"https?://\S+{part}\S*", text)
    assert found, text
    return urlsplit(found[0]).path


def reference_in(page: Page) -> str:
    found = re.search(r"IDEA-\d{4}-\d+", page.url)
    assert found, page.url
    return found[0]


def give_idea(page: Page, site: Site, language: str, address: str) -> None:
    """Share an idea without an account, and confirm it as the mail says."""
    page.goto(f"{site.url}/{language}/ideas/new/")
    page.fill("[name=title]", IDEAS[language])
    page.fill("[name=text]", f"{IDEAS[language]}.")
    page.fill("[name=email]", address)
    send(page)
    expect(page).to_have_url(re.compile(rf"/{language}/ideas/sent/"))
    page.goto(f"{site.url}/{language}/ideas/")
    expect(page.get_by_role("link", name=IDEAS[language])).to_have_count(0)
    page.goto(site.url + link_in(mails_to(address)[-1], f"/{language}/ideas/confirm/"))
    send(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_idea_is_followed_into_a_project(
    site: Site, context: BrowserContext, office: Page, language: str
) -> None:
    citizen, address = opened(context), f"asks-{language}@example.org"
    give_idea(citizen, site, language, address)
    idea = reference_in(citizen)
    citizen.goto(f"{site.url}/{language}/ideas/")
    citizen.get_by_role("link", name=IDEAS[language]).click()
    expect(citizen).to_have_url(f"{site.url}/{language}/ideas/{idea}/")

    answer(office, site, language, idea)
    project = take_up(office, site, language, idea)

    steps = mails_to(address)
    assert len(steps) == 5, "to confirm, received, in analysis, retained, in a project"
    assert ANSWER[language] in steps[3]
    assert IDEAS[language] not in steps[0], "nobody has the Office mail their words to whom they like"
    assert all(IDEAS[language] in told for told in steps[1:])
    citizen.goto(site.url + link_in(steps[4], f"/{language}/ideas/{idea}/"))
    expect(citizen.locator("main").get_by_text(ANSWER[language])).to_be_visible()
    citizen.locator(f".thread a[href='/{language}/projects/{project}/']").first.click()
    expect(citizen).to_have_url(f"{site.url}/{language}/projects/{project}/")
    citizen.locator(f".thread a[href='/{language}/ideas/{idea}/']").first.click()
    expect(citizen.locator("h1")).to_have_text(IDEAS[language])


def answer(office: Page, site: Site, language: str, idea: str) -> None:
    """Find the idea in the queue, analyse it, answer it; in one required language only, that is refused."""
    office.goto(f"{site.url}/{language}/ideas/office/queue/?order=newest")
    office.get_by_role("link", name=IDEAS[language]).click()
    press(office, f"{idea}/analyse/")
    office.locator(f"main a[href$='{idea}/answer/']").click()
    office.check("[name=state][value=retained]")
    write(office, "text", {"fr": ANSWER["fr"]})
    send(office)
    expect(office.locator("#id_text_nl_error")).to_be_visible()
    write(office, "text", ANSWER)
    send(office)
    expect(office).to_have_url(re.compile(f"/queue/{idea}/$"))


def take_up(office: Page, site: Site, language: str, idea: str) -> str:
    """Join the idea to a public project that still runs; its number."""
    running = Project.objects.filter(publication=Publication.PUBLISHED).exclude(state__in=DELIVERED)
    project = running.order_by("pk")[0].reference
    office.goto(f"{site.url}/{language}/projects/office/{project}/join/")
    known = office.locator("[name=ideas]").input_value()
    office.fill("[name=ideas]", f"{known} {idea}")
    send(office)
    expect(office).to_have_url(re.compile(f"/projects/office/{project}/$"))
    return project


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_is_followed_back_to_its_source_file(
    site: Site, context: BrowserContext, language: str
) -> None:
    page = opened(context)
    page.goto(f"{site.url}/{language}/indicators/?kind=sql")
    page.locator(
        f"main a[href^='/{language}/indicators/'][href$='/']:not([href$='/indicators/'])"
    ).first.click()
    expect(page.locator("#provenance")).to_be_visible()
    pinned = page.locator("#provenance a[href*='@'][href$='.csv']").first.get_attribute("href")
    page.locator(f"#provenance th a[href^='/{language}/datahub/']").first.click()
    expect(page.locator("#versions")).to_be_visible()
    with page.expect_download() as download:
        page.locator(f"#versions a[href='{pinned}']").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    header, *rows = csv.reader(io.StringIO(text))
    assert len(header) > 1
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    outside = page.locator("aside a[href^='https://'], main a[href^='https://']")
    assert outside.count() > 0, "the source's own address"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_idea_given_by_telephone_is_claimed_on_the_web(
    site: Site, context: BrowserContext, office: Page, language: str
) -> None:
    office.goto(f"{site.url}/{language}/ideas/office/enter/")
    office.select_option("[name=channel]", "phone")
    office.select_option("[name=language]", language)
    office.fill("[name=title]", PHONED[language])
    office.fill("[name=text]", f"{PHONED[language]}.")
    office.fill("[name=phone]", "+32 2 555 01 23")
    send(office)
    idea = reference_in(office)
    code = re.search(r"\b(?!IDEA)[A-Z0-9]{4}(-[A-Z0-9]{4}){2}", office.locator(".receipt").inner_text())
    assert code
    office.emulate_media(media="print")
    expect(office.locator(".receipt")).to_be_visible()
    for of_the_office in (".page-head", ".site-foot"):
        expect(office.locator(of_the_office)).to_be_hidden()
    office.emulate_media(media="screen")

    come_in(context, site.client("citizen"), site.url)
    caller = opened(context)
    caller.goto(f"{site.url}/{language}/ideas/{idea}/")
    mine = caller.locator("a[href$='/take-back/']")
    expect(mine).to_have_count(0)
    for typed, status in (("AAAA-AAAA-AAAA", 422), (code[0].lower(), 200)):
        caller.goto(f"{site.url}/{language}/ideas/")
        caller.locator("main a[href$='/ideas/claim/']").click()
        caller.fill("[name=code]", typed)
        assert send(caller) == status
    expect(caller).to_have_url(f"{site.url}/{language}/ideas/{idea}/")
    expect(mine).to_be_visible()


def test_an_account_lives_from_its_first_mail_to_its_erasure(site: Site, context: BrowserContext) -> None:
    page, address = opened(context), "newcomer@example.org"
    open_account(page, site, address)
    sign_in(page, site, address)
    expect(page).to_have_url(f"{site.url}/nl/account/")
    page.goto(f"{site.url}/nl/account/second-factor/set-up/")
    key = page.locator("main code").inner_text().strip()
    give_code(page, key)
    page.goto(f"{site.url}/nl/account/logout/")
    send(page)
    sign_in(page, site, address)
    expect(page).to_have_url(re.compile("/nl/account/code/"))
    # The password alone opens nothing: every page of the account leads back to the question for the code.
    page.goto(f"{site.url}/nl/account/")
    expect(page).to_have_url(re.compile("/nl/account/code/"))
    give_code(page, key)
    page.goto(f"{site.url}/nl/account/")
    with page.expect_download() as download:
        page.locator("main a[href$='/account/data/']").click()
    assert json.loads(download.value.path().read_bytes())["accounts"]["email"] == address
    page.goto(f"{site.url}/nl/account/erase/")
    send(page)
    expect(page).to_have_url(re.compile("/nl/account/erased/"))
    sign_in(page, site, address)
    expect(page).to_have_url(re.compile("/nl/account/login/"))
    expect(page.locator("[name=password]")).to_be_visible()


def open_account(page: Page, site: Site, address: str) -> None:
    page.goto(f"{site.url}/nl/account/signup/")
    page.fill("[name=email]", address)
    page.fill("[name=password1]", PASSWORD)
    send(page)
    expect(page).to_have_url(re.compile("/nl/account/confirm-email/"))
    page.goto(site.url + link_in(mails_to(address)[-1], "/nl/account/confirm-email/"))
    send(page)


def sign_in(page: Page, site: Site, address: str) -> None:
    page.goto(f"{site.url}/nl/account/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", PASSWORD)
    send(page)


def give_code(page: Page, key: str) -> None:
    """Type what an authenticator app with this key shows now; a code works once, so the next one where it was."""
    before, step = page.url, int(time.time() // 30)
    for counter in (step, step + 1):
        page.fill("[name=code]", totp.format_hotp_value(totp.hotp_value(key, counter)))
        send(page)
        if page.url != before:
            return
    pytest.fail("neither code was taken")


def test_a_news_article_is_written_and_published_in_three_languages(
    site: Site, context: BrowserContext, office: Page
) -> None:
    office.goto(f"{site.url}/cms/pages/add/editorial/newspage/{folder(NewsPage, 'fr').pk}/")
    tell(office, NEWS["fr"])
    save(office, "input[name=action-submit], button.action-save:not([name])")
    pages = drafts()
    assert sorted(pages) == ["en", "fr", "nl"], "the drafts to translate were made"

    publish(office, site, pages["fr"])
    expect(office.locator(".messages")).to_contain_text("néerlandais")
    reader = opened(context)
    assert reader.goto(f"{site.url}/fr/news/un-pont-neuf/").status == 404

    for language in ("nl", "en"):
        office.goto(f"{site.url}/cms/pages/{pages[language].pk}/edit/")
        tell(office, NEWS[language])
        save(office, "input[name=action-submit], button.action-save:not([name])")
    publish(office, site, pages["fr"])
    for language, title in NEWS.items():
        reader.goto(f"{site.url}/{language}/news/")
        reader.get_by_role("link", name=title).first.click()
        expect(reader.locator("h1")).to_have_text(title)
        expect(reader.locator("html")).to_have_attribute("lang", language)


def tell(page: Page, title: str) -> None:
    """Fill in the form of a news article and say that it is complete."""
    page.fill("[name=title]", title)
    page.fill("[name=intro]", f"{title}.")
    page.check("[name=ready]")


def save(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def publish(page: Page, site: Site, draft: NewsPage) -> None:
    page.goto(f"{site.url}/cms/pages/{draft.pk}/edit/")
    page.locator("[data-w-dropdown-target=toggle]:visible").last.click()
    save(page, "button[name=action-publish]")


def drafts() -> dict[str, NewsPage]:
    """The pages of the article by language."""
    french = NewsPage.objects.filter(locale__language_code="fr").latest("pk")
    found = NewsPage.objects.filter(translation_key=french.translation_key).select_related("locale")
    return {page.locale.language_code: page for page in found}


def test_words_of_any_length_stay_on_the_page(site: Site, office: Page) -> None:
    word = "Bijzonderlangwoord" * 8
    need = ideas.need(title={"fr": word, "nl": word}, description={"fr": word, "nl": word})
    idea = ideas.merged(need, title=word, text=word * 3, place=word, name=word[:100], show_name=True)
    desk = f"/fr/ideas/office/queue/{idea.reference}/"
    for path in (
        idea.get_absolute_url(),
        need.get_absolute_url(),
        f"/fr/thread/idea/{idea.reference}/",
        desk,
    ):
        office.goto(site.url + path)
        for size in (WIDE, NARROW):
            office.set_viewport_size(size)
            assert overflow(office, size["width"]) == [], path


def test_whose_session_ended_is_led_to_sign_in_and_back(site: Site, context: BrowserContext) -> None:
    idea = ideas.public()
    come_in(context, site.client("citizen"), site.url)
    page = opened(context)
    page.goto(site.url + idea.get_absolute_url())
    context.clear_cookies(name="sessionid")
    page.locator("#support-button").click()
    sign_in = page.locator(f"main a[href$='next={idea.get_absolute_url()}']")
    expect(sign_in).to_be_visible()
