"""What a password must be."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's check of the length, in our words: its own stand in French and not in Dutch."""

    def get_error_message(self) -> str:
        words = ngettext(
            "This password is too short. Use at least %(least)d character.",
            "This password is too short. Use at least %(least)d characters.",
            self.min_length,
        )
        return words % {"least": self.min_length}
