"""People for tests, made by the product's own actions."""

from itertools import count

from allauth.account.models import EmailAddress

from civicthread.accounts import actions
from civicthread.accounts.models import Role, User
from civicthread.core import journal

PASSWORD = "correct horse battery"
_numbers = count(1)


def person(email: str = "", *, roles: tuple[Role, ...] = (), **values) -> User:
    """Someone who confirmed their address and may sign in with PASSWORD."""
    user = User.objects.create_user(email or f"person{next(_numbers)}@example.org", PASSWORD, **values)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for role in roles:
        user = actions.grant_role(user, role, by=journal.system())
    return user
