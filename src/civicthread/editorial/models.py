"""What the Office writes: Wagtail pages, one tree per language, and the editions that the public reads.

The pages are the writing desk: drafts, revisions, pictures. An Edition joins the pages that say the same in
each language; it is published in all required languages at once, and the public reads nothing without one.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from civicthread.core.addresses import address
from civicthread.core.errors import Refused
from civicthread.core.models import Record
from civicthread.core.publishing import Publication, Publishable
from civicthread.core.text import TranslatedField
from civicthread.editorial.body import BODY, SourceBlock
from civicthread.projects.models import Project


class Section(models.TextChoices):
    """Where an edition stands on the site."""

    NEWS = "news", _("news")
    PAGE = "page", _("page")


class Purpose(models.TextChoices):
    """What a page is for. Statements have a fixed place; their page adds the Office's own words."""

    STRATEGY = "strategy", _("strategy")
    DIRECTION = "direction", _("strategic direction")
    OFFICE = "office", _("the Office")
    PARTICIPATE = "participate", _("how to take part")
    HOME = "home", _("home page")
    ACCESSIBILITY = "accessibility", _("accessibility statement")
    PRIVACY = "privacy", _("privacy statement")
    COOKIES = "cookies", _("cookies")
    CONTACT = "contact", _("contact")
    LEGAL = "legal", _("legal notice")


# Purposes whose page is a fixed one of the portal, under a name of its own.
FIXED = frozenset(
    {
        Purpose.HOME,
        Purpose.PARTICIPATE,
        Purpose.ACCESSIBILITY,
        Purpose.PRIVACY,
        Purpose.COOKIES,
        Purpose.CONTACT,
        Purpose.LEGAL,
    }
)


class Edition(Publishable):
    """The same text in all its languages, as the public reads it: what the last publication wrote down."""

    translation_key = models.UUIDField(unique=True, editable=False)
    section = models.CharField(max_length=4, choices=Section)
    purpose = models.CharField(max_length=16, choices=Purpose, blank=True)
    direction = models.SlugField(max_length=60, blank=True)
    title = TranslatedField(_("title"))
    intro = TranslatedField(_("introduction"))
    slugs = models.JSONField(default=dict)
    dated = models.DateField(_("date"), default=timezone.localdate, db_index=True)
    demonstration = models.BooleanField(default=False)
    revised_at = models.DateTimeField(_("brought up to date on"), default=timezone.now)
    due_at = models.DateTimeField(_("to be published on"), null=True, blank=True, db_index=True)
    lapse = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    projects = models.ManyToManyField(Project, blank=True, related_name="editions")

    class Meta(Publishable.Meta):
        indexes = [
            models.Index(fields=["section", "publication", "-dated", "-id"], name="editorial_edition_list")
        ]

    def __str__(self) -> str:
        return str(self.title)

    def get_absolute_url(self) -> str:
        """Where it stands in the active language."""
        if self.purpose in FIXED:
            return address(f"portal:{self.purpose}")
        slug = self.slugs.get(get_language()) or next(iter(self.slugs.values()))
        return address("editorial:article" if self.section == Section.NEWS else "editorial:page", slug)

    def addresses(self) -> dict[str, str]:
        """Where it stands in each language of the site."""
        found = {}
        for language, _name in settings.LANGUAGES:
            with override(language):
                found[language] = self.get_absolute_url()
        return found


class NewsManager(models.Manager["News"]):
    def get_queryset(self) -> models.QuerySet["News"]:
        return super().get_queryset().filter(section=Section.NEWS)


class News(Edition):
    """A news article in all its languages."""

    objects: ClassVar[NewsManager] = NewsManager()

    class Meta:
        proxy = True
        verbose_name = _("news")


class TextManager(models.Manager["StrategyText"]):
    def get_queryset(self) -> models.QuerySet["StrategyText"]:
        return super().get_queryset().filter(section=Section.PAGE)


class StrategyText(Edition):
    """A page about the strategy or the Office, in all its languages."""

    objects: ClassVar[TextManager] = TextManager()

    class Meta:
        proxy = True
        verbose_name = _("page")


class Address(Record):
    """A slug an edition has or had in a language: an old one leads to the new one, for ever."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="places")
    language = models.CharField(max_length=8)
    slug = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["language", "slug"], name="editorial_address_once")]


class HomePage(Page):  # type: ignore[misc]
    """The root of the pages of one language. Made by the program."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["editorial.NewsIndexPage", "editorial.StrategyPage"]
    is_creatable = False
    preview_modes: list[tuple[str, str]] = []


class NewsIndexPage(Page):  # type: ignore[misc]
    """The folder of the news of one language. Made by the program."""

    parent_page_types = ["editorial.HomePage"]
    subpage_types = ["editorial.NewsPage"]
    is_creatable = False
    preview_modes: list[tuple[str, str]] = []


class WrittenPage(Page):  # type: ignore[misc]
    """A text in one language. Its sisters in the other languages share its translation key."""

    section: Section

    intro = models.TextField(
        _("introduction"), max_length=600, help_text=_("Two or three sentences, without markup.")
    )
    body = StreamField(BODY, blank=True, verbose_name=_("text"))
    sources = StreamField([("source", SourceBlock())], blank=True, verbose_name=_("sources"))
    demonstration = models.BooleanField(_("invented for the demonstration"), default=False)
    ready = models.BooleanField(
        _("this text is complete in this language"),
        default=False,
        help_text=_(
            "The page is published in all languages at once, when it is complete in each required one."
        ),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("body"),
        FieldPanel("sources"),
        MultiFieldPanel([FieldPanel("ready"), FieldPanel("demonstration")], heading=_("State of this text")),
    ]
    promote_panels = [FieldPanel("slug")]
    settings_panels = [FieldPanel("go_live_at", heading=_("Publish on (leave empty to publish at once)"))]

    class Meta:
        abstract = True

    def edition(self) -> Edition | None:
        """The edition this page belongs to; None before anything was published or scheduled."""
        return Edition.objects.filter(translation_key=self.translation_key).first()

    def get_url_parts(self, request: Any = None) -> tuple[int, str, str] | None:  # noqa: ARG002  # Wagtail's signature
        """The page's place on our site; None while the public cannot read it."""
        edition = self.edition()
        if edition is None or not edition.is_published:
            return None
        return 0, settings.BASE_URL, edition.addresses()[self.locale.language_code]

    def publish(self, revision: Any, user: Any = None, **options: Any) -> None:  # noqa: ARG002  # Wagtail's signature
        """Whoever publishes this page publishes it in all languages."""
        from civicthread.core import journal  # noqa: PLC0415  # models are loaded before the journal's own
        from civicthread.editorial import actions  # noqa: PLC0415  # actions stand on models

        actions.publish_page(
            self, by=user.actor if user else journal.system(), at=revision.as_object().go_live_at
        )

    def unpublish(self, *, commit: bool = True, **options: Any) -> None:
        """A page is withdrawn in all languages, with a reason; one that is being deleted needs neither."""
        edition = self.edition()
        if commit and edition is not None and edition.publication == Publication.PUBLISHED:
            raise Refused(
                "withdraw-instead", _("Withdraw the page and give the reason: readers of its address see it.")
            )
        super().unpublish(commit=commit, **options)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:  # noqa: ARG002  # Wagtail's signature
        """The draft as the public would read it."""
        from civicthread.editorial import queries  # noqa: PLC0415  # queries stand on models

        with override(self.locale.language_code):
            return render(request, "editorial/text.html", {"reading": queries.preview(self)})


class NewsPage(WrittenPage):
    """A news article in one language."""

    section = Section.NEWS
    dated = models.DateField(_("date"), default=timezone.localdate)

    content_panels = [WrittenPage.content_panels[0], FieldPanel("dated"), *WrittenPage.content_panels[1:]]
    parent_page_types = ["editorial.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news article")
        verbose_name_plural = _("news articles")


class StrategyPage(WrittenPage):
    """A page about the strategy or the Office in one language."""

    section = Section.PAGE
    purpose = models.CharField(
        _("what the page is for"), max_length=16, choices=Purpose, default=Purpose.STRATEGY
    )
    direction = models.SlugField(_("code of the strategic direction"), max_length=60, blank=True)

    content_panels = [
        *WrittenPage.content_panels,
        MultiFieldPanel([FieldPanel("purpose"), FieldPanel("direction")], heading=_("Place on the site")),
    ]
    parent_page_types = ["editorial.HomePage", "editorial.StrategyPage"]
    subpage_types = ["editorial.StrategyPage"]

    class Meta:
        verbose_name = _("strategy page")
        verbose_name_plural = _("strategy pages")
