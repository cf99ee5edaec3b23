"""Browser files are pressed once, under the address by which pages name them."""

from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from civicthread.core.static_files import KeptAddresses


def test_a_browser_file_is_pressed_under_the_address_that_pages_name(tmp_path: Path) -> None:
    FileSystemStorage(tmp_path).save("sheet.css", ContentFile(b"p { color: red }\n" * 100))
    storage = KeptAddresses(location=str(tmp_path), base_url="/static/")
    list(storage.post_process({"sheet.css": (storage, "sheet.css")}))
    named = storage.url("sheet.css", force=True).removeprefix("/static/")
    found = {path.name for path in tmp_path.iterdir()}
    assert found == {"sheet.css", named, f"{named}.br", f"{named}.gz", "staticfiles.json"}
