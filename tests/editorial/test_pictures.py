"""Pictures in a text: drawn when it is published, described in words, served without their original."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Drawing
from pytest_django import DjangoAssertNumQueries
from wagtail.images import get_image_model

from civicthread.editorial import actions
from tests.editorial import texts

pytestmark = [
    pytest.mark.django_db,
    # Wagtail does not close the temporary file it draws into.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <function SpooledTemporaryFile"),
]
ADDRESS = "/fr/news/des-velos-comptes-bikes/"


def picture(name: str = "post.png") -> int:
    """An image someone uploaded."""
    file = BytesIO()
    Drawing.new("RGB", (1600, 800), "navy").save(file, "PNG")
    image = get_image_model().objects.create(title=name, file=ContentFile(file.getvalue(), name=name))
    return int(image.pk)


def published_with(*pictures: int) -> None:
    by = texts.staff()
    draft = texts.page_in(texts.published(by), "fr").get_latest_revision_as_object()
    blocks = [
        {"picture": number, "alt": 'A <b>post</b> "here"', "caption": "Rue Neuve"} for number in pictures
    ]
    draft.body = draft.body.stream_block.to_python([{"type": "image", "value": block} for block in blocks])
    draft.save_revision()
    actions.publish_page(draft, by=by)


def test_a_picture_is_shown_with_its_words_and_its_size(client: Client) -> None:
    published_with(picture())
    html = client.get(ADDRESS).content.decode()
    assert 'alt="A &lt;b&gt;post&lt;/b&gt; &quot;here&quot;" width="1280" height="640"' in html
    assert "<figcaption>Rue Neuve</figcaption>" in html


def test_a_picture_is_served_and_its_original_is_not(client: Client) -> None:
    number = picture()
    published_with(number)
    image = get_image_model().objects.get(pk=number)
    served = client.get(image.renditions.get().url)
    assert (served.status_code, served["Content-Type"]) == (200, "image/png")
    served.close()
    assert client.get(image.file.url).status_code == 404


def test_many_pictures_cost_one_query(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    published_with(*(picture(f"{number}.png") for number in range(4)))
    with django_assert_max_num_queries(9):
        assert client.get(ADDRESS).content.decode().count("<figcaption>") == 4


def test_a_picture_that_was_deleted_leaves_the_text_readable(client: Client) -> None:
    number = picture()
    published_with(number)
    get_image_model().objects.filter(pk=number).delete()
    html = client.get(ADDRESS)
    assert html.status_code == 200
    assert "<figcaption>" not in html.content.decode()
