"""Mail to the leads of projects, in their language."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from civicthread.core import outbox
from civicthread.projects.models import Project


def tell_lead(project: Project, *, key: str) -> None:
    """Tell a person that a sheet is theirs now, and where it is written: a draft stands on no list they know."""
    user = getattr(project.lead, "user", None)
    if user is None:
        return
    language = user.language or settings.LANGUAGE_CODE
    with override(language):
        facts = {
            "project": project,
            "action_url": settings.BASE_URL + reverse("projects:sheet", args=[project.reference]),
            "action_label": gettext("Open the project sheet"),
        }
        outbox.write("projects/mail/lead", key=key, to=user.email, language=language, **facts)
