"""What people type: our own forms, and allauth's with plain labels and hints, without placeholders."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.socialaccount import forms as social
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from civicthread.accounts.models import Role, User

EMAIL = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
CODE = _("Code")
LONG_ENOUGH = _("At least 12 characters. A few words in a row are easy to remember and hard to guess.")
FROM_THE_APP = _("The six digits your authenticator app shows now.")
FROM_THE_APP_OR_PAPER = _("The six digits your authenticator app shows now, or one of your recovery codes.")


class LongEnough(MinimumLengthValidator):
    """Django's check of the length, in our words: its own stand in French and not in Dutch."""

    def get_error_message(self) -> str:
        words = ngettext(
            "This password is too short. Use at least %(least)d character.",
            "This password is too short. Use at least %(least)d characters.",
            self.min_length,
        )
        return words % {"least": self.min_length}


class Plain:
    """Names, per field, its label and hint; takes away allauth's placeholders and its second password."""

    fields: dict[str, forms.Field]
    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("password2", None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = self.words.get(name, (field.label, ""))


class LoginForm(Plain, account.LoginForm):
    words = {"login": (EMAIL, ""), "password": (PASSWORD, "")}


class SignupForm(Plain, account.SignupForm):
    words = {
        "email": (EMAIL, _("We send a mail there to confirm it is yours.")),
        "password1": (PASSWORD, LONG_ENOUGH),
    }

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # As much work as for a new account: the time of the answer does not tell one from the other.
            make_password(self.cleaned_data["password1"])
        saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
        return saved


class ResetPasswordForm(Plain, account.ResetPasswordForm):
    words = {"email": (EMAIL, "")}


class ResetPasswordKeyForm(Plain, account.ResetPasswordKeyForm):
    words = {"password1": (NEW_PASSWORD, LONG_ENOUGH)}


class ChangePasswordForm(Plain, account.ChangePasswordForm):
    words = {"oldpassword": (_("Current password"), ""), "password1": (NEW_PASSWORD, LONG_ENOUGH)}


class SetPasswordForm(Plain, account.SetPasswordForm):
    words = {"password1": (NEW_PASSWORD, LONG_ENOUGH)}


class AddEmailForm(Plain, account.AddEmailForm):
    words = {"email": (_("New e-mail address"), _("We send a mail there. It counts once you confirm it."))}


class ReauthenticateForm(Plain, account.ReauthenticateForm):
    words = {"password": (PASSWORD, "")}


class CodeForm(Plain, mfa.AuthenticateForm):
    words = {"code": (CODE, FROM_THE_APP_OR_PAPER)}


class ConfirmCodeForm(Plain, mfa.ReauthenticateForm):
    words = {"code": (CODE, FROM_THE_APP_OR_PAPER)}


class ActivateForm(Plain, totp.ActivateTOTPForm):
    words = {"code": (CODE, FROM_THE_APP)}


class ProviderSignupForm(Plain, social.SignupForm):
    words = {"email": (EMAIL, _("We send a mail there to confirm it is yours."))}


class ProfileForm(forms.Form):
    """What a person is called and written to in."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("Shown to the Office only. A first name is enough."),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Mail from this site comes in this language."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)  # noqa: S101  # declared above
        language.choices = settings.LANGUAGES


class RoleForm(forms.Form):
    """One role."""

    role = forms.TypedChoiceField(choices=Role.choices, coerce=Role)
