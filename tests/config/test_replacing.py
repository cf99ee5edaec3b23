"""What is new takes the place of what is old, in several folders at once, or nothing is changed."""

from pathlib import Path

import pytest

from civicthread.config.replacing import NotPutBack, Replacement, content


def tree(folder: Path) -> dict[str, str]:
    """The files below a folder and what they hold."""
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def old(tmp_path) -> dict[str, str]:
    """Two folders with something in them."""
    for name in ("one/a", "one/below/b", "one/kept", "two/c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("old")
    return tree(tmp_path)


def replace(change: Replacement, place: Path) -> None:
    for name in ("one/a", "two/d", "three/e"):
        folder = place / name.split("/", maxsplit=1)[0]
        (change.draft(folder) / name.split("/")[1]).write_text("new")
    change.without([place / "one" / "below", *content(place / "two"), place / "two" / "absent"])
    change.exchange()


def test_what_is_new_takes_the_place_of_what_leaves(old, tmp_path):
    with Replacement() as change:
        replace(change, tmp_path)
    assert tree(tmp_path) == {"one/a": "new", "one/kept": "old", "two/d": "new", "three/e": "new"}
    assert [path.name for path in (tmp_path / "two").iterdir()] == ["d"]


@pytest.mark.parametrize("exchanged", [True, False])
@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
def test_whatever_is_raised_everything_is_as_it_was(old, tmp_path, exchanged, fault):
    with pytest.raises(fault), Replacement() as change:
        (change.draft(tmp_path / "one") / "a").write_text("new")
        if exchanged:
            replace(change, tmp_path)
            assert tree(tmp_path) != old
        raise fault
    assert tree(tmp_path) == old
    assert not list(tmp_path.rglob(".restore-*"))


def test_a_move_that_fails_takes_the_others_back(old, tmp_path):
    # What stands where the old is to be put makes that fail, after another file was put there.
    with pytest.raises(OSError, match="Directory not empty"), Replacement() as change:
        draft = change.draft(tmp_path / "one")
        (draft / "a").write_text("new")
        (draft.parent / "old" / "below" / "in the way").mkdir(parents=True)
        change.without([tmp_path / "one" / "below"])
        try:
            change.exchange()
        finally:
            (draft.parent / "old" / "below" / "in the way").rmdir()
            (draft.parent / "old" / "below").rmdir()
    assert tree(tmp_path) == old


def test_what_cannot_be_put_back_is_kept_and_named(old, tmp_path):
    with pytest.raises(NotPutBack) as told, Replacement() as change:
        replace(change, tmp_path)
        (tmp_path / "two" / "c").write_text("somebody else's")
        raise RuntimeError
    assert len(told.value.folders) == 1
    assert tree(told.value.folders[0]) == {"c": "old"}
    assert (tmp_path / "two" / "c").read_text() == "somebody else's"
    assert (tmp_path / "one" / "a").read_text() == "old"


def test_what_a_disk_has_for_itself_is_nobodys_content(tmp_path):
    (tmp_path / "lost+found").mkdir()
    assert not list(content(tmp_path))
    assert not list(content(tmp_path / "absent"))
