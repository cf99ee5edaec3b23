import contextlib
import datetime as dt
import os
import pickle
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from civicthread.children import wire
from civicthread.children.pool import (
    ChildCancelled,
    ChildDied,
    ChildRefused,
    ChildTimeout,
    Pool,
    PoolClosed,
    Queue,
    QueueFull,
    QuotaExceeded,
)

JOBS = "tests.children.jobs"
LIMIT = 1 << 30


@pytest.fixture
def pool() -> Iterator[Pool]:
    with Pool(JOBS, memory_bytes=LIMIT, warm=f"{JOBS}:warm", queue=Queue(longest=4, per_owner=2)) as pool:
        yield pool


def call(pool: Pool, function: str, *args: object, **options: object) -> object:
    return pool.call(f"{JOBS}:{function}", *args, **{"timeout": 30, **options})


def until(condition: Callable[[], object]) -> None:
    """Wait for what another process does; a deadline only so that a failure ends."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def exists(pid: int) -> bool:
    """Whether a process runs: a zombie that nobody has buried yet does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def zombies() -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            if state == "Z" and int(parent) == os.getpid():
                found.append(stat.parent.name)
    return found


@contextlib.contextmanager
def hanging(pool: Pool, said: Path, **options: object) -> Iterator[ThreadPoolExecutor]:
    """A pool whose only child is busy; `said` holds its number."""
    with ThreadPoolExecutor() as callers:
        caller = callers.submit(call, pool, "say_and_hang", str(said), **{"token": "busy", **options})
        until(lambda: said.exists() and said.read_text(encoding="utf-8"))
        callers.busy = caller
        yield callers
        pool.cancel("busy")


def test_a_function_runs_in_another_process(pool):
    assert call(pool, "add", 2, 3) == 5
    assert call(pool, "own_pid") not in {os.getpid(), None}


def test_the_same_warm_child_serves_the_next_call(pool):
    assert call(pool, "own_pid") == call(pool, "own_pid")
    assert call(pool, "was_warmed") is True


def test_plain_values_come_back_as_they_went(pool):
    value = {
        "a": [1, 2.5, None, True],
        "b": b"\0" * 3_000_000,
        "c": (dt.date(2024, 2, 29), Decimal("1.10"), {"é"}),
    }
    assert call(pool, "echo", value) == value


def test_an_exception_comes_back_as_its_name_and_message_without_a_traceback(pool):
    with pytest.raises(ChildRefused) as refused:
        call(pool, "fail")
    assert (refused.value.kind, refused.value.message) == ("ValueError", "a value is missing")
    assert "Traceback" not in str(refused.value)
    assert call(pool, "add", 1, 1) == 2


def test_what_is_not_plain_does_not_travel(pool):
    with pytest.raises(TypeError):
        call(pool, "echo", object())
    with pytest.raises(ChildRefused, match="NotPlain"):
        call(pool, "give_an_object")


def test_a_pickle_that_names_a_class_is_not_opened():
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (os.getpid, ())

    assert pickle.loads(pickle.dumps(Evil())) == os.getpid()
    with pytest.raises(wire.NotPlain):
        wire.unpack(pickle.dumps(Evil()))


@pytest.mark.parametrize("function", ["_hidden", "system", "absent", "os.system", "warmed", "__import__"])
def test_only_public_functions_of_the_module_itself_are_called(pool, function):
    with pytest.raises(ChildRefused) as refused:
        call(pool, function, "true")
    assert refused.value.kind == "FunctionRefused"


def test_a_function_of_another_module_is_not_even_sent(pool):
    with pytest.raises(ValueError, match="os:system"):
        pool.call("os:system", "true", timeout=5)


def test_too_much_memory_is_refused_and_the_pool_lives_on(pool):
    with pytest.raises(ChildRefused) as refused:
        call(pool, "take_memory", 2 * LIMIT)
    assert refused.value.kind == "MemoryError"
    assert call(pool, "take_memory", 1000) == 1000


def test_a_call_that_takes_too_long_is_killed_and_a_fresh_child_takes_over(pool, tmp_path):
    first = call(pool, "own_pid")
    with pytest.raises(ChildTimeout):
        call(pool, "say_and_hang", str(tmp_path / "pid"), timeout=0.5)
    assert call(pool, "own_pid") != first
    assert call(pool, "was_warmed") is True
    assert not exists(first)


def test_what_a_killed_child_started_dies_with_it(pool, tmp_path):
    said = tmp_path / "pid"
    with pytest.raises(ChildTimeout):
        call(pool, "start_a_grandchild_and_hang", str(said), timeout=2)
    grandchild = int(said.read_text(encoding="utf-8"))
    until(lambda: not exists(grandchild))


def test_a_running_call_is_cancelled_by_its_token(pool, tmp_path):
    with hanging(pool, tmp_path / "pid", token="mine") as callers:
        assert pool.cancel("mine")
        assert isinstance(callers.busy.exception(), ChildCancelled)
    assert not exists(int((tmp_path / "pid").read_text(encoding="utf-8")))
    assert not pool.cancel("mine")
    assert call(pool, "add", 1, 1) == 2


def test_a_waiting_call_is_cancelled_without_killing_the_running_one(pool, tmp_path):
    with hanging(pool, tmp_path / "pid") as callers:
        waiting = callers.submit(call, pool, "add", 1, 1, token="waits")
        until(lambda: pool.cancel("waits"))
        assert isinstance(waiting.exception(), ChildCancelled)
        assert not callers.busy.done()


def test_a_call_that_is_alone_takes_the_place_of_those_with_its_token(pool, tmp_path):
    with hanging(pool, tmp_path / "pid", token="mine") as callers:
        waiting = callers.submit(call, pool, "add", 1, 1, token="mine")
        other = callers.submit(call, pool, "add", 2, 2, token="yours")
        until(lambda: len(pool._waiting) == 2)
        assert call(pool, "add", 3, 3, token="mine", alone=True) == 6
        assert isinstance(callers.busy.exception(), ChildCancelled)
        assert isinstance(waiting.exception(), ChildCancelled)
        assert other.result() == 4


def test_a_child_that_ends_by_itself_is_reported_and_replaced(pool):
    with pytest.raises(ChildDied, match="status 3"):
        call(pool, "end_at_once")
    assert call(pool, "add", 1, 1) == 2


def test_a_child_killed_from_outside_while_idle_is_replaced(pool):
    idle = call(pool, "own_pid")
    os.kill(idle, 9)
    until(lambda: not exists(idle))
    assert call(pool, "own_pid") != idle


def test_a_child_that_cannot_start_is_said_so_and_not_started_for_ever(caplog):
    with (
        Pool(JOBS, memory_bytes=LIMIT, warm=f"{JOBS}:break_while_warming") as pool,
        pytest.raises(ChildDied, match="could not start"),
    ):
        call(pool, "add", 1, 1)
    assert len(caplog.records) <= 3


@contextlib.contextmanager
def no_new_files() -> Iterator[None]:
    """A machine on which nothing more can be opened, so that no process can be started."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_pool_that_cannot_start_a_child_says_so_and_starts_one_later(pool):
    with no_new_files():
        for _ in range(2):
            with pytest.raises(ChildDied, match="could not start"):
                call(pool, "add", 1, 1)
    assert call(pool, "add", 1, 1) == 2


def test_a_child_killed_where_none_can_follow_it_is_replaced_later(pool):
    idle = call(pool, "own_pid")
    with no_new_files(), pytest.raises(ChildDied, match="could not start"):
        # Here, not before: its thread may not rest yet, and would have another child before nothing can be opened.
        os.kill(idle, 9)
        with contextlib.suppress(ChildProcessError):  # it is buried already
            os.waitid(os.P_PID, idle, os.WEXITED | os.WNOWAIT)
        call(pool, "add", 1, 1)
    assert call(pool, "add", 1, 1) == 2


def test_a_pool_that_could_not_start_its_thread_starts_it_with_a_later_call(pool):
    before = threading.stack_size(1 << 46)  # no machine has it
    try:
        with pytest.raises(ChildDied, match="thread"):
            call(pool, "add", 1, 1)
    finally:
        threading.stack_size(before)
    assert call(pool, "add", 1, 1) == 2


NOTHING = pickle.dumps(None)


@pytest.mark.parametrize(
    "said",
    [
        wire.HEADER.pack(9) + b"no pickle",
        wire.HEADER.pack(0),
        wire.HEADER.pack(len(NOTHING)) + NOTHING,
        wire.HEADER.pack(1 << 62),
        wire.pack(("refused", "only its kind")),
        wire.pack(("done",)),
        wire.pack(("maybe", 1)),
    ],
)
def test_a_child_that_answers_with_nonsense_is_killed_and_replaced(pool, said):
    first = call(pool, "own_pid")
    with pytest.raises(ChildDied, match="answer"):
        call(pool, "say_to_the_parent", said)
    assert call(pool, "own_pid") != first
    assert not exists(first)


def test_each_owner_may_have_only_so_many_calls_waiting(pool, tmp_path):
    with hanging(pool, tmp_path / "pid", owner="anne") as callers:
        waiting = [callers.submit(call, pool, "add", 1, 1, owner="anne") for _ in range(2)]
        until(lambda: len(pool._waiting) == 2)
        with pytest.raises(QuotaExceeded):
            call(pool, "add", 1, 1, owner="anne")
        other = callers.submit(call, pool, "add", 2, 2, owner="bert")
        pool.cancel("busy")
        assert [future.result() for future in waiting] == [2, 2]
        assert other.result() == 4


def test_the_queue_has_an_end(pool, tmp_path):
    with hanging(pool, tmp_path / "pid") as callers:
        for _ in range(4):
            callers.submit(call, pool, "add", 1, 1)
        until(lambda: len(pool._waiting) == 4)
        with pytest.raises(QueueFull):
            call(pool, "add", 1, 1)
        pool.cancel("busy")


def test_nobody_waits_for_ever(tmp_path):
    with Pool(JOBS, memory_bytes=LIMIT, queue=Queue(patience=0.2)) as pool:
        until(lambda: ready(pool))
        with hanging(pool, tmp_path / "pid"), pytest.raises(QueueFull):
            call(pool, "add", 1, 1)


def ready(pool: Pool) -> bool:
    """Whether the child has started: a call made before would have to wait for that, too."""
    try:
        return call(pool, "add", 1, 1) == 2
    except QueueFull:
        return False


def test_calls_of_many_threads_get_their_own_answers():
    with Pool(JOBS, size=2, memory_bytes=LIMIT) as pool, ThreadPoolExecutor(16) as callers:
        answers = list(callers.map(lambda number: call(pool, "add", number, number), range(200), timeout=60))
        pids = set(callers.map(lambda _: call(pool, "own_pid"), range(30)))
    assert answers == [2 * number for number in range(200)]
    assert 1 <= len(pids) <= 2


def test_a_child_outlives_the_thread_that_made_the_first_call(pool):
    pids = []
    for _ in range(2):
        thread = threading.Thread(target=lambda: pids.append(call(pool, "own_pid")))
        thread.start()
        thread.join()
    assert pids[0] == pids[1]


def test_what_a_function_prints_does_not_disturb_its_answer(pool):
    assert call(pool, "print_much") == "clean"


def test_a_child_sees_no_secret_of_its_parent(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    with Pool(JOBS, memory_bytes=LIMIT) as pool:
        seen = call(pool, "environment")
    assert not {"SECRET_KEY", "AWS_SECRET_ACCESS_KEY"} & set(seen)
    assert "PATH" in seen


def test_closing_ends_running_and_waiting_calls_and_leaves_no_zombie(tmp_path):
    pool = Pool(JOBS, memory_bytes=LIMIT)
    with hanging(pool, tmp_path / "pid") as callers:
        waiting = callers.submit(call, pool, "add", 1, 1)
        until(lambda: pool._waiting)
        pool.close()
        pool.close()
        assert isinstance(callers.busy.exception(), PoolClosed)
        assert isinstance(waiting.exception(), PoolClosed)
    with pytest.raises(PoolClosed):
        call(pool, "add", 1, 1)
    assert not exists(int((tmp_path / "pid").read_text(encoding="utf-8")))
    assert zombies() == []


def test_children_die_with_a_parent_that_is_killed(tmp_path):
    said = tmp_path / "pid"
    code = f"""
from civicthread.children.pool import Pool
Pool("{JOBS}", memory_bytes={LIMIT}).call("{JOBS}:say_and_hang", {str(said)!r}, timeout=600)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    parent = subprocess.Popen([sys.executable, "-c", code], env=environment)
    until(lambda: said.exists() and said.read_text(encoding="utf-8"))
    child = int(said.read_text(encoding="utf-8"))
    assert exists(child)
    parent.kill()
    parent.wait()
    until(lambda: not exists(child))
