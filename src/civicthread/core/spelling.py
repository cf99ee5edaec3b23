"""What somebody meant who typed a word that stands nowhere."""

import re
from difflib import get_close_matches

from civicthread.core import search
from civicthread.core.models import SearchEntry

WORDS = re.compile(r"[^\W\d_]{4,}")
MOST_TITLES = 5000
"""So many titles are looked through, the newest: comparing with their words takes some hundredths of a second."""
MOST_WORDS = 5
ALIKE = 0.7


def meant(query: str) -> str:
    """The query with the likest word of our titles for each word that stands nowhere; nothing where that is no help."""
    words = query.split()
    if len(words) > MOST_WORDS or not (wrong := [word for word in words if _is_unknown(word)]):
        return ""
    known = _known()
    found = {word: get_close_matches(search.folded(word), known, n=1, cutoff=ALIKE) for word in wrong}
    better = " ".join(known[found[word][0]] if found.get(word) else word for word in words)
    return better if search.finds(better) else ""


def _is_unknown(word: str) -> bool:
    if not WORDS.fullmatch(word) or search.folded(word) in search.ASKING:
        return False
    return not search.says_nothing(word) and not search.finds(word)


def _known() -> dict[str, str]:
    """The words of titles as they are written, by what they are folded."""
    titles = SearchEntry.objects.order_by("-id").values_list("title", flat=True)[:MOST_TITLES]
    found = {word.lower() for title in titles for word in WORDS.findall(title)}
    return {search.folded(word): word for word in sorted(found)}
