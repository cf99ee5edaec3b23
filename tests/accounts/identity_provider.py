"""A small OpenID Connect provider on loopback: real HTTP, real keys, and every way to be wrong."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CLIENT = "civic-thread"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdentityProvider:
    """Answers as OpenID Connect Core asks; tests change `claims`, `token`, `description` or `userinfo`."""

    def __init__(self, port: int) -> None:
        self.server = f"http://127.0.0.1:{port}"
        self.claims: dict = {}
        self.without: tuple[str, ...] = ()
        self.token = signed
        self.description: dict = {}
        self.userinfo: dict = {}
        self.asked: dict[str, str] = {}
        self.told: dict[str, str] = {}

    def authorize(self, address: str) -> str:
        """Play the person at the provider's page: where the browser is sent back to."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"{urlsplit(self.asked['redirect_uri']).path}?code=the-code&state={self.asked['state']}"

    def answer(self, path: str, form: dict[str, str]) -> dict:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.server,
                "authorization_endpoint": f"{self.server}/authorize",
                "token_endpoint": f"{self.server}/token",
                "userinfo_endpoint": f"{self.server}/userinfo",
                "jwks_uri": f"{self.server}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            } | self.description
        if path == "/keys":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(RSA_KEY.public_key()))
            return {"keys": [public | {"kid": "one", "use": "sig", "alg": "RS256"}]}
        if path == "/userinfo":
            return self.userinfo
        self.told = form
        return {"access_token": "access", "token_type": "Bearer", "id_token": self.token(self._claims())}

    def _claims(self) -> dict:
        now = int(time.time())
        usual = {
            "iss": self.server,
            "aud": CLIENT,
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked.get("nonce"),
            "email": "citizen@example.org",
            "email_verified": True,
            "name": "A Citizen",
        }
        return {name: value for name, value in (usual | self.claims).items() if name not in self.without}


def signed(claims: dict, *, key=RSA_KEY, kid: str = "one", **header: str) -> str:
    """As the provider signs."""
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid} | header)


def unsigned(claims: dict) -> str:
    """alg none."""
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


def signed_with_the_public_key(claims: dict) -> str:
    """alg HS256 with the public key as its secret: the old confusion of algorithms."""

    def part(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    secret = RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = json.dumps({"alg": "HS256", "typ": "JWT", "kid": "one"}).encode()
    body = part(head) + b"." + part(json.dumps(claims).encode())
    return (body + b"." + part(hmac.new(secret, body, hashlib.sha256).digest())).decode()


@contextmanager
def running() -> Iterator[IdentityProvider]:
    """The provider, on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply({name: values[0] for name, values in parse_qs(body).items()})

        def reply(self, form: dict[str, str]) -> None:
            content = json.dumps(provider.answer(urlsplit(self.path).path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = IdentityProvider(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
