"""The pages of allauth we use, by the names it knows them by. What is not listed here does not exist."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as provider
from django.urls import path, re_path

from civicthread.accounts import openid, views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("email/", account.email, name="account_email"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("code/confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/set-up/", views.activate_totp, name="mfa_activate_totp"),
    path("second-factor/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("provider/", provider.connections, name="socialaccount_connections"),
    path("provider/signup/", provider.signup, name="socialaccount_signup"),
    path("provider/cancelled/", provider.login_cancelled, name="socialaccount_login_cancelled"),
    path("provider/error/", provider.login_error, name="socialaccount_login_error"),
    path("provider/<slug:provider_id>/", openid.leave, name="openid_connect_login"),
]
