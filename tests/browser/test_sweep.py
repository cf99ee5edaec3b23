"""Marker payloads in every text field of every form: in a real browser none runs, wherever the words come up again."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

import pytest
from bs4 import BeautifulSoup, Tag
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve, reverse
from django.utils import translation
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext
from playwright.sync_api import Page as Tab

from civicthread.accounts.models import Role
from civicthread.ambition.models import AmbitionMemo, Direction, Objective
from civicthread.core import outbox
from civicthread.datahub.models import Dataset
from civicthread.governance.models import Decision
from civicthread.ideas import actions
from civicthread.ideas.models import Idea, Need
from civicthread.indicators.models import Indicator
from civicthread.indices.models import CompositeIndex
from civicthread.projects.models import Project
from civicthread.roadmap.models import Milestone
from civicthread.stakeholders.models import Body, Organisation
from tests import personas
from tests.browser.fixtures import LIBRARIES, VISITS
from tests.browser.site import Site
from tests.browser.test_every_page import addresses
from tests.browser.tools import come_in
from tests.browser.visiting import File, Page
from tests.editorial import texts
from tests.factories import ideas as made
from tests.factories.accounts import person

pytestmark = pytest.mark.browser
MARK = "__xss"
PAYLOADS = (
    f"<script>{MARK}=1</script>",
    f"<img src=x onerror={MARK}=1>",
    f"<svg/onload={MARK}=1>",
    f"javascript:{MARK}=1",
    f'"><img src=x onerror="{MARK}=1">',
    f"' autofocus onfocus={MARK}=1 x='",
    f"</title></textarea></script><script>{MARK}=1</script>",
    f"{{{{ {MARK} }}}}{{% if {MARK} %}}${{{MARK}=1}}",
    f"\u2028{MARK}=1\u2029//'-{MARK}-'",
    f"]]></summary><svg onload='{MARK}=1'/>",
    f'=HYPERLINK("javascript:{MARK}=1")',
    f"--></style><iframe srcdoc='<script>parent.{MARK}=1</script>'>",
)
ALL = " ".join(PAYLOADS)
# What stands for the first placeholder of an address, by what comes before it.
THINGS: dict[str, tuple[type[Model], str]] = {
    "governance/office/": (Decision, "reference"),
    "governance/decisions/": (Decision, "reference"),
    "roadmap/office/projects/": (Project, "reference"),
    "roadmap/office/milestones/": (Milestone, "reference"),
    "roadmap/": (Milestone, "reference"),
    "indicators/office/": (Indicator, "code"),
    "indicators/": (Indicator, "code"),
    "indices/office/": (CompositeIndex, "code"),
    "indices/": (CompositeIndex, "code"),
    "projects/office/": (Project, "reference"),
    "projects/": (Project, "reference"),
    "ambition/office/directions/": (Direction, "code"),
    "ambition/office/memos/": (AmbitionMemo, "code"),
    "ambition/office/objectives/": (Objective, "code"),
    "ambition/directions/": (Direction, "code"),
    "ambition/objectives/": (Objective, "code"),
    "ideas/needs/": (Need, "reference"),
    "ideas/office/queue/": (Idea, "reference"),
    "ideas/office/needs/": (Need, "reference"),
    "ideas/": (Idea, "reference"),
    "datahub/office/": (Dataset, "code"),
    "datahub/": (Dataset, "code"),
    "stakeholders/office/bodies/": (Body, "code"),
    "stakeholders/office/organisations/": (Organisation, "code"),
    "stakeholders/": (Organisation, "code"),
}
FILES = (
    "/fr/changes.atom",
    "/fr/news.atom",
    "/sitemap-ideas.idea-1.xml",
    "/data/catalogue.jsonld",
    "/api/v1/ideas",
    "/api/v1/needs",
    "/api/v1/projects",
    "/api/v1/indicators",
    "/api/v1/datasets",
    "/api/v1/organisations",
    "/api/v1/objectives",
    "/api/v1/directions",
    "/api/v1/milestones",
    "/api/v1/decisions",
    "/api/v1/indices",
    "/api/v1/snapshots",
    "/api/v1/dashboard",
    "/fr/account/data/",
)
# Addresses that neither a page nor a form of the sweep leads to, with the reason.
UNREACHED: dict[str, str] = {
    **dict.fromkeys(
        """
        accounts:reactivate accounts:revoke-role ambition:publish-memo ambition:publish-objective datahub:end-alarm
        datahub:fetch datahub:fetch-again datahub:publish datahub:remove datahub:restore governance:publish
        ideas:adopt ideas:analyse ideas:dismiss ideas:publish-need ideas:renew ideas:show ideas:support
        ideas:take-back ideas:take-out ideas:withdraw indicators:approve
        indicators:compute indicators:publish indicators:refuse indices:approve indices:publish indices:refuse
        projects:end-lead projects:publish projects:remove-fact roadmap:publish stakeholders:end-representation
        stakeholders:publish
        """.split(),
        "a button without words, where there is something to press it for",
    ),
    **dict.fromkeys(
        """
        mfa_authenticate mfa_deactivate_totp mfa_reauthenticate openid_connect_callback openid_connect_login
        socialaccount_login_error socialaccount_signup
        """.split(),
        "signing in, by the library that does it",
    ),
    **dict.fromkeys(
        """
        core:chart healthz index-files:run index-files:scores root:languages root:robots root:security root:sitemap
        root:sitemaps
        """.split(),
        "files and redirections outside the languages: FILES names those that hold words",
    ),
    "dashboard:snapshot-pdf": "a drawing, dear to make: nothing in it runs",
    "datahub:set-aside": "a file, where rows are set aside",
    "governance:start": "leads to the decisions",
    "datahub:upload": "leads on to the description of the file",
}
# Pages of things that must have some history, as those have that the crawler visits.
AS_CRAWLED = ("datahub:compare",)
# These take the thing from public view, so they come last.
LAST = ("withdraw/", "hide/")
# What ends a session or an account, or starts another one.
NEVER = ("account/erase", "account/log", "account/signup", "account/password", "account/email", "account/re")
LISTEN = """window.__broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.__broken.push(
    `${event.effectiveDirective} ${event.blockedURI} ${event.sample}`));"""
LOOK = """() => {
    const found = [...window.__broken], links = "a[href], form[action], iframe, object, embed, [formaction]";
    if (window.__xss !== undefined) found.push("a payload ran");
    for (const element of document.querySelectorAll(links))
        for (const name of ["href", "action", "src", "srcdoc", "formaction"])
            if (/^\\s*javascript:|<script/i.test(element.getAttribute(name) || ""))
                found.push(`${name} of ${element.outerHTML.slice(0, 100)}`);
    for (const element of document.querySelectorAll("*"))
        for (const {name, value} of element.attributes)
            if (name.startsWith("on") && value.includes("__xss")) found.push(`${name} on <${element.localName}>`);
    return found;
}"""
numbers = count(1)


class Detector:
    """A browser's page that notices whatever of a payload runs, would run, or was stopped from running."""

    def __init__(self, context: BrowserContext) -> None:
        context.add_init_script(LISTEN)
        self.page: Tab = context.new_page()
        self.found: list[str] = []
        self.page.on("dialog", lambda dialog: (self.found.append("dialog"), dialog.dismiss()))

    def opened(self, url: str) -> list[str]:
        """What is wrong with the document at that address."""
        self.found.clear()
        self.page.goto(url)
        return [f"{url}: {one}" for one in [*self.page.evaluate(LOOK), *self.found]]

    def shown(self, url: str, html: str, policy: str = "") -> list[str]:
        """What is wrong with this document, served at that address; a mail has no policy to protect it."""
        headers = {"Content-Type": "text/html; charset=utf-8"}
        headers |= {"Content-Security-Policy": policy} if policy else {}
        self.page.route(url, lambda route: route.fulfill(body=html, headers=headers))
        try:
            return self.opened(url)
        finally:
            self.page.unroute(url)


@pytest.fixture
def detector(context: BrowserContext) -> Detector:
    return Detector(context)


@pytest.mark.parametrize(
    ("html", "policy", "noticed"),
    [
        (f"<p>{PAYLOADS[0]}</p>", "", "a payload ran"),
        (f"<p>{PAYLOADS[2]}</p>", "", "a payload ran"),
        (f"<input value='{PAYLOADS[5]}'>", "", "a payload ran"),
        (f"<p>{PAYLOADS[11]}</p>", "", "a payload ran"),
        ("<script>alert(1)</script>", "", "dialog"),
        (f"<p>{PAYLOADS[0]}</p>", "default-src 'none'", "script-src"),
        (f"<p>{PAYLOADS[2]}</p>", "default-src 'none'", "script-src"),
        (f"<p>{PAYLOADS[1]}</p>", "default-src 'none'", "onerror on <img>"),
        (f'<a href="{PAYLOADS[3]}">x</a>', "default-src 'none'", "href of <a"),
    ],
)
def test_the_detector_notices_what_runs_and_what_was_stopped(
    detector: Detector, html: str, policy: str, noticed: str
) -> None:
    page = f"<!doctype html><title>x</title>{html}"
    assert any(noticed in one for one in detector.shown("http://localhost/control", page, policy))
    assert (
        detector.shown("http://localhost/clean", "<!doctype html><title>x</title>&lt;script>", policy) == []
    )


def swept() -> dict[str, str]:
    """The addresses below a language whose pages have forms of ours, by name."""
    return {
        name: pattern
        for name, pattern in addresses(get_resolver())
        if not pattern.startswith(("api/", "cms/", "data/", *LIBRARIES, *NEVER)) and "^" not in pattern
    }


def paths(site: Site) -> list[str]:
    """Each of them, once: with the newest published thing in its place, else as the crawler visits it."""
    found = []
    for name, pattern in swept().items():
        before, _, rest = pattern.partition("<")
        after = rest.partition(">")[2]
        if not rest:
            found.append(pattern)
        elif before not in THINGS or "<" in after or name in AS_CRAWLED:
            found += crawled(name, site)
        else:
            model, key = THINGS[before]
            which = model._default_manager.order_by("-pk")
            # What everyone sees, where only some do; the needs, ideas and bodies of this test are public.
            known = {field.name for field in model._meta.fields}
            which = which.filter(publication="published") if "publication" in known else which
            which = which.filter(visibility=Idea.Visibility.PUBLIC) if "visibility" in known else which
            found.append(f"{before}{which.values_list(key, flat=True)[0]}{after}")
    return sorted(set(found), key=lambda path: (path.endswith(LAST), path))


def crawled(name: str, site: Site) -> list[str]:
    with translation.override("fr"):
        return [
            reverse(name, kwargs=visit.arguments(site)).removeprefix("/fr/")
            + (f"?{visit.query}" if visit.query else "")
            for visit in VISITS[name]
            if isinstance(visit, Page | File) and not getattr(visit, "once", False)
        ]


def name_of(url: str) -> str:
    """The name of the address that a form is sent to."""
    with translation.override("fr"):
        try:
            return resolve(url.partition("?")[0]).view_name
        except Resolver404:
            return ""


def forms_in(page: BeautifulSoup) -> Iterator[Tag]:
    """The forms of a page that send words."""
    for form in page.select("main form[method=post]"):
        if words_of(form) and not form.select_one("[type=password]"):
            yield form


def words_of(form: Tag) -> list[Tag]:
    return form.select("textarea, input:not([type]), input[type=text], input[type=search], input[type=url]")


def filled(form: Tag) -> dict[str, list[str]]:
    """What a person sends who types payloads wherever one can type."""
    values: dict[str, list[str]] = {}
    for control in form.select("input[name], button[name], select[name]"):
        kind, name = control.get("type", ""), control["name"]
        if control.name == "select":
            chosen = control.select("option[selected]") or control.select("option[value]:not([value=''])")[:1]
            values[name] = [str(option["value"]) for option in chosen]
        elif kind == "radio":
            values.setdefault(name, [control["value"]])
        elif kind != "checkbox" or control.has_attr("checked") or name in ("show_name", "directions"):
            values.setdefault(name, []).append(str(control.get("value", "")))
    for control in form.select("[type=email]"):
        values[control["name"]] = [f"sweep{next(numbers)}@example.org"]
    for control in words_of(form):
        room = int(control.get("maxlength", 5000))
        payload = PAYLOADS[next(numbers) % len(PAYLOADS)]
        values[control["name"]] = [ALL if room > len(ALL) else payload[:room]]
    return values | ({"website": [""]} if form.select_one("label[for=id_website]") else {}) | {"seen": ["1"]}


def without_refused(response: HttpResponse, form: Tag, values: dict[str, list[str]]) -> dict[str, list[str]]:
    """The same with what stood there before, or what fits, in the fields that take no such words."""
    wrong = set((response.context or {}).get("form").errors) if response.context else set()
    before = {one["name"]: one.get("value") or one.get_text().strip() for one in words_of(form)}
    fits = {"code": "sweep", "sql": "SELECT 1 AS value", "due": "2030-12-31", "website": ""}
    return {
        name: [before[name] or fits.get(name, "2026")]
        if name in before and (name in wrong or name.rpartition("_")[0] in wrong)
        else value
        for name, value in values.items()
    }


@dataclass
class Swept:
    """Where the forms led to, the answers that were pages themselves, and the names of all addresses reached."""

    led: list[str] = field(default_factory=list)
    answered: list[tuple[str, HttpResponse]] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)


def sweep(client: Client, all_paths: list[str]) -> Swept:
    """Send the payloads through every form."""
    done = Swept()
    led, answered = done.led, done.answered
    for path in all_paths:
        shown = client.get(f"/fr/{path}")
        if shown.status_code != 200:
            continue
        done.reached.add(name_of(f"/fr/{path}"))
        if not shown["Content-Type"].startswith("text/html"):
            shown.close()
            continue
        page = BeautifulSoup(shown.content, "html.parser")
        sent = page.select("form[method=post]")
        done.reached |= {name_of(str(form["action"])) for form in sent if form.get("action")}
        for form in forms_in(page):
            target = form.get("action") or f"/fr/{path}"
            values = filled(form)
            answer = client.post(target, values)
            if answer.status_code < 300 or answer.status_code == 422:
                answered.append((target, answer))
                answer = client.post(target, without_refused(answer, form, values))
            if answer.status_code == 302:
                led += [path, answer["Location"].removeprefix("/fr/")]
            assert answer.status_code < 500, target
    return done


def a_first_file(client: Client) -> str:
    """The page that describes a file nobody described yet, with payloads for headings."""
    headings = ",".join(f'"{payload.replace(chr(34), chr(34) * 2)}"' for payload in PAYLOADS[:3])
    rows = "".join(f"{number},x,y\n" for number in range(3))
    file = SimpleUploadedFile("<img src=x onerror=__xss=1>.csv", f"{headings}\n{rows}".encode())
    answer = client.post("/fr/datahub/office/new/", {"file": file})
    assert answer.status_code == 302
    return str(answer["Location"]).removeprefix("/fr/")


def give_ideas(visitor: Client) -> list[str]:
    """Each payload as an idea of a visitor, confirmed, answered and merged; the words of one are a need's."""
    for number, payload in enumerate(PAYLOADS):
        words = dict.fromkeys(("title", "name", "place"), f"{payload} {number}")
        given = words | {"text": ALL, "email": f"idea{number}@example.org", "show_name": "on", "seen": "1"}
        assert visitor.post("/fr/ideas/new/", given).status_code == 302
    found = list(Idea.objects.filter(visibility=Idea.Visibility.UNCONFIRMED).select_related("author"))
    for idea in found:
        actions.confirm_idea(idea, by=idea.author)
    return [f"ideas/{idea.reference}/" for idea in found]


def an_article() -> str:
    """The page of a news article with payloads in each of its parts: the editor's own forms are Wagtail's."""
    by = [{code: f"{payload} {code}" for code in ("fr", "nl", "en")} for payload in PAYLOADS]
    every = {code: f"{ALL} {code}" for code in ("fr", "nl", "en")}
    source = {"url": "https://example.org/speech", "publisher": PAYLOADS[1]}
    body = (
        {"kind": "heading", "text": by[0]},
        {"kind": "paragraph", "text": every},
        {"kind": "list", "points": [by[2], by[4]]},
        {"kind": "quote", "text": every, "source": source},
    )
    texts.published(texts.staff(), "sweep", title=by[4], intro=every, body=body, sources=(source,))
    return f"news/{texts.SLUG['fr']}-sweep/"


def test_no_payload_runs_anywhere(site: Site, context: BrowserContext, detector: Detector) -> None:
    everybody = person(roles=tuple(Role), name=PAYLOADS[1])
    office, visitor = Client(), Client()
    personas.sign_in(office, everybody)
    ideas = give_ideas(visitor)
    assert len(ideas) == len(PAYLOADS)
    made.need(title={"fr": PAYLOADS[4], "nl": PAYLOADS[4]}, description={"fr": ALL, "nl": ALL})
    everywhere = [a_first_file(office), an_article(), *paths(site)]
    done = sweep(office, everywhere)
    led, answered = done.led, done.answered
    assert len(set(led)) > 30, "most forms took the words"
    assert swept().keys() - done.reached - UNREACHED.keys() == set(), "reach it, or say why not"

    searches = ["search/?q=", "ideas/?query=", "projects/?query=", "indicators/?query=", "datahub/?query="]
    asked = [f"{address}{payload}" for address in searches for payload in (PAYLOADS[4], PAYLOADS[6])]
    seen = dict.fromkeys([*everywhere, *ideas, *led, *asked, "search/?q=xss"])
    problems: list[str] = []
    opened: set[tuple[str, str]] = set()
    for client in (visitor, office):
        come_in(context, client, site.url)
        for path in [*(f"/fr/{path}" for path in seen), *FILES]:
            found = path, marked(client, path)
            if found[1] and found not in opened:  # the Office reads what a visitor reads on many pages
                opened.add(found)
                problems += detector.opened(site.url + path)
    assert len(opened) > 60, "the words come up again"
    for target, answer in answered:
        policy = answer["Content-Security-Policy"]
        problems += detector.shown(site.url + target.partition("?")[0], answer.content.decode(), policy)
    problems += mail_problems(site, detector)
    assert problems == []


def marked(client: Client, path: str) -> str:
    """What the browser has to look at: the page or feed, from its `main` on where it has one, with a payload in it."""
    with closing(client.get(path)) as answer:
        body = answer.getvalue()
    words = body.decode(errors="replace")
    if answer["Content-Type"].startswith("text/csv"):
        assert not formulas(words.removeprefix("\ufeff")), path
    if "spreadsheetml" in answer["Content-Type"]:
        assert not computed_cells(body), path
    if MARK not in words or "attachment" in answer.get("Content-Disposition", ""):
        return ""
    return words[max(0, words.find("<main")) :]


def formulas(text: str) -> list[str]:
    """The cells of a CSV file that a spreadsheet would compute."""
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row if cell.startswith(("=", "@", "+"))]


def computed_cells(body: bytes) -> list[str]:
    """The cells of a workbook that a spreadsheet would compute."""
    book = load_workbook(io.BytesIO(body))
    return [cell.value for sheet in book for row in sheet for cell in row if cell.data_type == "f"]


def mail_problems(site: Site, detector: Detector) -> list[str]:
    """Mails are opened without any policy: only escaping protects their readers."""
    while outbox.send_due():
        pass
    carrying = [sent for sent in mail.outbox if MARK in sent.alternatives[0][0]]
    assert len(carrying) >= len(PAYLOADS)
    return [
        problem
        for number, sent in enumerate(carrying)
        for problem in detector.shown(f"{site.url}/mail/{number}", sent.alternatives[0][0])
    ]
