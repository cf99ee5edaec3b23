import os
import resource

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


def test_a_full_disk_costs_the_next_reading_and_leaves_nothing_lying_about(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    shelf = Shelf("some", most_bytes=1000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        shelf.write("large", b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list((tmp_path / "some").iterdir()) == []
    assert shelf.read("large") == b""
