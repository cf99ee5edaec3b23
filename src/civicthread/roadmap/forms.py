"""Forms of the roadmap."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from civicthread.core.form_fields import PartialDateField, SourcesField
from civicthread.core.translated_forms import TranslatedFormField
from civicthread.roadmap.models import Milestone


class MilestoneForm(forms.Form):
    """A dated step of a project. What was promised in public is planned again, not rewritten."""

    title = TranslatedFormField(label=_("What is reached then"), max_length=300)
    planned = PartialDateField(label=_("Planned for"))
    note = TranslatedFormField(label=_("Note"), required=False, rows=3, max_length=1000)
    sources = SourcesField()

    @classmethod
    def of(cls, milestone: Milestone | None, data: Any) -> "MilestoneForm":
        """The form on a milestone, or on a new one."""
        if milestone is None:
            return cls(data)
        form = cls(data, initial={name: getattr(milestone, name) for name in cls.base_fields})
        if milestone.is_published or milestone.actual:
            del form.fields["planned"]
        return form


class ReplanForm(forms.Form):
    """A new date, and why."""

    to = PartialDateField(label=_("New date"))
    because = TranslatedFormField(
        label=_("Why"), rows=3, max_length=1000, help_text=_("It stands beside the new date in public.")
    )


class ReachForm(forms.Form):
    """When a milestone was reached."""

    on = PartialDateField(label=_("Reached"))


class CorrectForm(forms.Form):
    """When it was really reached, if it was, and why the date changes."""

    on = PartialDateField(
        label=_("Reached"), required=False, help_text=_("Leave it empty if it is not reached after all.")
    )
    because = TranslatedFormField(
        label=_("Why"), rows=3, max_length=1000, help_text=_("It stands beside the correction in public.")
    )
