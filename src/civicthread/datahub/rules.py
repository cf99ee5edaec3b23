"""Who may do what with datasets."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from civicthread.accounts.rules import staff, steward
from civicthread.core.models import Actor
from civicthread.core.policy import Rule, anyone, either, system

keeper = either(steward, staff)


def open_to_all(by: Actor | None, on: Any) -> bool:  # noqa: ARG001
    """Everyone, where the dataset is published as open data."""
    return on is None or (on.is_published and on.access == on.Access.OPEN)


RULES = (
    Rule("datahub.read", anyone),
    Rule("datahub.read_rows", either(open_to_all, keeper)),
    Rule("datahub.keep", keeper),
    Rule("datahub.save", keeper, _("Dataset described")),
    Rule("datahub.remove", keeper, _("Draft of a dataset removed")),
    Rule("datahub.receive", keeper, _("File received")),
    Rule("datahub.discard", keeper, _("Received file removed")),
    Rule("datahub.ingest", keeper, _("Dataset brought up to date")),
    Rule("datahub.publish_tables", keeper, _("Tables of the programme published")),
    Rule("datahub.restore", keeper, _("Earlier version of a dataset restored")),
    Rule("datahub.tidy", keeper, _("Rows of a dataset rewritten in their order")),
    Rule("datahub.publish", keeper, _("Dataset published")),
    Rule("datahub.withdraw", keeper, _("Dataset withdrawn")),
    Rule("datahub.save_source", keeper, _("Source of a dataset set")),
    Rule("datahub.fetch", keeper, _("File fetched from its source")),
    Rule("datahub.raise_alarm", system, _("Alarm about a dataset raised")),
    Rule("datahub.end_alarm", keeper, _("Alarm about a dataset ended")),
    Rule("datahub.show_again", system, _("Preview of a dataset made again")),
)
