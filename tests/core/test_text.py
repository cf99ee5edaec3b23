import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from civicthread.core.form_fields import Words
from civicthread.core.text import State, Text, TranslatedField, Version, as_text, brief, one_line

BIKES = Text(
    {"fr": Version("Vélos"), "nl": Version("Fietsen", State.REVIEWED), "en": Version("Bikes", State.MACHINE)}
)
texts = st.dictionaries(
    st.sampled_from(["fr", "nl", "en"]), st.builds(Version, st.text(min_size=1), st.sampled_from(list(State)))
).map(Text)


@given(texts)
def test_a_text_survives_storage(text: Text):
    field = TranslatedField()
    assert Text.from_json(text.to_json()) == text
    assert as_text(text.to_json()) == text
    assert field.to_python(field.to_python(text)) == text
    assert hash(Text.from_json(text.to_json())) == hash(text)


def test_plain_strings_by_language_make_an_original_text():
    assert as_text({"fr": "Vélos", "nl": ""}) == Text({"fr": Version("Vélos", State.ORIGINAL)})


def test_a_reader_gets_their_own_language():
    assert BIKES.shown("nl").text == "Fietsen"
    assert not BIKES.shown("nl").fallback
    with translation.override("en"):
        assert str(BIKES) == "Bikes"
        assert BIKES.shown().machine


def test_a_reader_without_a_text_gets_one_the_city_requires():
    shown = Text.of({"en": "Bikes", "nl": "Fietsen"}).shown("fr")
    assert (shown.text, shown.language, shown.fallback) == ("Fietsen", "nl", True)
    assert Text().shown("fr").text == ""


def test_a_machine_translation_is_not_yet_a_text_the_city_stands_behind():
    assert BIKES.missing(["fr", "nl", "en"]) == ["en"]
    assert Text({"fr": Version("Vélos", State.OUTDATED)}).missing(["fr", "nl"]) == ["fr", "nl"]


def test_a_changed_original_makes_untouched_translations_outdated():
    changed = BIKES.changed({"fr": "Vélos partagés", "nl": "Fietsen"})
    assert changed["fr"] == Version("Vélos partagés", State.ORIGINAL)
    assert changed["nl"] == Version("Fietsen", State.OUTDATED)
    assert changed["en"].state == State.OUTDATED


TOGETHER = Text.of({"fr": "Vélos", "nl": "Fietsen"})


def test_of_texts_written_together_the_one_left_behind_is_outdated():
    changed = TOGETHER.changed({"fr": "Vélos partagés", "nl": "Fietsen"})
    assert changed == Text(
        {"fr": Version("Vélos partagés", State.ORIGINAL), "nl": Version("Fietsen", State.OUTDATED)}
    )
    assert changed.missing(["fr", "nl"]) == ["nl"]
    caught_up = changed.changed({"fr": "Vélos partagés", "nl": "Deelfietsen"})
    assert caught_up["nl"] == Version("Deelfietsen", State.REVIEWED)
    assert caught_up["fr"].state == State.ORIGINAL


def test_texts_changed_together_stay_as_good_as_they_were():
    changed = TOGETHER.changed({"fr": "Vélos partagés", "nl": "Deelfietsen"})
    assert {version.state for version in changed.values()} == {State.ORIGINAL}


def test_another_language_added_or_emptied_makes_nothing_outdated():
    three = TOGETHER.changed({"fr": "Vélos", "nl": "Fietsen", "en": "Bikes"})
    assert [version.state for version in three.values()] == [State.ORIGINAL, State.ORIGINAL, State.REVIEWED]
    all_three = Text.of({"fr": "Vélos", "nl": "Fietsen", "en": "Bikes"})
    assert all_three.changed({"fr": "Vélos", "nl": "Fietsen", "en": ""}) == TOGETHER


def test_a_text_that_still_holds_stays_good():
    assert BIKES.changed({"fr": "Les vélos"}, reviewed=["nl"])["nl"].state == State.REVIEWED
    assert TOGETHER.changed({"fr": "Les vélos"}, reviewed=["nl"])["nl"].state == State.ORIGINAL
    outdated = TOGETHER.changed({"fr": "Les vélos"})
    assert outdated.changed({}, reviewed=["nl"])["nl"] == Version("Fietsen", State.REVIEWED)
    assert outdated.changed({})["nl"].state == State.OUTDATED


@given(texts, st.dictionaries(st.sampled_from(["fr", "nl", "en"]), st.text(max_size=3)))
def test_after_an_edit_every_text_is_what_was_typed_and_no_original_is_left_behind(before: Text, typed):
    after = before.changed(typed)
    words = {code: version.text for code, version in before.items()} | typed
    assert {code: version.text for code, version in after.items()} == {c: w for c, w in words.items() if w}
    reworded = {
        code
        for code, version in before.items()
        if version.state == State.ORIGINAL and typed.get(code, version.text) not in {"", version.text}
    }
    left = {code for code in before if code in after and after[code].text == before[code].text}
    if reworded:
        assert all(after[code].state == State.OUTDATED for code in left)
    else:
        assert all(after[code] == before[code] for code in left)


def test_a_corrected_translation_is_reviewed_and_changes_nothing_else():
    changed = BIKES.changed({"en": "Bicycles"})
    assert changed["en"] == Version("Bicycles", State.REVIEWED)
    assert changed["nl"] == BIKES["nl"]


def test_an_emptied_language_disappears():
    assert "en" not in BIKES.changed({"en": ""})


def test_a_fallback_is_marked_with_its_language_and_escaped():
    text = Text.of({"nl": "<b>Fietsen</b>"})
    page = Template("{{ text|text }}|{{ text|plain }}").render(Context({"text": text}))
    assert page == '<span lang="nl">&lt;b&gt;Fietsen&lt;/b&gt;</span>|&lt;b&gt;Fietsen&lt;/b&gt;'


@pytest.mark.parametrize(
    ("page_language", "shown"), [("fr", "Bonjour"), ("nl", '<span lang="fr">Bonjour</span>')]
)
def test_citizens_words_are_marked_with_their_language(page_language: str, shown: str):
    with translation.override(page_language):
        assert Template("{{ words|in_words:'fr' }}").render(Context({"words": "Bonjour"})) == shown


def test_a_code_breaks_between_its_words_only_and_is_escaped():
    page = Template("{{ code|breakable }}").render(Context({"code": "air_<b>_daily"}))
    assert page == "air_<wbr>&lt;b&gt;_<wbr>daily"


def test_no_sign_is_parted_from_the_word_it_belongs_to():
    assert one_line("  Et\n après\u00a0? ") == "Et après\u00a0?"
    assert brief("Et après\u00a0? On verra.", 2) == "Et après\u00a0?…"
    assert Words().clean(" Un  an\u202f! ") == "Un an\u202f!"
