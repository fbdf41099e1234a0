"""Peers' own clients against a running server: python clients.py URL [--PEER FILE]…

Packages: sandbox-fusion 0.3.7, openai 3, pandas, pydantic, aiohttp, requests. The options name source files of checkouts, of which functions and classes are taken and run, unchanged:
--openrlhf openrlhf/utils/agent.py, --slime slime/rollout/rm_hub/__init__.py, --verl verl/utils/reward_score/sandbox_fusion/utils.py,
--verl-reward-loop verl/experimental/reward_loop/reward_loop.py, --open-instruct open_instruct/code_utils/code_utils.py, --eval-protocol eval_protocol/models.py.
The server, with a spec of verify/math alone and one named format of verify/tags with the tags think and answer:
guerdon serve --reward correct.yaml --reward format=format.yaml --contract openrlhf:retry --contract slime:retry --contract embeddings:retry --contract vllm:retry
  --contract sandbox-fusion --contract open-instruct --contract nemo-gym:said --contract eval-protocol:steps=turns
"""

import argparse
import ast
import asyncio
import base64
import importlib.util
import logging
import random
import pickle
import types
import typing
import zlib

import aiohttp
import openai
import pandas
import pydantic
import requests
import sandbox_fusion

parser = argparse.ArgumentParser()
parser.add_argument("url")
for peer in ("openrlhf", "slime", "verl", "verl-reward-loop", "open-instruct", "eval-protocol"):
    parser.add_argument(f"--{peer}")
options = parser.parse_args()
url = options.url


def function_of(path, name, **names):
    """A function or a class of a source file, without the imports of the file."""
    with open(path, encoding="utf8") as file:
        tree = ast.parse(file.read())
    found = next(node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name)
    scope = {**vars(typing), "aiohttp": aiohttp, "asyncio": asyncio, "random": random, "base64": base64, "pickle": pickle, "zlib": zlib, "logger": logging.getLogger(name), "Sample": object, "DataProto": object}
    scope |= names
    exec(compile(ast.Module([found], []), path, "exec"), scope)
    return scope[name]


def openai_embeddings():
    text = "<|im_start|>user\n6 × 7?<|im_end|>\n<|im_start|>assistant\n\\boxed{42}<|im_end|>\n"
    answer = openai.OpenAI(base_url=f"{url}/v1", api_key="none").embeddings.create(model="rm", input=text, extra_body={"reference": "42"})
    assert answer.data[-1].embedding == [1.0], answer


def sandbox():
    from sandbox_fusion import RunCodeRequest, RunJupyterRequest, RunStatus, SubmitRequest, TestConfig, run_code, run_concurrent, run_jupyter, submit

    sandbox_fusion.set_endpoint(url)
    answer = run_code(RunCodeRequest(code="print(input())", language="python", stdin="hi\n"))
    assert answer.status == RunStatus.Success and answer.run_result.stdout == "hi\n", answer
    answer = run_code(RunCodeRequest(code="print(open('a.txt').read())", language="python", files={"a.txt": base64.b64encode(b"hey").decode()}))
    assert answer.run_result.stdout == "hey\n", answer
    tests = [{"input": {"stdin": "2"}, "output": {"stdout": "4"}}]
    config = TestConfig(dataset_type="CommonOJDataset", language="python", provided_data={"test": tests})
    assert submit(SubmitRequest(dataset="mine", id=1, completion="```python\nprint(int(input()) * 2)\n```", config=config)).accepted
    answers = run_concurrent(run_code, args=[[RunCodeRequest(code=f"print({i})", language="python")] for i in range(8)])
    assert [each.run_result.stdout for each in answers] == [f"{i}\n" for i in range(8)]
    try:
        run_jupyter(RunJupyterRequest(cells=["1"]), max_attempts=1)
        raise AssertionError("a notebook was run")
    except Exception as error:
        assert "no notebook kernel" in str(error), error


def nemo_gym_metrics():
    rows = [{"_ng_task_index": i % 3, "_ng_rollout_index": i // 3, "reward": random.random(), "ok": random.random() < 0.5, "response": {"usage": {"total_tokens": random.randrange(100)}}} for i in range(40)]
    got = requests.post(f"{url}/aggregate_metrics", json={"verify_responses": rows}, timeout=30).json()
    frame = pandas.DataFrame([{"task": row["_ng_task_index"], "reward": row["reward"], "ok": int(row["ok"]), "total_tokens": row["response"]["usage"]["total_tokens"]} for row in rows])
    for group, metrics in [(frame, got["agent_metrics"]), *((frame[frame.task == m["_ng_task_index"]], m) for m in got["group_level_metrics"])]:
        for column in ("reward", "ok", "total_tokens"):
            for name in ("mean", "max", "min", "median", "std"):
                assert abs(getattr(group[column], name)() - metrics[f"{name}/{column}"]) < 1e-12, (name, column)


def openrlhf(path):
    fetch = function_of(path, "_fetch_rewards_via_http")
    query = "6 × 7 = \\boxed{42}<|im_end|>"
    for endpoints in ([f"{url}/get_reward"], [f"{url}/get_reward"] * 3):
        answers = asyncio.run(fetch(types.SimpleNamespace(reward_endpoints=endpoints), [query], ["6 × 7 = "], ["42"]))
        assert answers[0]["rewards"] == [1] and answers[0]["scores"] == [1] and len(answers) == len(endpoints), answers


def slime(path):
    async def run():
        async with aiohttp.ClientSession() as session:
            remote_rm = function_of(path, "remote_rm", _get_shared_session=lambda: session)
            sample = types.SimpleNamespace(prompt="6 × 7?", response="\\boxed{41}", label="42")
            return await remote_rm(types.SimpleNamespace(rm_url=f"{url}/remote_rm"), sample, max_retries=1)

    assert asyncio.run(run()) == 0


def verl(path):
    spec = importlib.util.spec_from_file_location("sandbox_fusion_utils", path)
    utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(utils)
    generation = "n = int(input())\nwhile n == 0: pass\nprint(6 // (n - 1))"
    results, _ = utils.check_correctness(f"{url}/run_code", {"inputs": ["3", "3", "1", "0"], "outputs": ["3", "4", "x", "x"]}, generation, timeout=2)
    assert results == [True, False, -2, -3], results
    results, _ = utils.check_correctness(f"{url}/run_code", {"inputs": ["1\n2"], "outputs": ["3"], "fn_name": "add"}, "def add(a, b):\n    return a + b", timeout=5)
    assert results == [True], results


def verl_reward_loop(path):
    """The discriminative reward model of vLLM and of SGLang: the spec named format stands behind `?spec=format`."""
    text = "<|im_start|>user\n6 × 7?<|im_end|>\n<|im_start|>assistant\n<think>x</think><answer>42</answer><|im_end|>\n"

    async def prompt(data):
        return text

    for engine in ("vllm", "sglang"):
        post, score = function_of(path, "_post_request"), function_of(path, "compute_score_disrm")
        model = types.SimpleNamespace(rollout=types.SimpleNamespace(name=engine), model_path="rm")
        worker = types.SimpleNamespace(config=types.SimpleNamespace(reward=types.SimpleNamespace(reward_model=model)), reward_router_address=url.removeprefix("http://"), _preprocess_reward_inputs=prompt)
        worker._post_request = lambda payload, endpoint, post=post, worker=worker: post(worker, payload, f"{endpoint}?spec=format", max_retries=1)
        assert asyncio.run(score(worker, None)) == {"reward_score": 1}


def open_instruct(path):
    pack = function_of(path, "encode_tests")
    answer = requests.post(f"{url}/test_program", json={"program": "def f(x):\n    return x + 1", "tests": pack(["assert f(1) == 2", "assert f(1) == 3"]), "max_execution_time": 2.0}, timeout=60).json()
    assert answer["results"] == [1, 0] and answer["runtimes"][0] >= 0, answer
    answer = requests.post(f"{url}/test_program_stdio", json={"program": "print(int(input()) + 1)", "tests": pack([{"input": "1\n", "output": "2\n"}] * 200), "max_execution_time": 2.0}, timeout=100).json()
    assert answer["results"] == [1] * 200, answer


def eval_protocol(path):
    base = {"BaseModel": pydantic.BaseModel, "Field": pydantic.Field}
    metric, step = function_of(path, "MetricResult", **base), function_of(path, "StepOutput", **base)
    result = function_of(path, "EvaluateResult", MetricResult=metric, StepOutput=step, **base)
    messages = [{"role": "user", "content": "6 × 7?"}, {"role": "assistant", "content": "\\boxed{41}"}, {"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "\\boxed{42}"}]
    read = result.model_validate(requests.post(f"{url}/reward", json={"messages": messages, "ground_truth": "42"}, timeout=30).json())
    assert read.score == 1 and read.is_score_valid and [each.base_reward for each in read.step_outputs] == [0, 1], read
    read = result.model_validate(requests.post(f"{url}/evaluate", json={"messages": messages, "ground_truth": None, "kwargs": {}}, timeout=30).json())
    assert not read.is_score_valid and read.step_outputs == [], read


checks = [openai_embeddings, sandbox, nemo_gym_metrics]
given = ((openrlhf, options.openrlhf), (slime, options.slime), (verl, options.verl), (verl_reward_loop, options.verl_reward_loop), (open_instruct, options.open_instruct), (eval_protocol, options.eval_protocol))
checks += [lambda f=f, path=path: f(path) for f, path in given if path]
for check in checks:
    check()
print(f"{len(checks)} clients, all as they should")
