"""People who sign in. The journal knows them as actors; their name and address stand only here."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from civicthread.core.models import Actor


class Role(models.TextChoices):
    """What a person may be trusted with, beside what every signed-in citizen may do."""

    STAFF = "staff", _("Office staff")
    STEWARD = "steward", _("data steward")
    ADMINISTRATOR = "administrator", _("administrator")


# The parts of Wagtail that Office staff use. All others are closed to everyone: users and groups, since roles are
# granted by our actions only; sites, languages and documents, since nothing here reads them.
CMS_PARTS = frozenset({"wagtailadmin", "wagtailimages", "editorial"})


class UserManager(BaseUserManager["User"]):
    """Users come with their actor: one query answers who is asking and what they may do."""

    def get_queryset(self) -> models.QuerySet["User"]:
        return super().get_queryset().select_related("actor")

    def create_user(self, email: str, password: str | None = None, **values: Any) -> "User":
        """A user with an actor of their own."""
        values.setdefault("actor", Actor.objects.create(kind=Actor.Kind.PERSON))
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account, known by e-mail address.

    Our own code asks the actor's roles only. `is_superuser` is what Wagtail asks before it lets someone edit
    pages and pictures; granting and revoking a role keep it in step.
    """

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    actor = models.OneToOneField(Actor, on_delete=models.PROTECT, related_name="user")
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined on"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name or self.email

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002  # the signature is Django's
        """Wagtail's question, answered from the roles: "wagtailimages.add_image"."""
        return self.has_module_perms(perm.partition(".")[0])

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and Role.STAFF in self.actor.role_names and app_label in CMS_PARTS


class Session(AbstractBaseSession):
    """A browser session that knows whose it is, so that erasing or deactivating a person ends theirs."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from civicthread.accounts.sessions import SessionStore  # noqa: PLC0415  # the store needs this model

        return SessionStore
