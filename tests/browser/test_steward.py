"""A data steward alone, from a file on her desk to a published rate by municipality, and on along its thread."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from civicthread.datahub.models import Dataset
from civicthread.indicators import tasks
from civicthread.indicators.models import Indicator
from tests.browser.checks import overflow
from tests.browser.site import Site
from tests.browser.test_stories import opened, press, send, write
from tests.browser.tools import come_in, violations
from tests.datahub.test_staff import run_the_worker

pytestmark = pytest.mark.browser
LAST_YEAR = timezone.localdate().year - 1
# Public benches by municipality and year.
ROWS = [
    ("Anderlecht", LAST_YEAR - 2, 240),
    ("Uccle", LAST_YEAR - 2, 166),
    ("Anderlecht", LAST_YEAR, 360),
    ("Uccle", LAST_YEAR, 249),
]
FILE = "commune;annee;bancs\n" + "".join(f"{area};{year};{count}\n" for area, year, count in ROWS)
TITLE = {"fr": "Bancs publics pour 1 000 habitants", "nl": "Openbare banken per 1 000 inwoners"}
TOLD = {"fr": "Les bancs de chaque commune.", "nl": "De banken van elke gemeente."}
UNIT = {"fr": "bancs pour 1 000 habitants", "nl": "banken per 1 000 inwoners"}
DATA = {"fr": "Bancs publics par commune", "nl": "Openbare banken per gemeente"}


@pytest.fixture
def steward(browser: Browser, site: Site):
    """The browser of the data steward."""
    context = browser.new_context(reduced_motion="reduce", locale="fr-BE")
    come_in(context, site.client("steward"), site.url)
    yield opened(context)
    context.close()


@pytest.fixture
def approver(browser: Browser, site: Site):
    """The browser of someone of the Office, who publishes."""
    context = browser.new_context(reduced_motion="reduce", locale="fr-BE")
    come_in(context, site.client("staff"), site.url)
    yield opened(context)
    context.close()


def test_a_steward_brings_a_file_and_publishes_a_rate_by_municipality(
    site: Site, steward: Page, approver: Page, context
) -> None:
    dataset = bring_a_file(steward, site)
    indicator = say_what_is_measured(steward, site)
    let_a_form_write_the_query(steward, dataset)
    set_a_target_and_a_path(steward, site, indicator)
    steward.goto(f"{site.url}/fr/indicators/office/{indicator}/")
    press(steward, f"{indicator}/compute/")
    expect(steward.locator("#proposals tbody tr")).to_have_count(6)

    approver.goto(f"{site.url}/fr/datahub/office/{dataset}/")
    press(approver, f"{dataset}/publish/")
    approver.goto(f"{site.url}/fr/indicators/office/{indicator}/")
    press(approver, f"{indicator}/approve/")
    press(approver, f"{indicator}/publish/")

    reader = opened(context)
    reader.goto(f"{site.url}/fr/indicators/{indicator}/")
    expect(reader.locator("h1")).to_have_text(TITLE["fr"])
    expect(reader.locator("#course .figure-drawing svg")).to_be_visible()
    expect(reader.locator("#map .figure-drawing svg").first).to_be_visible()
    reader.locator("#map summary").click()
    uccle = reader.locator("#map tbody tr", has_text="Uccle")
    expect(uccle).to_contain_text("249")
    expect(reader.locator("#provenance")).to_contain_text("people_there")
    reader.locator(f"#provenance th a[href='/fr/datahub/{dataset}/']").first.click()
    expect(reader.locator("h1")).to_have_text(DATA["fr"])
    reader.locator(f".thread a[href='/fr/indicators/{indicator}/']").first.click()
    expect(reader.locator("h1")).to_have_text(TITLE["fr"])
    assert tasks.keep_up.call() == 0, "nothing else had to be computed again"


def bring_a_file(page: Page, site: Site) -> str:
    """A new dataset from its first file; its code."""
    page.goto(f"{site.url}/fr/datahub/office/new/")
    file = {"name": "bancs.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.set_input_files("[name=file]", files=[file])
    send(page)
    expect(page).to_have_url(re.compile("/describe/$"))
    write(page, "title", DATA)
    write(page, "description", TOLD)
    page.fill("[name=code]", "bancs")
    page.fill("[name=licence_name]", "CC0")
    with page.expect_navigation():
        page.locator("main form.form button[type=submit]:visible").first.click()
    expect(page).to_have_url(re.compile("/uploads/"))
    run_the_worker()
    made = Dataset.objects.get(code="bancs")
    assert made.versions.count() == 1, "the file is loaded"
    page.goto(f"{site.url}/fr/datahub/office/bancs/")
    return made.code


def say_what_is_measured(page: Page, site: Site) -> str:
    page.goto(f"{site.url}/fr/indicators/office/new/")
    write(page, "title", TITLE)
    write(page, "description", TOLD)
    write(page, "unit", UNIT)
    page.fill("[name=decimals]", "1")
    page.select_option("[name=good]", "up")
    page.select_option("[name=status_method]", "ideal_path")
    page.select_option("[name=area_level]", "municipality")
    send(page)
    expect(page).to_have_url(re.compile("/method/$"))
    return Indicator.objects.latest("pk").code


def let_a_form_write_the_query(page: Page, dataset: str) -> None:
    """A few choices; a mistake in the text is shown where it stands; then the method is saved."""
    page.locator("a[href$='/method/guide/']").click()
    page.select_option("[name=figure]", "rate")
    page.select_option("[name=dataset]", dataset)
    page.select_option("[name=people]", "municipalities_2020")
    with page.expect_navigation():
        page.locator("main form[method=get] button[type=submit]").click()
    assert violations(page) == []
    page.select_option("[name=summed]", "bancs")
    page.select_option("[name=period]", "annee")
    page.select_option("[name=area]", "commune")
    page.select_option("[name=inhabitants]", "inhabitants")
    page.select_option("[name=people_area]", "name_fr")
    page.select_option("[name=per]", "1000")
    page.check("[name=whole][value=rows]")
    send(page)
    expect(page.locator("#preview-rows tbody tr")).to_have_count(6)
    for size in ({"width": 1280, "height": 900}, {"width": 320, "height": 640}):
        page.set_viewport_size(size)
        assert violations(page) == []
        assert overflow(page, size["width"]) == []
    page.set_viewport_size({"width": 1280, "height": 900})
    right = page.input_value("[name=sql]")
    page.fill("[name=sql]", right.replace("SUM(bancs)", "SUM(banks)"))
    page.locator("[name=preview]").click()
    expect(page.locator(".sql-spot mark")).to_have_text("banks")
    page.fill("[name=sql]", right)
    write(page, "note", TOLD)
    send(page)


def set_a_target_and_a_path(page: Page, site: Site, indicator: str) -> None:
    page.goto(f"{site.url}/fr/indicators/office/{indicator}/targets/")
    page.fill("[name=targets-0-period]", str(LAST_YEAR + 5))
    page.fill("[name=targets-0-value]", "4,5")
    send(page)
    expect(page.locator("#targets")).to_contain_text("4,5")
    page.goto(f"{site.url}/fr/indicators/office/{indicator}/paths/ideal/")
    page.select_option("[name=form]", "milestones")
    page.fill("[name=milestones]", f"{LAST_YEAR - 2} 2\n{LAST_YEAR + 5} 4,5")
    send(page)
    expect(page.locator("#targets")).to_be_visible()
