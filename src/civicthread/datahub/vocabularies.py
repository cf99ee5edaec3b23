"""Our words in the controlled vocabularies of the European Union, which catalogues of other countries know."""

from collections.abc import Mapping
from typing import Final

from civicthread.datahub.models import Dataset, Frequency, HighValue

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPES: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
FILE_TYPES: Final[Mapping[str, str]] = {kind: f"{AUTHORITY}file-type/{kind.upper()}" for kind in MEDIA_TYPES}
FREQUENCIES: Final[Mapping[str, str]] = {
    Frequency.ONCE: f"{AUTHORITY}frequency/NEVER",
    Frequency.DAILY: f"{AUTHORITY}frequency/DAILY",
    Frequency.MONTHLY: f"{AUTHORITY}frequency/MONTHLY",
    Frequency.QUARTERLY: f"{AUTHORITY}frequency/QUARTERLY",
    Frequency.YEARLY: f"{AUTHORITY}frequency/ANNUAL",
    Frequency.IRREGULAR: f"{AUTHORITY}frequency/IRREG",
}
LANGUAGES: Final[Mapping[str, str]] = {
    code: f"{AUTHORITY}language/{name}"
    for code, name in {"fr": "FRA", "nl": "NLD", "en": "ENG", "de": "DEU"}.items()
}
ACCESS: Final[Mapping[str, str]] = {
    Dataset.Access.OPEN: f"{AUTHORITY}access-right/PUBLIC",
    Dataset.Access.OFFICE: f"{AUTHORITY}access-right/NON_PUBLIC",
}
# Licences that stewards name in a word; their address is filled in.
WELL_KNOWN: Final[Mapping[str, str]] = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "EUPL 1.2": "https://eupl.eu/1.2/en/",
    "ODbL 1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
# By the address of the licence; any other licence is named by its own address.
LICENCES: Final[Mapping[str, str]] = {
    "https://creativecommons.org/licenses/by/4.0/": f"{AUTHORITY}licence/CC_BY_4_0",
    "https://creativecommons.org/licenses/by-sa/4.0/": f"{AUTHORITY}licence/CC_BYSA_4_0",
    "https://creativecommons.org/publicdomain/zero/1.0/": f"{AUTHORITY}licence/CC0",
    "https://eupl.eu/1.2/en/": f"{AUTHORITY}licence/EUPL_1_2",
}
# The categories of high-value datasets, and the law that makes them so.
HIGH_VALUE: Final[Mapping[str, str]] = {
    HighValue.GEOSPATIAL: "http://data.europa.eu/bna/c_ac64a52d",
    HighValue.ENVIRONMENT: "http://data.europa.eu/bna/c_dd313021",
    HighValue.METEOROLOGICAL: "http://data.europa.eu/bna/c_164e0bf5",
    HighValue.STATISTICS: "http://data.europa.eu/bna/c_e1da4e07",
    HighValue.COMPANIES: "http://data.europa.eu/bna/c_a9135398",
    HighValue.MOBILITY: "http://data.europa.eu/bna/c_b79e35eb",
}
HIGH_VALUE_LAW: Final = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
NUTS: Final = "http://data.europa.eu/nuts/code/"


def licence_address(name: str) -> str:
    """The address of a well-known licence; nothing for another.

    >>> licence_address("cc-by 4.0"), licence_address("ours")
    ('https://creativecommons.org/licenses/by/4.0/', '')
    """
    known = {_folded(word): url for word, url in WELL_KNOWN.items()}
    return known.get(_folded(name), "")


def _folded(word: str) -> str:
    return "".join(sign for sign in word.casefold() if sign.isalnum())


def licence(url: str) -> str:
    """The licence as the Union names it, or its own address."""
    return LICENCES.get(url, url)
