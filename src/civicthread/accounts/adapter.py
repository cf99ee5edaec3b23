"""Where allauth meets the house: mail through the outbox, people with an actor, redirects that stay here."""

import base64
import hashlib
import time
import uuid
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from qrcode.image.svg import SvgPathFillImage

from civicthread.accounts import actions
from civicthread.accounts.models import User
from civicthread.core import outbox
from civicthread.core.context import office
from civicthread.core.ratelimit import client_address

CHANGED = "accounts/mail/changed"
# Each mail: the page it leads to, what of allauth's facts names it, and what the link says.
MAILS = {
    "account/email/email_confirmation_signup": ("account_confirm_email", ["key"], _("Confirm my address")),
    "account/email/email_confirmation": ("account_confirm_email", ["key"], _("Confirm my address")),
    "account/email/password_reset_key": (
        "account_reset_password_from_key",
        ["uid", "key"],
        _("Choose a new password"),
    ),
    "account/email/account_already_exists": ("account_reset_password", [], _("Choose a new password")),
    "account/email/unknown_account": ("account_signup", [], _("Open an account")),
    CHANGED: ("account_reset_password", [], _("It was not me: choose a new password")),
}


class AccountAdapter(DefaultAccountAdapter):
    """settings.ACCOUNT_ADAPTER."""

    # In the words of the rest of the site: allauth's own Dutch calls people "je".
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("This is not your current password."),
    }

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:  # noqa: FBT001, FBT002
        super().save_user(request, user, form, commit=False)
        return actions.sign_up(user, by=None, language=get_language() or "") if commit else user

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Write the mail into the outbox, in the language of the person it goes to."""
        user = context.get("user") or User.objects.filter(email=email).first()
        language = (user.language if user else "") or get_language() or settings.LANGUAGE_CODE
        page, names, label = MAILS[template_prefix]
        with override(language):
            # Our configured address, not the Host header: a forged one would send people elsewhere.
            address = settings.BASE_URL + reverse(page, args=[context[name] for name in names])
            facts = {
                "site": office(),
                "action_url": address,
                "action_label": label,
                "what": context.get("what"),
            }
        outbox.write(
            template_prefix, key=f"{template_prefix} {uuid.uuid4()}", to=email, language=language, **facts
        )

    @transaction.atomic
    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: Mapping[str, Any] | None = None,  # noqa: ARG002  # allauth's facts: addresses and browsers, not for mail
        email: str | None = None,
    ) -> None:
        """Tell a person, and the journal, that something about their sign-in changed."""
        what = template_prefix.rpartition("/")[2]
        actions.note_sign_in_change(user, what, by=user.actor)
        self.send_mail(CHANGED, email or user.email, {"user": user, "what": what})

    def is_safe_url(self, url: str) -> bool:
        """Only paths of this site."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not within the timeout after a password or a code was given, at the sign-in too.

        So the setting is documented; allauth itself counts only what was given after the sign-in.
        """
        given = [
            record["at"]
            for record in get_authentication_records(self.request, self.request.user)
            if record["method"] in {"password", "mfa"}
        ]
        fresh = bool(given) and time.time() - given[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        return not fresh and super().is_reauthentication_required(app=app, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


class ProviderAdapter(DefaultSocialAccountAdapter):
    """settings.SOCIALACCOUNT_ADAPTER."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: Mapping[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.name = str(data.get("name") or "")[:100]
        return user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm | None = None) -> User:
        if form is None:
            sociallogin.user.set_unusable_password()
            actions.sign_up(sociallogin.user, by=None, language=get_language() or "")
        user: User = super().save_user(request, sociallogin, form)
        return user


class SecondFactorAdapter(DefaultMFAAdapter):
    """settings.MFA_ADAPTER."""

    def encrypt(self, text: str) -> str:
        """A copy of the records alone gives nobody a second factor."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whoever holds a role keeps a second factor."""
        return not authenticator.user.actor.roles

    def build_totp_svg(self, url: str) -> str:
        """With a white ground, so that it can be read from a dark page too."""
        drawing = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawing)
        return drawing.getvalue().decode()


def _box() -> Fernet:
    key = hashlib.sha256(b"second factor " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
