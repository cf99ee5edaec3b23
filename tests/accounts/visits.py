"""How the crawler visits the pages of accounts."""

from typing import Any

from tests.browser.site import Site
from tests.browser.visiting import Elsewhere, File, OnlyPost, Page, Visit


def citizen(site: Site) -> dict[str, Any]:
    """The number of the citizen."""
    user = site.people["citizen"].user
    assert user
    return {"pk": user.pk}


MINE = Page(persona="citizen")
CAREFUL = Page(persona="careful citizen")

VISITS: dict[str, list[Visit]] = {
    "account_login": [Page()],
    "account_logout": [MINE],
    "account_signup": [Page()],
    "account_inactive": [Page()],
    "account_email": [MINE],
    "account_email_verification_sent": [Page()],
    "account_confirm_email": [Page(lambda site: {"key": "out-of-date"})],
    "account_reauthenticate": [MINE],
    "account_change_password": [MINE],
    "account_set_password": [Elsewhere("for who came by a provider: tests/accounts/test_openid.py")],
    "account_reset_password": [Page()],
    "account_reset_password_done": [Page()],
    "account_reset_password_from_key": [Page(lambda site: {"uidb36": "1", "key": "out-of-date"})],
    "account_reset_password_from_key_done": [Page()],
    "mfa_index": [MINE, CAREFUL],
    "mfa_authenticate": [Elsewhere("in the middle of a sign-in: tests/accounts/test_sign_in.py")],
    "mfa_reauthenticate": [CAREFUL],
    "mfa_activate_totp": [MINE],
    "mfa_deactivate_totp": [CAREFUL],
    "mfa_view_recovery_codes": [CAREFUL],
    "mfa_generate_recovery_codes": [CAREFUL],
    "mfa_download_recovery_codes": [File(persona="careful citizen")],
    "socialaccount_connections": [MINE],
    "socialaccount_signup": [Elsewhere("in the middle of a sign-in: tests/accounts/test_openid.py")],
    "socialaccount_login_cancelled": [Page()],
    "socialaccount_login_error": [Page(status=401)],
    "openid_connect_login": [Elsewhere("leads to a provider: tests/accounts/test_openid.py")],
    "openid_connect_callback": [Elsewhere("comes from a provider: tests/accounts/test_openid.py")],
    "accounts:mine": [MINE],
    "accounts:profile": [MINE],
    "accounts:download": [File(persona="citizen")],
    "accounts:erase": [MINE],
    "accounts:erased": [Page()],
    "accounts:people": [Page(persona="administrator")],
    "accounts:person": [Page(citizen, persona="administrator")],
    "accounts:grant-role": [OnlyPost(citizen)],
    "accounts:revoke-role": [OnlyPost(citizen)],
    "accounts:deactivate": [OnlyPost(citizen)],
    "accounts:reactivate": [OnlyPost(citizen)],
}
