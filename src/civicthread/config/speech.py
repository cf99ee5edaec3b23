"""The language of the console: the city's first one, and while there is no city the terminal's.

Needs no Django: what is wrong with the environment, or with a city that is not there yet, is told before it starts.
"""

import gettext as catalogues
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"


class Unusable(Exception):
    """What was asked of the console cannot be done; its text tells the administrator why, in one sentence."""


# English is written in the code itself.
_spoken = catalogues.NullTranslations()


def of_terminal(values: Mapping[str, str]) -> str:
    """The language a terminal asks for, where the program speaks it; else English.

    >>> of_terminal({"LANG": "nl_BE.UTF-8"}), of_terminal({"LC_ALL": "C", "LANG": "fr_BE"}), of_terminal({"LANG": "de"})
    ('nl', 'en', 'en')
    """
    asked = next((values[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if values.get(name)), "")
    language = re.split(r"[_.@-]", asked.lower())[0]
    return language if re.fullmatch("[a-z]+", language) and (LOCALE / language).is_dir() else "en"


def speak(language: str) -> None:
    """Tell everything in that language from now on."""
    global _spoken  # noqa: PLW0603  # a process has one terminal
    _spoken = catalogues.translation("django", LOCALE, [language], fallback=True)


def gettext(sentence: str) -> str:
    """A sentence in the language that is spoken."""
    return _spoken.gettext(sentence)


def ngettext(one: str, many: str, count: int) -> str:
    """A sentence about so many, in the language that is spoken."""
    return _spoken.ngettext(one, many, count)
