"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The accounts app."""

    name = "civicthread.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Say what accounts holds about a person."""
        from civicthread.accounts import own_data  # noqa: PLC0415  # models are there only now
        from civicthread.core import personal  # noqa: PLC0415

        personal.register("accounts", export=own_data.export, erase=own_data.erase)
