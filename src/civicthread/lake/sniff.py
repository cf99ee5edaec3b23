"""How a delimited text is written, guessed from its bytes: encoding, delimiter, the words for “no value”,
mojibake.
"""

import codecs
import csv
import re
from collections import Counter
from pathlib import Path
from typing import Final

DELIMITERS: Final = (",", ";", "\t", "|")
ENCODINGS: Final = ("utf-8", "windows-1252", "iso-8859-1", "utf-16", "utf-16-le", "utf-16-be")
SAMPLE_BYTES: Final = 1 << 20
SAMPLE_LINES: Final = 200
NO_VALUE: Final = frozenset(
    {
        "NA",
        "N/A",
        "n/a",
        "n.a.",
        "nd",
        "n.d.",
        "ND",
        "N.D.",
        "n.c.",
        "nc",
        "s.o.",
        "n.v.t.",
        "nvt",
        "n.b.",
        "nb",
        "#N/A",
    }
    | {"#N/B", "-", "–", "—", "..", "...", "…", ".", ":", "/", "NULL", "null", "x"}
)
UNDEFINED_IN_1252: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
# A lead byte of UTF-8 read as windows-1252 or latin-1, and what follows it: “Ã©” for “é”, “â€™” for an
# apostrophe.
MOJIBAKE: Final = re.compile(
    r"[ÂÃÅÄ][\u0080-\u00bf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ€]|â€[\u0080-\u009d\u00a6¢™œ“”˜¦]|\ufffd"
)


def start_of(path: Path) -> bytes:
    """The first bytes."""
    with path.open("rb") as file:
        return file.read(SAMPLE_BYTES)


def encoding_of(start: bytes) -> str:
    """The most likely encoding, of those in `ENCODINGS`.

    >>> encoding_of("é".encode()), encoding_of("é".encode("cp1252")), encoding_of("é,a".encode("utf-16"))
    ('utf-8', 'windows-1252', 'utf-16')
    >>> encoding_of(b"\\x81 is not windows-1252")
    'iso-8859-1'
    """
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    nul_even, nul_odd = start[::2].count(0), start[1::2].count(0)
    if max(nul_even, nul_odd) > len(start) // 8:
        return "utf-16-be" if nul_even > nul_odd else "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start, final=len(start) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return "iso-8859-1" if UNDEFINED_IN_1252 & set(start) else "windows-1252"
    return "utf-8"


def text_of(start: bytes, encoding: str) -> str:
    """The sample as text, cut back to whole lines."""
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start).removeprefix("\ufeff")
    whole = text.rfind("\n")
    return text[: whole + 1] if len(start) >= SAMPLE_BYTES and whole > 0 else text


def delimiter_of(text: str) -> str:
    """The sign that parts the lines into the same number of columns, and into most of them.

    >>> delimiter_of("a;b\\n1,5;2,5\\n2,5;3,5\\n")
    ';'
    """
    lines = text.splitlines(keepends=True)[:SAMPLE_LINES]

    def score(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            return (0, 0)
        width, often = widths.most_common(1)[0] if widths else (1, 0)
        return (0, 0) if width < 2 else (often / max(1, widths.total()), width)

    best = max(DELIMITERS, key=score)
    return best if score(best) > (0, 0) else ","


def mojibake_in(values: list[str]) -> list[str]:
    """The values that look like text decoded with the wrong encoding.

    >>> mojibake_in(["Chaussée", "ChaussÃ©e", "lâ€™eau", "Âge", "Ångström"])
    ['ChaussÃ©e', 'lâ€™eau']
    """
    return [value for value in values if MOJIBAKE.search(value)]
