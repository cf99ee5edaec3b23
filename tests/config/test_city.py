import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civicthread.config import city, demonstration
from tests.brussels import programme
from tests.config.serving import environment


def test_an_installation_without_a_city_has_a_neutral_one(tmp_path: Path):
    assert city.read(tmp_path / "city.toml") == city.NEW_CITY


@given(
    st.dictionaries(st.sampled_from(["fr", "nl", "en"]), st.text(st.characters(exclude_categories=["Cs"]))),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_a_city_survives_being_written_and_read(name: dict[str, str], phone: str):
    written = city.City(
        name=name,
        office={"fr": 'Bureau "smart" \\ 1'},
        languages=("nl", "fr"),
        required=("nl",),
        contact={"phone": phone},
        counter={},
        phone_hours=name,
        counter_hours={"nl": "9 – 12 u"},
        time_zone="America/Montreal",
        demonstration=True,
    )
    assert city.from_mapping(tomllib.loads(city.to_toml(written))) == written


@pytest.mark.parametrize("languages", [[], ["xx"], ["fr", "klingon"]])
def test_a_city_speaks_languages_the_program_knows(languages: list[str]):
    with pytest.raises(ValueError, match="languages"):
        city.from_mapping({"name": {}, "languages": languages})


def test_the_clock_is_the_citys(tmp_path):
    wanted = city.from_mapping({"name": {}, "languages": ["fr"], "time_zone": "Indian/Reunion"})
    city.write(wanted, tmp_path)
    asked = "from django.conf import settings; from django.utils import timezone; print(timezone.localtime().tzinfo)"
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment(tmp_path), capture_output=True, text=True, check=True
    )
    assert done.stdout == "Indian/Reunion\n"


def test_a_required_language_is_one_of_the_languages():
    with pytest.raises(ValueError, match="required"):
        city.from_mapping({"name": {}, "languages": ["fr"], "required": ["nl"]})


def test_a_text_missing_in_a_language_falls_back_in_the_citys_order():
    found = city.from_mapping({"name": {"nl": "Stad"}, "languages": ["fr", "nl", "en"]})
    assert found.in_language(found.name, "en") == "Stad"
    assert found.in_language({}, "en") == ""


def test_a_city_that_cannot_be_written_leaves_the_one_that_is_there(tmp_path, little_disk):
    loaded = programme()
    demonstration._keep_city(loaded, tmp_path)
    before = (tmp_path / "city.toml").read_bytes()
    with little_disk(100), pytest.raises(OSError, match="File too large"):
        demonstration._keep_city(loaded, tmp_path)
    assert (tmp_path / "city.toml").read_bytes() == before
