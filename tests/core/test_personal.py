import pytest

from civicthread.core import personal
from civicthread.core.models import Actor


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two apps that hold something about a person, beside no others; what they did, in order."""
    monkeypatch.setattr(personal, "_exporters", {})
    monkeypatch.setattr(personal, "_erasers", {})
    done: list[str] = []
    for name in ("accounts", "ideas"):
        personal.register(
            name,
            export=lambda actor, name=name: [name, actor.label],
            erase=lambda actor, name=name: done.append(name),
        )
    return done


def test_everything_every_app_holds_is_exported(registry: list[str]):
    assert personal.export_all(Actor(label="N.")) == {
        "accounts": ["accounts", "N."],
        "ideas": ["ideas", "N."],
    }


def test_every_app_lets_go_and_the_account_goes_last(registry: list[str]):
    personal.erase_all(Actor())
    assert registry == ["ideas", "accounts"]


def test_an_app_registers_once(registry: list[str]):
    with pytest.raises(ValueError, match="ideas"):
        personal.register("ideas", export=lambda actor: None, erase=lambda actor: None)


def test_the_real_registry_exports_plain_values(db):
    import json

    assert json.dumps(personal.export_all(Actor.objects.create()))
