"""A form field for a text in every language of the city."""

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.template.loader import render_to_string
from django.utils import translation

from civicthread.core.text import State, Text, Version
from civicthread.core.translated_forms import TranslatedFormField


class Sample(forms.Form):
    """One text that is asked for, and one that is not."""

    title = TranslatedFormField(label="Title", help_text="In one sentence.", max_length=20)
    note = TranslatedFormField(label="Note", rows=3, required=False)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def typed(**values: str) -> Sample:
    return Sample(values)


def drawn(form: Sample, name: str = "title") -> BeautifulSoup:
    return BeautifulSoup(render_to_string("components/field.html", {"field": form[name]}), "html.parser")


def test_a_text_in_all_required_languages_is_enough():
    form = typed(title_fr=" Bonjour ", title_nl="Dag")
    assert form.is_valid()
    assert form.cleaned_data["title"] == Text.of({"fr": "Bonjour", "nl": "Dag"})
    assert form.cleaned_data["note"] == Text()


@pytest.mark.parametrize(
    "values", [{}, {"title_fr": "Bonjour"}, {"title_fr": "Bonjour", "title_nl": "  "}, {"title_en": "Hello"}]
)
def test_a_missing_language_is_named(values):
    form = typed(**values)
    assert not form.is_valid()
    missing = {"fr", "nl"} - {name[-2:] for name, text in values.items() if text.strip()}
    assert set(form["title"].errors_by_language) == missing
    told = "Write it in" if any(text.strip() for text in values.values()) else "It is needed"
    assert all(
        told in message for messages in form["title"].errors_by_language.values() for message in messages
    )


def test_a_text_that_is_too_long_is_named():
    form = typed(title_fr="x" * 20, title_nl="x" * 21)
    assert set(form["title"].errors_by_language) == {"nl"}


def test_each_language_has_a_labelled_control_of_its_own():
    page = drawn(typed(title_fr="Bonjour"))
    assert len(page.select("fieldset")) == 1
    assert page.fieldset["id"] == "id_title"
    for code in ("fr", "nl", "en"):
        control = page.select_one(f"#id_title_{code}")
        assert (control.name, control["lang"], control["name"], control["maxlength"]) == (
            "input",
            code,
            f"title_{code}",
            "20",
        )
        assert page.select_one(f'label[for="id_title_{code}"]')
    assert page.select_one("#id_title_fr")["value"] == "Bonjour"
    assert page.select_one("#id_title_nl")["aria-invalid"] == "true"
    assert set(page.select_one("#id_title_nl")["aria-describedby"].split()) == {
        "id_title_helptext",
        "id_title_nl_error",
    }
    assert page.select_one("#id_title_nl_error")
    assert "aria-invalid" not in page.select_one("#id_title_fr").attrs


def test_long_texts_have_several_lines():
    page = drawn(Sample(), "note")
    assert [control["rows"] for control in page.select("textarea")] == ["3", "3", "3"]


def test_the_error_summary_leads_to_the_first_wrong_language():
    page = BeautifulSoup(
        render_to_string("components/error_summary.html", {"form": typed(title_fr="x")}), "html.parser"
    )
    assert [link["href"] for link in page.select("a")] == ["#id_title_nl"]


def test_what_stood_there_is_shown_with_its_state():
    text = Text(
        {
            "fr": Version("Bonjour"),
            "nl": Version("Dag", State.REVIEWED),
            "en": Version("Hello", State.OUTDATED),
        }
    )
    page = drawn(Sample(initial={"title": text}))
    assert [status["data-state"] for status in page.select(".status")] == ["original", "reviewed", "outdated"]
    assert [control["value"] for control in page.select("input[lang]")] == ["Bonjour", "Dag", "Hello"]
    assert [status["data-state"] for status in drawn(Sample()).select(".status")] == [
        "missing",
        "missing",
        "no_data",
    ]


def test_what_was_typed_in_a_language_is_not_called_missing_when_another_is():
    form = typed(title_fr="Bonjour")
    assert not form.is_valid()
    told = [status["data-state"] for status in drawn(form).select(".status")]
    assert told == ["original", "missing", "no_data"]


def test_a_changed_original_makes_its_translations_outdated():
    text = Text({"fr": Version("Bonjour"), "nl": Version("Dag", State.REVIEWED)})
    form = Sample({"title_fr": "Salut", "title_nl": "Dag"}, initial={"title": text})
    assert form.is_valid()
    assert form.cleaned_data["title"]["nl"].state == State.OUTDATED
    same = Sample({"title_fr": "Bonjour", "title_nl": "Dag"}, initial={"title": text})
    assert same.is_valid()
    assert same.cleaned_data["title"] == text


TOGETHER = {"title": Text.of({"fr": "Bonjour", "nl": "Dag"})}


def test_a_text_left_behind_is_shown_as_such_and_said_to_hold_with_a_tick():
    assert not drawn(Sample(initial=TOGETHER)).select("[type=checkbox]")
    typed_in = {"title_fr": "Salut", "title_nl": "Dag"}
    form = Sample(typed_in, initial=TOGETHER)
    page = drawn(form)
    assert form.is_valid()
    assert form.cleaned_data["title"].missing(["fr", "nl"]) == ["nl"]
    assert [status["data-state"] for status in page.select(".status")] == ["original", "outdated", "no_data"]
    (tick,) = page.select("[type=checkbox]")
    assert "checked" not in tick.attrs
    assert page.select_one(f'label[for="{tick["id"]}"]').get_text(strip=True)
    ticked = Sample({**typed_in, tick["name"]: "on"}, initial=TOGETHER)
    assert ticked.is_valid()
    assert ticked.cleaned_data["title"] == Text.of({"fr": "Salut", "nl": "Dag"})
    assert "checked" in drawn(ticked).select_one("[type=checkbox]").attrs  # drawn again for another fault


def test_a_text_that_was_left_behind_earlier_is_said_to_hold_later():
    before = {"title": Text.of({"fr": "Bonjour", "nl": "Dag"}).changed({"fr": "Salut"})}
    (tick,) = drawn(Sample(initial=before)).select("[type=checkbox]")
    form = Sample({"title_fr": "Salut", "title_nl": "Dag", tick["name"]: "on"}, initial=before)
    assert form.is_valid()
    assert form.has_changed()
    assert form.cleaned_data["title"]["nl"] == Version("Dag", State.REVIEWED)


def test_what_is_typed_is_escaped():
    page = drawn(typed(title_fr='"><script>x</script>'))
    assert not page.select("script")
    assert page.select_one("#id_title_fr")["value"] == '"><script>x</script>'


def test_what_no_feed_can_carry_is_taken_out():
    form = typed(title_fr="Bon\x00jour\x08", title_nl="Dag")
    assert form.is_valid()
    assert form.cleaned_data["title"]["fr"].text == "Bonjour"


def test_where_nothing_is_written_nobody_reads_that_it_is_to_be_written_too():
    assert all("too" not in message for message in typed().errors["title"])
    assert all("too" in message for message in typed(title_fr="Vélos").errors["title"])
