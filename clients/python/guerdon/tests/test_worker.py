"""The worker's life: it dies, hangs, is forked and shared, and no score moves or becomes zero."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from guerdon import AsyncGuerdon, Guerdon, GuerdonError, SetupError, WorkerTimeout
from guerdon._frame import encode, encode_list, unpack
from guerdon._worker import Call, Worker, shared_worker


def statuses(verdicts: list) -> list[str]:
    return [verdict["status"] for verdict in verdicts]


def test_nothing_is_started_by_an_import():
    code = "import sys, guerdon, guerdon._worker as w; assert w._shared == {}; print(w.threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "GUERDON_NODE": "/nowhere"})
    assert done.stdout.strip() == "1", done.stderr


def test_scores_keep_their_order(client: Guerdon):
    assert statuses(client.verify_many(["SLOW 60", "2", "SLOW 5", "4"], ["", "2", "", "5"])) == ["correct", "correct", "correct", "incorrect"]
    rows = client.score([{"response": str(i), "reference": str(i % 3)} for i in range(50)])
    assert [row["reward"] for row in rows] == [float(i < 3) for i in range(50)]


def test_a_worker_killed_in_the_middle_loses_nothing(client: Guerdon, fake: Worker):
    client.verify("1", "1")
    before = fake.pid

    def kill() -> None:
        time.sleep(0.15)
        os.kill(before, signal.SIGKILL)

    threading.Thread(target=kill).start()
    verdicts = client.verify_many(["SLOW 400", "2", "3"], ["", "2", "4"])
    assert statuses(verdicts) == ["correct", "correct", "incorrect"]
    assert fake.pid != before


def test_what_kills_once_is_scored_by_the_retry(client: Guerdon, tmp_path: Path):
    assert statuses(client.verify_many(["1", f"DIE ONCE {tmp_path / 'died'}", "2"], ["1", "", "3"])) == ["correct", "correct", "incorrect"]


def test_what_kills_twice_is_undecided_and_nothing_else_is(client: Guerdon):
    verdicts = client.verify_many([*"123", "DIE", *"456"], [*"123", "", *"457"])
    assert statuses(verdicts) == ["correct"] * 3 + ["undecided"] + ["correct"] * 2 + ["incorrect"]
    lost = verdicts[3]
    assert lost["score"] is None and lost["reason"]["code"] == "worker-lost" and "signal 9" in lost["reason"]["text"] and "about to die" in lost["reason"]["text"]


def test_lost_rows_are_none_never_zero(client: Guerdon):
    rows = client.score([{"response": "1", "reference": "1"}, {"response": "DIE", "reference": ""}])
    assert [row["reward"] for row in rows] == [None, None]
    assert rows[0]["verdicts"]["guerdon"]["status"] == "undecided" and rows[0]["rewards"] == {"correct": None}
    assert client.score([{"response": "1", "reference": "1"}])[0]["reward"] == 1


def test_rows_that_stand_alone_are_lost_alone(fake: Worker):
    client = Guerdon({"guerdon": 1, "rewards": {"correct": "verify/math"}})
    rows = [{"response": "DIE" if i == 77 else str(i), "reference": str(i)} for i in range(150)]
    assert [row["reward"] for row in client.score(rows)] == [None if i == 77 else 1 for i in range(150)]


def test_one_that_hangs_is_started_again(fake: Worker):
    client = Guerdon(timeout=0.6)
    client.verify("1", "1")
    before = fake.pid
    assert client.verify("HANG", "")["reason"]["code"] == "timeout"
    assert client.verify("2", "2")["status"] == "correct"
    assert fake.pid != before


def test_a_slow_answer_does_not_end_a_worker_that_speaks(fake: Worker):
    client = Guerdon()
    client.verify("1", "1")
    before, stop = fake.pid, threading.Event()

    def chatter() -> None:
        while not stop.is_set():
            client.verify("1", "1")

    speaker = threading.Thread(target=chatter)
    speaker.start()
    try:
        with pytest.raises(WorkerTimeout):
            fake.call("verify", {"items": [{"response": "SLOW 2000", "reference": ""}]}, timeout=0.3)
        assert fake.pid == before
    finally:
        stop.set()
        speaker.join()


def test_eight_threads_share_one_worker(client: Guerdon, fake: Worker):
    got: dict[int, list[str]] = {}
    processes: set[str] = set()

    def work(k: int) -> None:
        verdicts = [client.verify(str(i), str(i if i % (k + 2) else -1)) for i in range(60)]
        got[k] = statuses(verdicts)
        processes.update(verdict["reason"]["text"] for verdict in verdicts)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {k: ["correct" if i % (k + 2) else "incorrect" for i in range(60)] for k in range(8)}
    assert processes == {f"by {fake.pid}"}


def test_threads_and_a_killer(client: Guerdon, fake: Worker):
    """A worker killed again and again under eight threads: every score is right, or undecided and said so."""
    client.verify("1", "1")
    wrong: list[str] = []
    stop = threading.Event()

    def work(k: int) -> None:
        for i in range(40):
            verdict = client.verify(f"SLOW {i % 7}", "") if i % 2 else client.verify(str(i), str(-1))
            expected = "correct" if i % 2 else "incorrect"
            if verdict["status"] not in (expected, "undecided") or (verdict["status"] == "undecided" and verdict["score"] is not None):
                wrong.append(f"{k} {i} {verdict}")

    def kill() -> None:
        for _ in range(4):
            if stop.wait(0.25):
                return
            pid = fake.pid
            if pid is not None:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass

    killer = threading.Thread(target=kill)
    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in [killer, *threads]:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    killer.join()
    assert wrong == []
    assert fake._in_flight == 0


def test_a_fork_in_the_middle_starts_its_own(client: Guerdon, fake: Worker):
    client.verify("1", "1")
    mine, done = fake.pid, []
    busy = threading.Thread(target=lambda: done.append(statuses(client.verify_many(["SLOW 500", "2"], ["", "2"]))))
    busy.start()
    time.sleep(0.1)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = client.verify("3", "3")["status"]
            os.write(write, f"{said} {fake.pid != mine}".encode())
            fake.close(0.2)
        finally:
            os._exit(0)
    os.close(write)
    assert os.read(read, 100) == b"correct True"
    os.close(read)
    os.waitpid(child, 0)
    busy.join()
    assert done == [["correct", "correct"]] and fake.pid == mine
    assert client.verify("4", "4")["status"] == "correct"


def _child(number: int) -> tuple[str, int | None]:
    return Guerdon().verify(str(number), str(number))["status"], shared_worker().pid


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_processes_have_a_worker_each(client: Guerdon, fake: Worker, method: str):
    client.verify("1", "1")
    with multiprocessing.get_context(method).Pool(2) as pool:
        got = pool.map(_child, range(6))
    assert {status for status, _ in got} == {"correct"}
    assert fake.pid not in {pid for _, pid in got}


def test_the_worker_ends_with_its_process():
    code = "import os, signal, sys; from guerdon import Guerdon; from guerdon._worker import shared_worker as w; Guerdon().verify('1', '1'); print(w().pid, flush=True); os.kill(os.getpid(), signal.SIGKILL) if sys.argv[1] == 'kill' else None"
    for how in ("kill", "end"):
        env = {**os.environ, "GUERDON_CLI": str(Path(__file__).parent / "fake_worker.mjs"), "PYTHONPATH": os.pathsep.join(sys.path)}
        pid = int(subprocess.run([sys.executable, "-c", code, how], capture_output=True, text=True, env=env).stdout)
        for _ in range(100):
            if not _alive(pid):
                break
            time.sleep(0.05)
        assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z" if Path("/proc/self").exists() else os.kill(pid, 0) is None
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_one_that_dies_while_nobody_waits_leaves_nothing(client: Guerdon, fake: Worker):
    client.verify("1", "1")
    threads = threading.active_count()
    for _ in range(5):
        dead = fake.pid
        assert dead is not None
        os.kill(dead, signal.SIGKILL)
        time.sleep(0.05)
        assert client.verify("4", "4")["status"] == "correct" and fake.pid != dead
    for _ in range(100):
        if threading.active_count() <= threads:
            break
        time.sleep(0.05)
    assert threading.active_count() <= threads


def test_lone_callers_and_others_read_by_turns(client: Guerdon, fake: Worker):
    """A caller that waits alone reads the pipe itself; threads and coroutines that come meanwhile get their answers all the same."""
    done: list[str] = []

    def alone() -> None:
        for i in range(60):
            done.append(client.verify(str(i), str(i))["status"])
            time.sleep(0.001 * (i % 3))

    async def together() -> None:
        for _ in range(10):
            done.extend(each["status"] for each in await asyncio.gather(*(AsyncGuerdon().verify(f"SLOW {i}", "") for i in range(4))))

    callers = [threading.Thread(target=alone) for _ in range(3)] + [threading.Thread(target=lambda: asyncio.run(together()))]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(30)
    assert done == ["correct"] * 220


def test_bytes_in_flight_are_bounded(fake: Worker):
    small = Worker(max_in_flight=50_000)
    most = 0

    def work() -> None:
        nonlocal most
        for _ in range(5):
            call = small.submit("verify", {"items": [{"response": "SLOW 3", "reference": "x" * 20_000}]})
            most = max(most, small._in_flight)
            call.future.result(20)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most <= 50_000 and small._in_flight == 0
    big = small.submit("verify", {"items": [{"response": "1", "reference": "x" * 80_000}]})  # alone it may go
    assert big.future.result(20).body["verdicts"][0]["status"] == "incorrect"
    small.close(0.2)


def test_specs_are_opened_once_and_again_after_a_death(fake: Worker, tmp_path: Path):
    client = Guerdon({"guerdon": 1, "rewards": {"correct": "verify/math"}})
    row = {"response": f"DIE ONCE {tmp_path / 'died'}", "reference": ""}
    assert client.score([row])[0]["reward"] == 1
    assert client.score([{"response": "1", "reference": "1"}])[0]["reward"] == 1
    with pytest.raises(GuerdonError, match="must be 1") as told:
        Guerdon({"guerdon": 2}).score([row])
    assert told.value.code == "spec"


def test_coroutines(fake: Worker, tmp_path: Path):
    async def work() -> list[str]:
        client = AsyncGuerdon()
        jobs = [client.verify(f"SLOW {i % 5}" if i % 2 else "1", "2") for i in range(200)]
        jobs.append(client.verify(f"DIE ONCE {tmp_path / 'died'}", ""))
        return statuses(await asyncio.gather(*jobs))

    assert asyncio.run(work()) == [*("correct" if i % 2 else "incorrect" for i in range(200)), "correct"]


def test_coroutines_wait_for_room(fake: Worker):
    async def work() -> list[str]:
        client = AsyncGuerdon(worker=Worker(max_in_flight=30_000))
        return statuses(await asyncio.gather(*(client.verify("SLOW 1", "x" * 10_000) for _ in range(20))))

    assert asyncio.run(work()) == ["correct"] * 20


def test_what_is_sent_again_says_so():
    call = Call(7, "score", {"rollouts": encode_list([encode({"response": "é"})])}, None, None)
    assert unpack(b"".join(Worker._frame(call)))[0] == {"id": 7, "call": "score", "body": {"rollouts": [{"response": "é"}]}}
    call.attempts = 2
    assert unpack(b"".join(Worker._frame(call)))[0]["again"] is True


def test_a_worker_that_cannot_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch):
    broken = Worker(lambda: [sys.executable, "-c", "import sys; sys.exit('no such engine')"])
    with pytest.raises(SetupError, match="ended with code 1: no such engine"):
        Guerdon(worker=broken).verify("1", "1")
    with pytest.raises(FileNotFoundError):
        Guerdon(worker=Worker(lambda: ["/nowhere/node"])).verify("1", "1")


def test_one_that_speaks_no_frames_is_an_error():
    worker = Worker(lambda: [sys.executable, "-c", "import sys; print('hello, this is not a frame'); sys.stdout.flush(); sys.stdin.read()"])
    with pytest.raises(GuerdonError, match="a frame must begin with"):
        worker.call("verify", {"items": []})
    worker.close(0.2)
