"""The package with its engine: what it says is what `guerdon score` says, whatever happens to its process."""

from __future__ import annotations

import asyncio
import json
import math
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from guerdon import AsyncGuerdon, Guerdon, GuerdonError, areal, ray, trl
from guerdon._worker import Worker

ROW_SPEC = {"guerdon": 1, "rewards": {"correct": "verify/math"}}


def rows(count: int) -> list[dict]:
    return [{"id": str(i), "group": f"g{i // 4}", "prompt": f"{i} + 1?", "response": f"😀 so it is \\boxed{{{i + 1 + (i % 3 == 0)}}}", "answer": str(i + 1)} for i in range(count)]


def right(count: int) -> list[int]:
    return [int(i % 3 != 0) for i in range(count)]


def test_verdicts(engine: Worker):
    verdict = Guerdon().verify("😀 so it is \\boxed{0.5}", "1/2")
    assert verdict["status"] == "correct" and verdict["score"] == 1 and verdict["extracted"] == "0.5"
    assert "😀 so it is \\boxed{0.5}"[verdict["span"]["start"] : verdict["span"]["end"]] == "0.5"  # offsets are Python's
    many = Guerdon().verify_many(["\\boxed{1}", "", "\\boxed{3}"], ["1", "2", "4"])
    assert [each["status"] for each in many] == ["correct", "invalid", "incorrect"]
    assert Guerdon().verify("\\boxed{2.01}", "2", options={"strict": False})["status"] == "incorrect"
    with pytest.raises(GuerdonError) as told:
        Guerdon().verify("1", "1", use="verify/maths")
    assert told.value.code == "unknown-method"


def test_queries_are_taken_apart(engine: Worker):
    chat = "<|im_start|>user\n2+2?<|im_end|>\n<|im_start|>assistant\n"
    queries = [("2+2?4", "2+2?"), ("<s>2+2? 4</s>", "2+2?"), (chat + "5<|im_end|>\n<|endoftext|>", "another text"), (chat + "4<|im_end|>", None)]
    found = Guerdon(ROW_SPEC).score([{"query": query, "reference": "4", **({} if prompt is None else {"prompt": prompt})} for query, prompt in queries], split=True)
    assert [row["reward"] for row in found] == [1, 1, 0, 1]
    for wrong in ("the answer is 4", chat + "4<|im_end|>\n<|im_start|>user\nno, 5"):
        with pytest.raises(GuerdonError, match=r"rollouts\[0\]\.query"):
            Guerdon(ROW_SPEC).score([{"query": wrong, "prompt": "2 + 2?", "reference": "4"}], split=True)


def test_columns_are_named_by_the_caller(engine: Worker):
    given = [{"text": "so \\boxed{4}", "meta": {"gold": gold}, "answer": "no"} for gold in ("4", "5")]
    where = {"response": "text", "reference": "meta.gold"}
    client = Guerdon(ROW_SPEC)
    assert client.rewards(given, columns=where) == [1, 0]
    assert [row["reward"] for row in client.score_all(given, "fail", columns=where)] == [1, 0]
    assert asyncio.run(AsyncGuerdon(ROW_SPEC).rewards(given, columns=where)) == [1, 0]
    # Over those of the spec.
    assert Guerdon({**ROW_SPEC, "columns": {"response": "text", "reference": "answer"}}).rewards(given, columns={"reference": "meta.gold"}) == [1, 0]
    with pytest.raises(GuerdonError, match='did you mean "reference"'):
        client.score(given, columns={"refrence": "meta.gold"})
    assert trl.reward(columns={"reference": "meta.gold"})(prompts=["?"] * 2, completions=["4", "4"], meta=[{"gold": "4"}, {"gold": "5"}]) == [1, 0]
    assert pickle.loads(pickle.dumps(areal.reward(on_null="fail", columns={"reference": "key"})))("?", "4", [], [], key="4", answer="5") == 1
    scorer = ray.Scorer(ROW_SPEC, columns=where)
    assert list(scorer({"text": np.array(["4", "4"]), "meta": np.array([each["meta"] for each in given])})["reward"]) == [1, 0]


def test_a_call_with_credit_goes_in_pieces_of_whole_groups(engine: Worker):
    given = [{"prompt": f"{i % 50} + 1?", "response": str(i % 50 + 1 + (i % 3 == 0)), "answer": str(i % 50 + 1), "note": "x" * 30_000} for i in range(400)]
    client, asked = Guerdon(), []
    ask = client._answers
    client._answers = lambda requests: asked.extend(requests) or ask(requests)
    apart = client.score(given)
    assert len(asked) > 10 and max(len(each.body["rollouts"]) for each in asked) < 2 << 20
    whole = engine.call("score", {"rollouts": [{name: value for name, value in row.items() if name != "note"} for row in given]}).body["rows"]
    assert apart == whole and any(row["advantage"] for row in apart)


def test_scores_are_those_of_the_terminal(engine: Worker, tmp_path: Path):
    given = rows(40)
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in given))
    done = subprocess.run([sys.executable, "-m", "guerdon", "score", str(tmp_path / "rows.jsonl")], capture_output=True, text=True, check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [{**row, **scored} for row, scored in zip(given, Guerdon().score(given))] == lines
    assert lines[0]["advantage"] is not None


def test_rows_in_pieces_are_rows_in_order(engine: Worker):
    scored = Guerdon(ROW_SPEC).score(rows(1000))
    assert [row["reward"] for row in scored] == right(1000)
    assert {row["advantage"] for row in scored} == {None}


def test_a_worker_killed_in_the_middle(engine: Worker):
    client, stop, wrong = Guerdon(ROW_SPEC), threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            got = [row["reward"] for row in client.score(rows(200))]
            # What was in flight at two deaths is undecided, and says so; nothing else differs, and nothing is zero for it.
            wrong.extend((a, b) for a, b in zip(got, right(200)) if a is not None and a != b)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        time.sleep(0.7)
        os.kill(engine.pid, signal.SIGKILL)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [row["reward"] for row in client.score(rows(200))] == right(200)


def test_specs_in_files(engine: Worker, tmp_path: Path):
    (tmp_path / "my.yaml").write_text("guerdon: 1\nrewards:\n  right: verify/math\n  short: ./short.ts#short\nreward: { use: shaping/weighted-sum, of: [right, short] }\n")
    (tmp_path / "short.ts").write_text("export function short(rollout: { response: unknown }): number { return -String(rollout.response).length / 1000; }\n")
    client = Guerdon(tmp_path / "my.yaml")
    assert client.spec() == {"reduces": "row", "names": ["right", "short"], "columns": {}}
    scored = client.score([{"response": "\\boxed{2}", "reference": "2"}])[0]
    assert scored["rewards"] == {"right": 1, "short": -0.009} and scored["reward"] == pytest.approx(0.991)
    (tmp_path / "wrong.yaml").write_text("guerdon: 1\nrewards:\n  right: verify/maths\n")
    with pytest.raises(GuerdonError, match="verify/maths"):
        Guerdon(tmp_path / "wrong.yaml").score([{"response": "1", "reference": "1"}])
    with pytest.raises(GuerdonError, match="no file is"):
        Guerdon(tmp_path / "none.yaml")


def test_advantages(engine: Worker):
    client = Guerdon()
    given = client.advantages([1, 0, None, 1, 1], ["a", "a", "a", "b", "b"])
    assert given.advantages[2] is None and given.advantages[0] == pytest.approx(math.sqrt(0.5), abs=1e-5) and given.advantages[3:] == [0, 0]
    rewards = np.array([1, 0, np.nan, 1, 1], dtype=np.float32)
    arrays = client.advantages(rewards, np.array([7, 7, 7, 9, 9]), options={"std": False}).advantages
    assert isinstance(arrays, np.ndarray) and np.allclose(arrays, [0.5, -0.5, np.nan, 0, 0], equal_nan=True)
    tokens = client.advantages(method="credit/generalized-advantage", token_rewards=[0.0, 0, 1, 1], values=[0.5, 0.5, 0.5, 0], cu_seqlens=[0, 3, 4], options={"lambda": 0.5})
    assert tokens.advantages == [0.125, 0.25, 0.5, 1]
    with pytest.raises(GuerdonError, match="leave-one-out"):
        client.advantages([1, 0], [0, 0], method="credit/leave-one-uot")


def test_methods(engine: Worker):
    record = Guerdon().methods("credit/leave-one-out")[0]
    assert record["id"] == "credit/leave-one-out" and "rewards" in record["arrays"] and record["options"]
    assert len(Guerdon().methods()) > 100


def test_batches_of_ray(engine: Worker):
    """What Ray Data calls; the cluster itself is tested elsewhere."""
    from guerdon.ray import Scorer

    batch = {name: np.array([row[name] for row in rows(10)], dtype=object) for name in ("prompt", "response", "answer")}
    out = Scorer(ROW_SPEC)(batch)
    assert out["reward"].tolist() == right(10) and out["reward"].dtype == np.float64
    assert out["rewards"][1] == {"correct": 1} and out["verdicts"][1]["correct"]["status"] == "correct"
    assert Scorer(ROW_SPEC, prefix="g_")({**out})["g_reward"].tolist() == right(10)
    with pytest.raises(GuerdonError, match="has rewards, verdicts, reward already"):
        Scorer(ROW_SPEC)(out)
    with pytest.raises(GuerdonError, match="looks at a whole group"):
        Scorer({**ROW_SPEC, "credit": "credit/group-relative"})


def test_a_spec_that_the_worker_let_go_of_is_opened_again(engine: Worker):
    client = Guerdon({"guerdon": 1, "rewards": {"right": "verify/math"}})
    assert [row["reward"] for row in client.score(rows(3))] == right(3)
    process = engine._process
    assert process is not None
    (own,) = [key for key in process.handles if '"right"' in key]
    process.handles[own] = "let go of"
    assert [row["reward"] for row in client.score(rows(3))] == right(3)
    process.handles[own] = "let go of"
    with ThreadPoolExecutor(4) as threads:
        assert all([row["reward"] for row in found] == right(20) for found in threads.map(lambda _: client.score(rows(20)), range(8)))
    assert engine._process is process and process.handles[own] != "let go of"
