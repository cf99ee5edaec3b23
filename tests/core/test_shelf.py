import os

from civicthread.core.shelf import LOOKED_THROUGH_EVERY, Shelf


def test_of_what_is_kept_the_longest_unread_goes_first(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    roomy, shelf = Shelf("some", most_bytes=1000), Shelf("some", most_bytes=10)
    folder = tmp_path / "some"
    for number in range(4):
        roomy.write(f"{number}", b"12345")
        os.utime(folder / f"{number}", (number, number))
    assert shelf.read("0") == b"12345"
    for number in range(4, 4 + LOOKED_THROUGH_EVERY):
        shelf.write(f"{number}", b"")
    assert {path.name for path in folder.iterdir() if path.stat().st_size} == {"0", "3"}
    assert shelf.read("1") == b""
