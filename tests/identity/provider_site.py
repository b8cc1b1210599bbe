"""A site that is nothing but an OpenID provider: django-oauth-toolkit, run in a process of its own.

``python provider_site.py FOLDER PORT REDIRECT`` makes its database with one person, prints nothing and serves.
"""

from __future__ import annotations

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

CLIENT_ID, CLIENT_SECRET = "sohoa", "a secret of the tests alone"
USERNAME, PASSWORD = "tran.thi.so", "mot mat khau khac"

urlpatterns: list[object] = []


class Quiet(WSGIRequestHandler):
    """Nothing is logged."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its name there
        """Say nothing."""


def configure(folder: Path, port: int) -> None:
    """Configure Django as an OpenID provider."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    settings.configure(
        SECRET_KEY="of the tests alone", ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
                        "oauth2_provider"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                    "django.contrib.auth.middleware.AuthenticationMiddleware"],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
                "registration/login.html":
                    "<form method=post>{% csrf_token %}{{ form }}<input name=next value='{{ next }}'></form>",
            })]},
        }],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], LOGIN_URL="/login/",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": pem, "PKCE_REQUIRED": True,
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o", "SCOPES": {"openid": "OpenID Connect"},
            "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],
        },
    )  # fmt: skip
    django.setup()
    from django.contrib.auth.views import LoginView

    urlpatterns.extend(
        [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), path("login/", LoginView.as_view())]
    )


def populate(redirect: str) -> None:
    """Enter one person and one application."""
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import User
    from oauth2_provider.models import Application

    User.objects.create_user(USERNAME, password=PASSWORD)
    Application.objects.create(
        client_id=CLIENT_ID, client_secret=CLIENT_SECRET, client_type="confidential", algorithm="RS256",
        authorization_grant_type="authorization-code", redirect_uris=redirect, skip_authorization=True,
    )  # fmt: skip


if __name__ == "__main__":
    where, at, back = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    configure(where, at)
    populate(back)
    with make_server("127.0.0.1", at, get_wsgi_application(), handler_class=Quiet) as server:
        server.serve_forever()
