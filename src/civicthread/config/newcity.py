"""An empty city of one's own."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from civicthread.config import area_files, city, env, holding
from civicthread.config.speech import Unusable
from civicthread.config.speech import gettext as _
from civicthread.config.starting import start_django

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def create(
    *, name: str, languages: Sequence[str], required: Sequence[str], administrator: str, areas: Path | None
) -> str:
    """Make the records of a new city, whole or not at all; where its administrator chooses a password."""
    if not name:
        raise Unusable(_("A city needs a name: give it with --name."))
    if not ADDRESS.fullmatch(administrator):
        raise Unusable(_("“%(text)s” is not an e-mail address.") % {"text": administrator})
    wanted = _city(name, languages, required)
    features = area_files.read(areas, wanted.languages) if areas else []
    data_dir = env.data_folder()
    if city.stands_in(data_dir):
        told = _("%(folder)s holds a city already; choose another folder with DATA_DIR.")
        raise Unusable(told % {"folder": data_dir})
    holding.require_city(env.read().data_dir, alone=True)
    city.foresee(wanted)
    start_django()
    link = _fill(features, administrator)
    # Last: where its file is, all else of a city is there. One that was cut short is begun again.
    city.write(wanted, data_dir)
    return link


def next_step() -> str:
    """What whoever made a city does next."""
    given = [name for name in env.names() if os.environ.get(name) and name != "DATA_DIR"]
    told = [_("Start it with: %(command)s") % {"command": env.command("serve")}]
    if given:
        told.append(_("Give it the same %(settings)s.") % {"settings": ", ".join(given)})
    if "BASE_URL" not in given:
        address = _(
            "Addresses begin with %(address)s until BASE_URL names the one that people use; "
            "the rest of the address above stays as it is."
        )
        told.append(address % {"address": env.read().base_url})
    return "\n".join(told)


def _city(name: str, languages: Sequence[str], required: Sequence[str]) -> city.City:
    values = {
        "name": dict.fromkeys(languages, name),
        "languages": languages,
        "required": required or languages,
    }
    try:
        return city.from_mapping(values)
    except ValueError as mistake:
        raise Unusable(str(mistake)) from None


def _fill(features: list[area_files.Feature], administrator: str) -> str:
    # Django is up only now, so what needs it is imported only now.
    from django.conf import settings  # noqa: PLC0415
    from django.db import transaction  # noqa: PLC0415

    from civicthread.accounts import actions as accounts  # noqa: PLC0415
    from civicthread.config import area_commands, installation  # noqa: PLC0415
    from civicthread.core import journal  # noqa: PLC0415
    from civicthread.core.models import JournalEntry  # noqa: PLC0415

    installation.find_lake()
    if installation.has_records() and JournalEntry.objects.exists():
        told = _(
            "The database %(name)s holds a city already: name an empty one with DATABASE_URL, "
            "or another folder with DATA_DIR where it stands in the folder."
        )
        raise Unusable(told % {"name": settings.DATABASES["default"]["NAME"]})
    installation.make_folders()
    installation.migrate()
    installation.collect_static()
    by = journal.system()
    with transaction.atomic():
        area_commands.write(features, by=by)
        return accounts.invite_administrator(administrator, by=by)
