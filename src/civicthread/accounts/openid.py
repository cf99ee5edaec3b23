"""Signing in with an OpenID Connect provider.

allauth leads the browser there and back (state, PKCE, session). What it leaves out is added here: a nonce
and the full check of the ID token of OpenID Connect Core 1.0, 3.1.3.7. allauth skips the signature of a token
it fetched itself, sends no nonce, and believes the answer of the userinfo address first.
"""

import hashlib
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from requests import RequestException

from civicthread.core import policy

# Signatures with a public key only: with a shared secret (HS256) or none, others could sign too.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
REQUIRED_CLAIMS = ["iss", "aud", "exp", "iat", "sub", "nonce"]
REQUIRED_ADDRESSES = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
CLOCK_DIFFERENCE = 60
WELL_KNOWN = "/.well-known/openid-configuration"


def nonce_of(code_verifier: str) -> str:
    """The nonce of a sign-in: a fingerprint of its PKCE secret, which waits in the session only."""
    return hashlib.sha256(f"nonce {code_verifier}".encode()).hexdigest()


class Exchange(OpenIDConnectOAuth2Adapter):
    """The talk with the provider, from our server to theirs."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's own description, believed only when it speaks for the address we were given."""
        if not hasattr(self, "_openid_config"):
            config: dict[str, Any] = super().openid_config
            server = self.get_provider().server_url.removesuffix(WELL_KNOWN).rstrip("/")
            if (
                any(not config.get(name) for name in REQUIRED_ADDRESSES)
                or config["issuer"].rstrip("/") != server
            ):
                del self._openid_config
                raise OAuth2Error("The provider's description is not that of the configured server")
        return self._openid_config

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        self.nonce = nonce_of(pkce_code_verifier or secrets.token_hex())
        return super().get_access_token_data(request, app, client, pkce_code_verifier)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        claims = self.verified_claims(kwargs["response"].get("id_token") or "", client_id=app.client_id)
        if "email" not in claims and self.openid_config.get("userinfo_endpoint"):
            told = self._fetch_user_info(token.token)
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("The userinfo answer speaks of someone else")
            claims = told | claims
        return self.get_provider().sociallogin_from_response(request, claims)

    def verified_claims(self, id_token: str, *, client_id: str) -> dict[str, Any]:
        """What an ID token claims; OAuth2Error unless the provider signed it for us and this sign-in."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                self._signing_key(id_token),
                algorithms=ALGORITHMS,
                audience=client_id,
                issuer=self.openid_config["issuer"],
                leeway=CLOCK_DIFFERENCE,
                options={"require": REQUIRED_CLAIMS},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as fault:
            raise OAuth2Error("The ID token does not hold") from fault
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else client_id) != client_id:
            raise OAuth2Error("The ID token was made for another client")
        if not secrets.compare_digest(str(claims["nonce"]), self.nonce):
            raise OAuth2Error("The ID token was made for another sign-in")
        return claims

    def _signing_key(self, id_token: str) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        named = jwt.get_unverified_header(id_token).get("kid")
        keys = [
            key
            for key in jwt.PyJWKSet.from_dict(answer.json()).keys
            if key.public_key_use in (None, "sig") and named in (None, key.key_id)
        ]
        if len(keys) != 1:
            raise OAuth2Error("The ID token names no key of the provider")
        return keys[0]


class Provider(OpenIDConnectProvider):
    """The provider in settings.SOCIALACCOUNT_PROVIDERS."""

    oauth2_adapter_class = Exchange
    supports_token_authentication = False

    def get_pkce_params(self) -> dict[str, str]:
        params: dict[str, str] = generate_code_challenge()
        return params | {"nonce": nonce_of(params["code_verifier"])}

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, str]:  # noqa: ARG002
        """Nothing of what the provider is asked comes from the address of the page."""
        return self.get_auth_params()

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:  # noqa: ARG002
        return self.get_scope()

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Remember a page in the reader's language: the way back stands below no language."""
        return super().redirect(request, process, next_url or reverse("accounts:mine"), data, **kwargs)

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """Only the value true counts as confirmed, not a text that looks like it."""
        return super().extract_email_addresses(data | {"email_verified": data.get("email_verified") is True})

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Of what the provider tells, only who it is stays."""
        return {"sub": data["sub"]}


def _exchange(request: HttpRequest, provider_id: str) -> Exchange:
    exchange = Exchange(request, provider_id)
    try:
        exchange.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return exchange


def _ask(
    view: type[OAuth2LoginView] | type[OAuth2CallbackView], request: HttpRequest, provider_id: str
) -> HttpResponse:
    """allauth's view, with a page instead of a fault when the provider cannot be reached or is not itself."""
    exchange = _exchange(request, provider_id)
    try:
        return view.adapter_view(exchange)(request)
    except ImmediateHttpResponse as answer:
        return answer.response
    except (RequestException, OAuth2Error) as fault:
        return render_authentication_error(request, exchange.get_provider(), exception=fault)


@policy.guard("accounts.sign_in")
@never_cache
def leave(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the browser to the provider.

    From a page, not by redirect: `form-action 'self'` forbids a form whose answer leads to another site.
    """
    response = _ask(OAuth2LoginView, request, provider_id)
    if response.status_code != HTTPStatus.FOUND or not urlsplit(response["Location"]).netloc:
        return response
    page = render(request, "socialaccount/leaving.html", {"address": response["Location"]})
    page.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, get_language() or "", max_age=600, httponly=True, samesite="Lax"
    )
    return page


@policy.guard("accounts.sign_in")
@never_cache
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider sends the browser back here. One address for all languages: it is registered there."""
    return _ask(OAuth2CallbackView, request, provider_id)
