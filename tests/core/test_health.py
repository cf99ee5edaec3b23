from pathlib import Path

import pytest
from django.utils import timezone

from civicthread.core import work
from civicthread.core.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def lake(settings, tmp_path: Path) -> Path:
    settings.LAKE = str(tmp_path)
    return tmp_path


def test_all_is_well_when_records_worker_and_lake_answer(client, lake: Path):
    work.beat("worker")
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"healthy": True, "records": True, "worker": True, "lake": True}


def test_a_silent_worker_is_seen(client, lake: Path):
    assert client.get("/healthz").json()["worker"] is False
    work.beat("worker")
    Heartbeat.objects.update(seen_at=timezone.now() - work.SILENT * 3)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"healthy": False, "records": True, "worker": False, "lake": True}


def test_a_lake_that_is_gone_is_seen(client, lake: Path):
    work.beat("worker")
    lake.rmdir()
    assert client.get("/healthz").status_code == 503


def test_a_lake_in_an_object_store_is_asked(client, settings, bucket: str, object_store):
    work.beat("worker")
    settings.LAKE = bucket
    assert client.get("/healthz").json()["lake"] is True
    with object_store.interfering(lambda _moment, _asked: True):
        assert client.get("/healthz").json()["lake"] is False
    settings.LAKE = "s3://no-such-bucket/lake"
    assert client.get("/healthz").json()["lake"] is False
