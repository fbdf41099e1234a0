"""
A Ray cluster of this machine: what it scores while workers and actors are killed is, byte for byte, what one process scores.

Run by scripts/ray.ts on the installed wheel. $GUERDON_RAY_ROWS says how many rows (200,000).
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json
import pyarrow.parquet
import pytest
import ray
from rollouts import line, rollouts

import guerdon.ray

ROWS = int(os.environ.get("GUERDON_RAY_ROWS", "200000"))
ROOT = Path(__file__).resolve().parents[4]
SPEC: dict[str, Any] = {"guerdon": 1, "rewards": {"correct": "verify/math"}}
CREDITED = {**SPEC, "credit": "credit/group-relative"}
#: A thread a worker: two workers are two cores.
QUIET = {"GUERDON_WORKERS": "1", "RAY_DATA_DISABLE_PROGRESS_BARS": "1", "RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
DRIVER = """
import json, sys
import ray, guerdon.ray
inputs, out, spec = sys.argv[1:]
ray.init(num_cpus=4, include_dashboard=False, object_store_memory=300_000_000, log_to_driver=False)
print("files", len(guerdon.ray.score_files(inputs, out, json.loads(spec), concurrency=2)), flush=True)
"""


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUIET.items():
        monkeypatch.setenv(name, value)


def score_alone(rows: Path, spec: dict[str, Any], folder: Path) -> bytes:
    """What one process of `guerdon score` writes."""
    (folder / "alone.json").write_text(json.dumps(spec))
    out = folder / "alone.jsonl"
    run([sys.executable, "-m", "guerdon", "score", str(rows), "--reward", str(folder / "alone.json"), "-o", str(out), "--workers", "0"])
    return out.read_bytes()


def run(command: list[str]) -> str:
    """What a program printed, which must end well."""
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr[-4000:]
    return ended.stdout


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def lines(tables: list[pa.Table]) -> bytes:
    return "".join(line(row) for table in tables for row in table.to_pylist()).encode()


def children(pid: int) -> list[int]:
    try:
        return [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return []


def workers(pid: int) -> list[int]:
    """The workers of a process that scores."""
    return [child for child in children(pid) if b"--frames" in _command(child)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Killer(threading.Thread):
    """Kills the worker of one actor when a fifth of the rows are scored, and another actor at two fifths."""

    def __init__(self, scored: Path) -> None:
        super().__init__(daemon=True)
        self.scored, self.killed, self.done = scored, {}, threading.Event()
        self.seen: set[int] = set()

    def run(self) -> None:
        while len(self.killed) < 2 and not self.done.wait(0.05):
            told = [tuple(map(int, each.split())) for each in self.scored.read_text().splitlines()] if self.scored.exists() else []
            rows, actors = sum(count for _, count in told), sorted({pid for pid, _ in told})
            self.seen.update(worker for actor in actors for worker in workers(actor))
            if "worker" not in self.killed and rows >= ROWS * 0.2 and len(actors) == 2 and workers(actors[0]):
                self._kill("worker", workers(actors[0])[0])
            elif "worker" in self.killed and rows >= ROWS * 0.4:
                self._kill("actor", actors[1])

    def _kill(self, what: str, pid: int) -> None:
        os.kill(pid, signal.SIGKILL)
        self.killed[what] = pid


def test_a_worker_and_an_actor_are_killed_in_the_middle(tmp_path: Path) -> None:
    assert ROWS % 8 == 0
    rows = tmp_path / "rows.jsonl"
    with rows.open("w") as file:
        file.writelines(line(row) for row in rollouts(ROWS))
    began = time.monotonic()
    alone = score_alone(rows, CREDITED, tmp_path)
    alone_took = time.monotonic() - began

    scored = tmp_path / "scored.log"

    class Told(guerdon.ray.Scorer):
        def __call__(self, batch: Any) -> Any:
            out = super().__call__(batch)
            with scored.open("a") as log:
                log.write(f"{os.getpid()} {len(batch)}\n")
            return out

    began = time.monotonic()
    ray.init(num_cpus=4, include_dashboard=False, object_store_memory=1_000_000_000, log_to_driver=False, logging_level="ERROR")
    killer = Killer(scored)
    try:
        ray.data.DataContext.get_current().execution_options.preserve_order = True
        table = pyarrow.json.read_json(rows)
        ds = ray.data.from_arrow([table.slice(at, 5000) for at in range(0, len(table), 5000)])
        killer.start()
        ds = ds.map_batches(Told, fn_constructor_kwargs={"reward": SPEC}, batch_format="pyarrow", batch_size=1000, compute=ray.data.ActorPoolStrategy(size=2), num_cpus=1)
        ds = guerdon.ray.advantages(ds, id="n", group="group")
        tables = [ray.get(ref) for ref in ds.to_arrow_refs()]
        clustered = lines(tables)
    finally:
        killer.done.set()
        ray.shutdown()
    took = time.monotonic() - began

    assert set(killer.killed) == {"worker", "actor"}
    assert [n for each in tables for n in each["n"].to_pylist()] == list(range(ROWS)), "every row once, in its order"
    assert sha256(clustered) == sha256(alone), first_difference(clustered, alone)
    nulls = sum(each["reward"].null_count for each in tables)
    assert 0 < nulls < ROWS / 20
    again = sum(int(each.split()[1]) for each in scored.read_text().splitlines()) - ROWS
    left = [pid for pid in killer.seen if b"--frames" in _command(pid)]
    for _ in range(100):
        left = [pid for pid in left if b"--frames" in _command(pid)]
        if not left:
            break
        time.sleep(0.1)
    assert not left, "workers end with their actors"
    print(f"\n{ROWS} rows, a worker and an actor killed: sha256 {sha256(clustered)[:16]}… twice, {nulls} null, {again} rows scored again; one process {alone_took:.1f} s, the cluster {took:.1f} s")


def test_a_run_that_was_killed_goes_on_where_it_ended(tmp_path: Path) -> None:
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    table = pa.Table.from_pylist(list(rollouts(32_000)))
    # Files of one row group and of two, which are scored apart.
    starts = [*range(0, 28_000, 2000), 28_000]
    for i, at in enumerate(starts):
        pyarrow.parquet.write_table(table.slice(at, 4000 if at == 28_000 else 2000), inputs / f"{i:03d}.parquet", row_group_size=2000)
    command = [sys.executable, "-c", DRIVER, str(inputs), str(out), json.dumps(SPEC)]
    driver = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while len(list(out.glob("part-*.parquet"))) < 4:
        assert driver.poll() is None and time.monotonic() < deadline, "the driver must get to its fourth file"
        time.sleep(0.02)
    driver.kill()
    driver.wait()
    time.sleep(3)  # what Ray started ends with it

    before = {file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in out.glob("part-*.parquet")}
    assert 4 <= len(before) < 16, "killed in the middle"
    assert run(command) == "files 16\n"
    files = sorted(out.glob("part-*.parquet"))
    assert len(files) == 16
    assert {file: (file.stat().st_ino, file.stat().st_mtime_ns) for file in before} == before, "what was there is not scored again"
    assert not list(out.glob(".*")), "nothing is left of what was half written"

    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(line(row) for row in table.to_pylist()))
    scored = "".join(line({**row, "advantage": None}) for file in files for row in pyarrow.parquet.read_table(file).to_pylist()).encode()
    alone = score_alone(rows, SPEC, tmp_path)
    assert sha256(scored) == sha256(alone), first_difference(scored, alone)

    # A run that has ended has nothing to do, so it asks for no cluster; one with another spec is told so.
    assert guerdon.ray.score_files(inputs, out, SPEC) == [str(file) for file in files]
    with pytest.raises(guerdon.GuerdonError, match="another spec"):
        guerdon.ray.score_files(inputs, out, CREDITED)
    print(f"\nkilled with {len(before)} of 16 files written; those stayed, the rest followed")


def test_the_example_scores_parquet_into_parquet(tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    table = pa.Table.from_pylist(list(rollouts(1600)))
    pyarrow.parquet.write_table(table.slice(0, 800), inputs / "0.parquet")
    (inputs / "1.jsonl").write_text("".join(line(row) for row in table.slice(800).to_pylist()))
    run([sys.executable, str(ROOT / "examples/trainers/ray/parquet.py"), str(inputs), str(tmp_path / "out"), "--actors", "1"])
    found = sorted((row for file in (tmp_path / "out" / "credited").glob("*.parquet") for row in pyarrow.parquet.read_table(file).to_pylist()), key=lambda row: row["n"])
    assert [row["n"] for row in found] == list(range(1600))
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(line(row) for row in table.to_pylist()))
    alone = score_alone(rows, CREDITED, tmp_path)
    assert "".join(map(line, found)).encode() == alone


def first_difference(some: bytes, other: bytes) -> str:
    """Where two texts part, in a few lines."""
    for i, (a, b) in enumerate(zip(some.split(b"\n"), other.split(b"\n"))):
        if a != b:
            return f"line {i + 1}:\n{a.decode()}\n{b.decode()}"
    return f"{len(some)} and {len(other)} bytes"
