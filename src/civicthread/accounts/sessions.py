"""Where sessions are kept: Django's own store in the records, with the person in a column of its own."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from civicthread.accounts.models import Session

# The session of someone who did not (yet) sign in holds a half-finished sign-in at the most, and its address.
UNFINISHED = timedelta(hours=1)
# Where allauth notes who gave the right password but still owes a second factor or a confirmed address.
HALFWAY_KEY = "account_authentication_methods_user"


class SessionStore(DatabaseStore):
    """The engine named by SESSION_ENGINE."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: Mapping[str, Any]) -> Session:
        session: Session = super().create_model_instance(data)  # type: ignore[assignment,arg-type]
        whose = data.get(SESSION_KEY) or data.get(HALFWAY_KEY)
        session.user_id = int(whose) if whose else None
        if SESSION_KEY not in data:
            session.expire_date = min(session.expire_date, timezone.now() + UNFINISHED)
        return session
