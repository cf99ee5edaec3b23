"""Ideas of citizens, in their own words; the needs they are regrouped into; supports, answers and reports."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civicthread.core.addresses import address
from civicthread.core.models import Actor, Record
from civicthread.core.publishing import Publishable
from civicthread.core.text import TranslatedField
from civicthread.territory.models import Area


class Need(Publishable):
    """Several ideas regrouped into what they ask for. It keeps all its sources."""

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(max_length=60, unique=True, null=True, blank=True)
    title = TranslatedField(_("title"))
    description = TranslatedField(_("description"))
    demonstration = models.BooleanField(_("invented for the demonstration"), default=False)

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        return address("ideas:need", self.reference)


class Idea(Record):
    """An idea as its author wrote or dictated it, in one language."""

    class Channel(models.TextChoices):
        WEB = "web", _("web")
        PHONE = "phone", _("telephone")
        COUNTER = "counter", _("counter")
        POST = "post", _("post")
        PAPER = "paper", _("paper form")
        WORKSHOP = "workshop", _("workshop")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        IN_ANALYSIS = "in_analysis", _("in analysis")
        MERGED = "merged", _("merged into a need")
        RETAINED = "retained", pgettext_lazy("an idea", "retained")
        IN_PROJECT = "in_project", _("in a project")
        DELIVERED = "delivered", _("delivered")
        NOT_RETAINED = "not_retained", _("not retained")

    class Visibility(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("waiting for confirmation by mail")
        PUBLIC = "public", _("public")
        HIDDEN = "hidden", _("hidden by the Office")
        TAKEN_BACK = "taken_back", _("taken back by its author")

    reference = models.CharField(_("reference"), max_length=20, unique=True)
    code = models.SlugField(max_length=60, unique=True, null=True, blank=True)
    title = models.CharField(_("title"), max_length=150)
    text = models.TextField(_("idea"), max_length=5000)
    language = models.CharField(_("language"), max_length=8)
    author = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="ideas")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.WEB)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.RECEIVED)
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.UNCONFIRMED)
    hidden_because = TranslatedField(_("reason for hiding"))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="ideas")
    place = models.CharField(_("place"), max_length=150, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, blank=True, related_name="ideas")
    received_at = models.DateTimeField(_("received on"))
    published_at = models.DateTimeField(null=True, blank=True)
    sort_title = models.CharField(max_length=150)
    demonstration = models.BooleanField(_("invented for the demonstration"), default=False)

    class Meta:
        indexes = [
            models.Index(fields=["visibility", "-received_at", "-id"], name="ideas_public_by_date"),
            models.Index(fields=["visibility", "state", "-received_at"], name="ideas_public_by_state"),
            models.Index(fields=["visibility", "area", "-received_at"], name="ideas_public_by_area"),
            models.Index(fields=["visibility", "language", "state"], name="ideas_public_by_language"),
            models.Index(fields=["visibility", "sort_title"], name="ideas_public_by_title"),
            # The Office's queue holds hidden ideas too.
            models.Index(fields=["received_at", "id"], name="ideas_by_date"),
            models.Index(fields=["state", "received_at", "id"], name="ideas_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="merged") | Q(need__isnull=False), name="ideas_merged_names_its_need"
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="ideas_place_is_on_earth",
            ),
            models.CheckConstraint(
                condition=~Q(visibility="public") | Q(published_at__isnull=False),
                name="ideas_public_has_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("ideas:idea", self.reference)

    def next_answer_number(self) -> int:
        """The number the next answer will have."""
        return int(self.answers.aggregate(last=models.Max("number"))["last"] or 0) + 1


class Fingerprint(Record):
    """A keyed digest of an idea's words and of one thing its author is known by: an idea has one for each.

    The same idea of the same person meets itself here, by whatever channel it comes, and two that come at once too.
    """

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="fingerprints")
    digest = models.CharField(max_length=64, unique=True)


class AuthorContact(Record):
    """How to reach the author of an idea. The only place where name and address stand; wiped by erasure."""

    idea = models.OneToOneField(Idea, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=100, blank=True)
    show_name = models.BooleanField(_("show my name beside my idea"), default=False)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    # A digest of the code on the receipt: who holds the receipt may claim the idea with an account.
    claim_digest = models.CharField(max_length=64, blank=True, db_index=True)
    # Who stood for the author before an account claimed the idea: forgetting the person forgets this key too.
    given_by = models.ForeignKey(Actor, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")


class Answer(Record):
    """An official answer to an idea. `number` counts them: two people answering at once meet at the constraint."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=Idea.State)
    text = TranslatedField(_("answer"))
    by = models.ForeignKey(Actor, on_delete=models.PROTECT, related_name="answers")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["idea", "number"], name="ideas_answer_number_once")]


class Support(Record):
    """A signed-in person backs an idea, once."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports")
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="supports")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "actor"], name="ideas_support_once")]


class Report(Record):
    """Somebody says that an idea should not stand there; the Office decides."""

    class State(models.TextChoices):
        OPEN = "open", _("to be looked at")
        UPHELD = "upheld", _("idea hidden")
        DISMISSED = "dismissed", _("idea stays")

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="reports")
    reason = models.CharField(_("What is wrong with it?"), max_length=1000)
    by = models.ForeignKey(Actor, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)

    class Meta:
        indexes = [models.Index(fields=["state", "at"])]
