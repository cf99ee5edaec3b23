"""The components draw what they are given, escape it, and fit together on the page that shows them all."""

import gzip
import itertools
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django.utils import translation

from civicthread.core import frontend
from civicthread.core.drawn import DRAWN, Card
from civicthread.core.templatetags import components
from civicthread.core.text import Text
from civicthread.dashboard import standing
from civicthread.portal.samples import SampleForm, samples

TEMPLATES = frontend.PACKAGE / "templates"
README = (TEMPLATES / "components/README.md").read_text(encoding="utf-8")
PARTS = {"figure_explore", "figure_foot"}  # pieces of other components, not for pages


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def drawn(source: str, **context: Any) -> BeautifulSoup:
    return BeautifulSoup(engines["django"].from_string(source).render(context), "html.parser")


def included(name: str, **parameters: Any) -> BeautifulSoup:
    return BeautifulSoup(render_to_string(f"components/{name}.html", parameters), "html.parser")


@pytest.fixture(scope="module")
def showcase() -> BeautifulSoup:
    with translation.override("en"):
        return BeautifulSoup(render_to_string("portal/components.html", samples()), "html.parser")


def test_a_component_knows_its_own_parameters_only_and_its_body_knows_the_page():
    page = drawn(
        '{% component "card" title="A" url="/a/" %}{{ state_label }}{% endcomponent %}', state_label="secret"
    )
    assert page.select_one(".card-text").text == "secret"
    assert page.select_one(".status") is None


def test_components_stand_in_each_other():
    page = drawn(
        '{% component "section" title="S" %}{% component "card_grid" %}'
        '{% component "card" title="A" url="/a/" %}{% endcomponent %}{% endcomponent %}{% endcomponent %}'
    )
    assert page.select_one("section .card-grid > article h3 a")["href"] == "/a/"


@pytest.mark.parametrize("hostile", ["<script>x</script>", '" onclick="x', "'><img src=x onerror=x>"])
def test_what_people_wrote_never_becomes_markup(hostile):
    page = drawn(
        '{% component "card" title=t url="/a/" kind=t note=t state=t state_label=t lang=t %}{{ t }}'
        "{% endcomponent %}"
        '{% component "figure" id="f" title=t summary=t source=t %}{% endcomponent %}'
        '{% include "components/meter.html" with label=t value=3 text=t only %}'
        "{% fact label=t value=t url=t lang=t %}",
        t=hostile,
    )
    # The figure brings a script of ours.
    assert not page.select('script:not([src^="/static/"]), img, [onclick], [onerror]')
    assert page.select_one(".card-title a").text == hostile


def test_a_fact_that_is_not_known_is_said_to_be_not_published_and_zero_is_a_fact():
    assert "not published" in drawn('{% fact label="Budget" value=None %}').text
    assert "not published" in drawn('{% fact label="Budget" value=unknown %}').text
    assert drawn('{% fact label="Budget" value=0 %}').dd.text == "0"


def test_a_fact_has_its_link_its_language_and_its_numbers_in_the_readers_form():
    with translation.override("fr"):
        page = drawn('{% fact label="Budget" value=n url="/a/" lang="nl" number=True %}', n=Decimal("1234.5"))
    assert (page.dd["class"], page.dd["lang"], page.a["href"]) == (["number"], "nl", "/a/")
    assert page.a.text.endswith("234,5")


def test_a_figure_that_does_not_exist_is_not_shown_as_zero():
    assert "no figure yet" in included("stat", label="Lamps", value=None).text
    assert included("stat", label="Lamps", value=0).select_one(".stat-value").text == "0"


def test_a_meter_speaks_the_language_of_html_in_every_language():
    with translation.override("fr"):
        meter = included("meter", label="L", value=Decimal("62.5"), text="62,5 %").meter
    assert meter["value"] == "62.5"
    assert meter["max"] == "100"


def test_a_date_is_written_in_words_and_kept_for_machines():
    with translation.override("fr"):
        page = drawn('{% fact label="Début" value=day %}', day=date(2026, 6, 3))
    assert page.time["datetime"] == "2026-06-03"
    assert page.time.text == "3\xa0juin 2026"


def test_numbers_of_a_table_stand_in_numeric_columns():
    table = included(
        "data_table",
        id="t",
        caption="C",
        columns=[{"label": "A"}, {"label": "B", "numeric": True}],
        rows=[["x", "1"]],
    )
    assert [cell.get("class") for cell in table.select("tbody tr > *")] == [None, ["number"]]
    assert table.select_one("section")["tabindex"] == "0"


def test_a_thread_without_steps_says_what_will_stand_there():
    assert (
        included("thread", title="T", empty="Nothing yet.").select_one(".thread-empty").text == "Nothing yet."
    )


def test_the_current_step_of_a_thread_is_marked_and_is_no_link():
    steps = [
        {"kind": "idea", "title": "I", "url": "/i/"},
        {"kind": "project", "title": "P", "url": "/p/", "current": True},
    ]
    thread = included("thread", title="T", steps=steps)
    assert [a["href"] for a in thread.select("a")] == ["/i/"]
    assert thread.select_one('[aria-current="step"] .thread-name').text == "P"


@pytest.mark.parametrize("name", SampleForm.base_fields)
def test_each_field_has_its_label_and_its_error_before_the_input(name):
    form = SampleForm({"email": "wrong", "number": "x", "place": "?", "since": "1-1-1"})
    field = included("field", field=form[name])
    controls = field.select("input, textarea, select")
    assert controls
    for control in controls:
        assert field.select_one(f'label[for="{control["id"]}"]'), control
    error = field.find(id=f"id_{name}_error")
    if form[name].errors and not isinstance(form.fields[name].widget, forms.CheckboxInput):
        assert error.sourceline, "an error is shown"
        assert str(field).index(str(error)) < str(field).index(str(controls[0]))


def test_an_input_names_its_hint_and_its_error_as_its_description():
    field = included("field", field=SampleForm({"title": "x"})["text"])
    assert field.textarea["aria-describedby"] == "id_text_helptext id_text_error"
    assert field.find(id="id_text_helptext")
    assert field.find(id="id_text_error")


def test_every_error_in_the_summary_leads_to_something_on_the_page():
    form = SampleForm({})
    page = drawn(
        '{% include "components/error_summary.html" with form=form only %}'
        '{% for field in form %}{% include "components/field.html" with field=field only %}{% endfor %}',
        form=form,
    )
    targets = [a["href"][1:] for a in page.select(".ds-error-summary a")]
    assert len(targets) == len(form.errors)
    assert all(page.find(id=target) for target in targets)


def test_a_form_without_errors_shows_no_summary():
    assert included("error_summary", form=SampleForm()).text.strip() == ""


def test_a_heading_is_also_the_title_and_an_empty_part_leaves_no_frame():
    page = drawn(
        '{% extends "layouts/page.html" %}{% block heading %}A &amp; <em>B</em>{% endblock %}',
        site={"name": "City"},
    )
    assert page.title.text == "A & B – City"
    assert page.h1.em.text == "B"
    assert not page.select(".page-head .eyebrow, .page-head .lead, .page-head .button-row, .crumbs")


def test_a_confirmation_carries_the_token_of_the_page():
    page = drawn(
        '{% component "confirm" action="/x/" submit="Go" cancel_url="/y/" %}Sure?{% endcomponent %}',
        csrf_token="abc",
    )
    assert page.select_one('[name="csrfmiddlewaretoken"]')["value"] == "abc"


def test_a_toggle_says_whether_it_is_pressed_and_a_plain_button_does_not():
    states = [
        included("action", action="/x/", label="L", **given).button.get("aria-pressed")
        for given in (
            {"pressed": True},
            {"pressed": False},
            {},
        )
    ]
    assert states == ["true", "false", None]


def test_every_component_is_documented_and_shown():
    names = {path.stem for path in (TEMPLATES / "components").glob("*.html")} - PARTS
    names |= set(DRAWN)
    assert set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)) == names
    shown = (TEMPLATES / "portal/components.html").read_text() + (
        TEMPLATES / "layouts/header.html"
    ).read_text()
    on_layouts = {"hero", "messages", "aside_block"}
    assert {
        name for name in names if not re.search(rf'components/{name}\.html|component "{name}"', shown)
    } <= on_layouts


def test_every_documented_state_has_its_tone_in_the_style_sheet():
    rules = frontend.parse((frontend.PACKAGE / "static/civicthread/css/states.css").read_text())
    for tone, states in re.findall(
        r"^\| (good|underway|caution|bad|ended), [^|]+\| ([^|]+) \|", README, re.MULTILINE
    ):
        rule = next(rule for rule in rules if f'[data-tone="{tone}"]' in rule.prelude)
        assert set(re.findall(r'data-state="(\w+)"', rule.prelude)) == set(states.split(", "))


def test_each_status_of_an_indicator_has_a_colour_and_a_mark_of_its_own():
    """In the bar, its legend and the cards: the parts of the bar have a colour, the words a shape of that colour."""
    sheet = (frontend.PACKAGE / "static/civicthread/css/states.css").read_text()
    colours, marks = {}, {}
    for status in standing.STATUSES:
        own = [rule for rule in frontend.parse(sheet) if f'[data-state="{status}"]' in rule.prelude]
        lines = {str(line) for rule in own for line in rule.body}
        colours[status] = {line for line in lines if line.startswith("--tone:")}
        marks[status] = frozenset(lines - colours[status])
    assert {len(found) for found in colours.values()} == {1}, "the bar and the words have one colour"
    assert len({colour for found in colours.values() for colour in found}) == len(standing.STATUSES)
    assert len(set(marks.values())) == len(standing.STATUSES)


def test_every_icon_asked_for_is_in_the_sprite():
    sprite = (frontend.PACKAGE / "static/civicthread/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r'(?:\{% icon |\bicon=)"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    documented = set(re.findall(r"[\w-]+", README.split("Icons: ")[1].split(".")[0]))
    assert used <= known
    assert documented == known


def test_no_template_holds_a_style_or_a_script_of_its_own():
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\sstyle=|\son\w+=|<style|<script(?![^>]*\ssrc=)|javascript:", source), path


def test_the_showcase_has_unique_ids_and_every_reference_finds_its_element(showcase: BeautifulSoup):
    ids = [element["id"] for element in showcase.select("[id]")]
    assert len(ids) == len(set(ids))
    for attribute in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
        for element in showcase.select(f"[{attribute}]"):
            assert set(element[attribute].split()) <= set(ids), element


def test_headings_of_the_showcase_never_skip_a_level(showcase: BeautifulSoup):
    levels = [int(heading.name[1]) for heading in showcase.select("main :is(h1, h2, h3, h4)")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))


class NarrowingForm(forms.Form):
    query = forms.CharField(required=False)
    states = forms.MultipleChoiceField(required=False, choices=[("a", "A")])


class AskingForm(NarrowingForm):
    title = forms.CharField()


@pytest.mark.parametrize(("form", "told"), [(NarrowingForm, []), (AskingForm, ["query", "states"])])
def test_only_a_form_that_asks_for_something_says_what_may_be_left(form: type[forms.Form], told: list[str]):
    drawn = {name: included("field", field=form()[name]) for name in form.base_fields}
    assert [name for name, field in drawn.items() if field.select(".optional")] == told


def test_a_field_of_several_languages_shows_all_of_them_without_javascript():
    field = included(
        "translated_field", id="d", label="D", required=True, translations=samples()["translations"]
    )
    assert [label.contents[0].strip() for label in field.select(".translation-head label")] == [
        "Français",
        "Nederlands",
        "English",
    ]
    assert [status.text for status in field.select(".status")] == ["Original", "Outdated", "Missing"]
    assert not field.select("[hidden]")


def test_the_language_switch_marks_the_language_and_names_each_in_itself():
    languages = [
        {"code": "fr", "name": "Français", "url": "/fr/x/", "current": True},
        {"code": "nl", "name": "Nederlands", "url": "/nl/x/", "current": False},
    ]
    links = included("language_switch", languages=languages).select("a")
    assert [(a["lang"], a["hreflang"], a["href"], a.get("aria-current")) for a in links] == [
        ("fr", "fr", "/fr/x/", "true"),
        ("nl", "nl", "/nl/x/", None),
    ]


def test_the_sprite_and_the_scripts_stay_small():
    static = frontend.PACKAGE / "static/civicthread"
    # Tabs stand on every page, the others where they are needed: 1.3, 0.6 and 1.7 kB as they are sent.
    sent = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in Path(static / "js").glob("*.js")}
    assert sent["tabs.js"] < 1_400
    assert sum(sent.values()) < 4_000
    assert (static / "icons.svg").stat().st_size < 9000


class Choosing(forms.Form):
    """Choices as lists have them, and worse ones."""

    place = forms.ChoiceField(
        choices=[("", "all"), ("a", "Été & <b>"), ("North", [("n1", "One"), ("n2", '"Two"')])],
        help_text="Where",
        widget=forms.Select(attrs={"data-x": "1", "hidden": True, "disabled": False}),
    )
    number = forms.TypedChoiceField(choices=[(1, "one"), (2, "two")], coerce=int, required=False)


@pytest.mark.parametrize("given", [None, {"place": "n2", "number": "2"}, {"place": "nowhere", "number": ""}])
def test_a_select_is_drawn_as_django_draws_it(given: dict[str, str] | None) -> None:
    form = Choosing(given)
    for name in form.fields:
        ours, usual = components.control(form[name]), form[name].as_widget(attrs={"class": "ds-input"})
        assert without_spaces(ours) == without_spaces(usual)


def without_spaces(html: str) -> BeautifulSoup:
    return BeautifulSoup(re.sub(r"\s*(<[^>]*>)\s*", r"\1", html), "html.parser")


class Words(forms.Form):
    title = forms.CharField(max_length=40, help_text="Short.")
    number = forms.IntegerField(min_value=0, required=False)
    mail = forms.EmailField(initial='"quoted" <a@example.org>')


@pytest.mark.parametrize("name", ["title", "number", "mail"])
@pytest.mark.parametrize("given", [None, {"title": "<b>&", "number": "x", "mail": ""}])
def test_an_input_is_drawn_as_django_draws_it(name, given):
    field = Words(given)[name]
    ours, theirs = (
        BeautifulSoup(drawn, "html.parser").find("input").attrs
        for drawn in (components.control(field), field.as_widget(attrs={"class": "ds-input"}))
    )
    assert ours == theirs


@pytest.mark.parametrize(("reader", "title", "marked"), [("nl", "Fietsen", None), ("en", "Vélos", "fr")])
def test_a_card_marks_the_language_that_is_not_the_readers(reader, title, marked):
    name = Text.of({"fr": "Vélos", "nl": "Fietsen"})
    with translation.override(reader):
        card = Card.of(name, Text.of({"fr": "un deux trois", "nl": "een twee drie"}), words=2, url="/x/")
        page = BeautifulSoup(card.drawn(), "html.parser")
    assert page.h3.text == title
    assert [tag.get("lang") for tag in (page.h3, page.select_one(".card-text"))] == [marked, marked]
    assert page.select_one(".card-text").text.endswith("…")
    assert page.select_one(".card-foot") is None


def test_a_card_keeps_the_unbreakable_spaces_of_its_text():
    text = {"fr": "La Région\u00a0: emplacement et état"}
    card = Card.of(Text.of(text), Text.of(text), words=4, url="/x/")
    assert "La Région\u00a0: emplacement et…" in card.drawn()
