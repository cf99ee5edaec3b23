"""How files are written: what a steward chooses from."""

from django.utils.translation import gettext_lazy as _

ENCODINGS = [
    ("utf-8", "UTF-8"),
    ("windows-1252", "Windows-1252"),
    ("iso-8859-1", "ISO-8859-1"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
]
DELIMITERS = [(",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", _("vertical bar"))]
DECIMALS = [(".", _("point (3.5)")), (",", _("comma (3,5)"))]
THOUSANDS = [
    ("", _("none")),
    (".", _("point")),
    (",", _("comma")),
    (" ", _("blank")),
    ("'", _("apostrophe (4'000)")),
    ("’", _("typographic apostrophe (4’000)")),
]
DATES = [
    ("", _("2020-03-31")),
    ("%d/%m/%Y", _("31/03/2020")),
    ("%d-%m-%Y", _("31-03-2020")),
    ("%d.%m.%Y", _("31.03.2020")),
    ("%d/%m/%y", _("31/03/20")),
    ("%d-%m-%y", _("31-03-20")),
    ("%d.%m.%y", _("31.03.20")),
    ("%m/%d/%Y", _("03/31/2020")),
    ("%m-%d-%Y", _("03-31-2020")),
    ("%m.%d.%Y", _("03.31.2020")),
    ("%m/%d/%y", _("03/31/20")),
    ("%m-%d-%y", _("03-31-20")),
    ("%m.%d.%y", _("03.31.20")),
]
