"""Peers' own clients against a running server.

    python clients.py URL --tei TEI_URL --busy BUSY_URL --peers FOLDER [--sources FOLDER]

Packages: sandbox-fusion 0.3.7, openai 3.54.0, cohere 7.3.1, huggingface_hub 2.4.0, pydantic, aiohttp, requests, httpx.
--peers    wheels as they are installed without their dependencies, of which functions, classes and files are taken and run, unchanged: openrlhf 0.11.2, verl 0.9.1,
           eval-protocol 0.3.33, tei-client 0.2.4, llama-index-postprocessor-tei-rerank 0.6.0, llama-index-postprocessor-jinaai-rerank 0.6.0
--sources  checkouts by name, for what no package index has: slime, open-instruct, reasoning-gym, vllm; those that are not there are not run
NeMo-Gym is in nemo_gym.py beside this. scripts/clients.ts installs the packages, starts the servers as they are needed here, and runs this.

A client that is paid a wrong number, or that does not ask again where it is told to, ends this with a failed assertion.
"""

import argparse
import ast
import asyncio
import base64
import dataclasses
import importlib
import importlib.util
import io
import itertools
import json
import logging
import os
import pickle
import random
import re
import sys
import threading
import time
import types
import typing
import weakref
import zlib
from contextlib import redirect_stdout

import aiohttp
import cohere
import httpx
import huggingface_hub
import openai
import pydantic
import requests
import sandbox_fusion

parser = argparse.ArgumentParser()
parser.add_argument("url")
for name in ("tei", "busy", "peers", "sources"):
    parser.add_argument(f"--{name}")
options = parser.parse_args()
url = options.url
logging.disable(logging.CRITICAL)

RIGHT = "<|im_start|>user\n6 × 7?<|im_end|>\n<|im_start|>assistant\n\\boxed{42}<|im_end|>\n"
TAGGED = "<|im_start|>user\n6 × 7?<|im_end|>\n<|im_start|>assistant\n<think>x</think><answer>42</answer><|im_end|>\n"


class Away(Exception):
    """What a check needs is not here."""


def peer(path):
    return os.path.join(options.peers or "", path)


def source(path):
    """A file of a checkout."""
    full = os.path.join(options.sources or "", path)
    if options.sources is None or not os.path.exists(full):
        raise Away(path)
    return full


def function_of(path, name, **names):
    """A function or a class of a source file, without the imports of the file."""
    with open(path, encoding="utf8") as file:
        tree = ast.parse(file.read())
    found = next(node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name)
    modules = {each.__name__: each for each in (aiohttp, asyncio, random, base64, pickle, zlib, httpx, requests, os, re, weakref, dataclasses, importlib)}
    scope = {**vars(typing), **modules, "logger": logging.getLogger(name), "Sample": object, "DataProto": object, **names}
    exec(compile(ast.Module([found], []), path, "exec"), scope)
    return scope[name]


def module_of(path, name):
    """A source file as a module."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def port_of(address):
    return int(address.rsplit(":", 1)[1])


def refused(call, *kinds):
    """What a call raises."""
    try:
        answer = call()
    except kinds or Exception as error:
        return error
    raise AssertionError(f"must be refused, got {answer!r}")


def busy_for(seconds):
    """Keeps the only place of the busy server taken for a while, from now on."""
    program = {"code": f"import time; time.sleep({seconds})", "language": "python", "run_timeout": seconds + 5}
    thread = threading.Thread(target=lambda: requests.post(f"{options.busy}/run_code", json=program, timeout=60))
    thread.start()
    while requests.get(f"{options.busy}/v1/models", timeout=5).ok:
        time.sleep(0.01)
    return thread


# ── OpenRLHF, slime, verl ────────────────────────────────────────────────────────────────────────────────────────────


def executor(endpoints):
    """As SingleTurnAgentExecutor has what its method reads."""
    return types.SimpleNamespace(reward_endpoints=endpoints, _reward_endpoint_cycle=itertools.cycle(endpoints))


def openrlhf():
    fetch = function_of(peer("openrlhf/utils/agent.py"), "_fetch_rewards_via_http")
    query, prompt = "6 × 7 = \\boxed{42}<|im_end|>", "6 × 7 = "
    for endpoints in ([f"{url}/get_reward"], [f"{url}/get_reward"] * 3):
        answers = asyncio.run(fetch(executor(endpoints), [query], [prompt], ["42"]))
        assert answers[0]["rewards"] == [1] and answers[0]["scores"] == [1] and answers[0]["extra_logs"]["correct"] == [1], answers
    two = asyncio.run(fetch(executor([f"{url}/get_reward"] * 2), [query, f"{prompt}41"], [prompt] * 2, ["42"] * 2))
    assert [each["rewards"] for each in two] == [[1], [0]], two
    # Without a reference there is no number: 422, which it tries five times, and its caller goes on without a reward.
    asyncio.sleep, sleep = (lambda seconds: sleep(0)), asyncio.sleep
    try:
        assert "Request error for 5 times" in str(refused(lambda: asyncio.run(fetch(executor([f"{url}/get_reward"]), [query], [prompt], [None])), RuntimeError))
    finally:
        asyncio.sleep = sleep


def openrlhf_busy():
    fetch = function_of(peer("openrlhf/utils/agent.py"), "_fetch_rewards_via_http")
    assert asyncio.run(fetch(executor([f"{options.busy}/get_reward"]), ["6 × 7 = \\boxed{42}"], ["6 × 7 = "], ["42"]))[0]["rewards"] == [1]


def slime_of(address, label, **more):
    async def run():
        async with aiohttp.ClientSession() as session:
            remote_rm = function_of(source("slime/slime/rollout/rm_hub/__init__.py"), "remote_rm", _get_shared_session=lambda: session)
            sample = types.SimpleNamespace(prompt="6 × 7?", response="\\boxed{42}", label=label)
            return await remote_rm(types.SimpleNamespace(rm_url=f"{address}/remote_rm"), sample, **more)

    return asyncio.run(run())


def slime():
    assert slime_of(url, "42") == 1 and slime_of(url, "43") == 0
    assert refused(lambda: slime_of(url, None, max_retries=1), aiohttp.ClientResponseError).status == 422


def slime_busy():
    assert slime_of(options.busy, "42") == 1


def verl_sandbox():
    utils = module_of(peer("verl/utils/reward_score/sandbox_fusion/utils.py"), "sandbox_fusion_utils")
    generation = "n = int(input())\nwhile n == 0: pass\nprint(6 // (n - 1))"
    results, _ = utils.check_correctness(f"{url}/run_code", {"inputs": ["3", "3", "1", "0"], "outputs": ["3", "4", "x", "x"]}, generation, timeout=2)
    assert results == [True, False, -2, -3], results
    results, _ = utils.check_correctness(f"{url}/run_code", {"inputs": ["1\n2"], "outputs": ["3"], "fn_name": "add"}, "def add(a, b):\n    return a + b", timeout=5)
    assert results == [True], results


def verl_sandbox_busy():
    utils = module_of(peer("verl/utils/reward_score/sandbox_fusion/utils.py"), "sandbox_fusion_utils")
    results, _ = utils.check_correctness(f"{options.busy}/run_code", {"inputs": ["1"], "outputs": ["2"]}, "print(int(input()) + 1)", timeout=5)
    assert results == [True], results


def verl_reward_model(address, engine, path=peer("verl/experimental/reward_loop/reward_loop.py")):
    """The discriminative reward model of vLLM or SGLang: the spec named format stands behind `?spec=format`."""

    async def prompt(data):
        return TAGGED

    post, score = function_of(path, "_post_request"), function_of(path, "compute_score_disrm")
    model = types.SimpleNamespace(rollout=types.SimpleNamespace(name=engine), model_path="rm")
    worker = types.SimpleNamespace(config=types.SimpleNamespace(reward=types.SimpleNamespace(reward_model=model)), reward_router_address=address.removeprefix("http://"), _preprocess_reward_inputs=prompt)
    worker._post_request = lambda payload, endpoint: post(worker, payload, f"{endpoint}?spec=format")
    return asyncio.run(score(worker, None))


def verl_reward_loop():
    for engine in ("vllm", "sglang"):
        assert verl_reward_model(url, engine) == {"reward_score": 1}


def verl_reward_loop_busy():
    assert verl_reward_model(options.busy, "vllm") == {"reward_score": 1}


# ── programs ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def sandbox():
    from sandbox_fusion import RunCodeRequest, RunJupyterRequest, RunStatus, SubmitRequest, TestConfig, run_code, run_code_async, run_concurrent, run_jupyter, submit

    sandbox_fusion.set_endpoint(url)
    answer = run_code(RunCodeRequest(code="print(input())", language="python", stdin="hi\n"))
    assert answer.status == RunStatus.Success and answer.run_result.stdout == "hi\n", answer
    assert asyncio.run(run_code_async(RunCodeRequest(code="1 / 0", language="python"))).status == RunStatus.Failed
    answer = run_code(RunCodeRequest(code="print(open('a.txt').read())", language="python", files={"a.txt": base64.b64encode(b"hey").decode()}))
    assert answer.run_result.stdout == "hey\n", answer
    tests = [{"input": {"stdin": "2"}, "output": {"stdout": "4"}}]
    config = TestConfig(dataset_type="CommonOJDataset", language="python", provided_data={"test": tests})
    assert submit(SubmitRequest(dataset="mine", id=1, completion="```python\nprint(int(input()) * 2)\n```", config=config)).accepted
    answers = run_concurrent(run_code, args=[[RunCodeRequest(code=f"print({i})", language="python")] for i in range(8)])
    assert [each.run_result.stdout for each in answers] == [f"{i}\n" for i in range(8)]
    assert "no notebook kernel" in str(refused(lambda: run_jupyter(RunJupyterRequest(cells=["1"]), max_attempts=1)))


def sandbox_busy():
    from sandbox_fusion import RunCodeRequest, run_code

    assert run_code(RunCodeRequest(code="print(1)", language="python"), endpoint=options.busy).run_result.stdout == "1\n"


def open_instruct():
    pack = function_of(source("open-instruct/open_instruct/code_utils/code_utils.py"), "encode_tests")
    path = source("open-instruct/open_instruct/ground_truth_utils.py")
    result = dataclasses.make_dataclass("VerificationResult", [("score", float)])

    class Base:
        def __init__(self, name, weight, verifier_config):
            self.verifier_config = verifier_config

    verifier = function_of(path, "CodeVerifier", VerifierFunction=Base, VerificationResult=result, CodeVerifierConfig=object, VerifierConfig=object)

    def score(route, program, tests, threshold=0.0):
        settings = types.SimpleNamespace(code_api_url=f"{url}/{route}", code_max_execution_time=2.0, code_pass_rate_reward_threshold=threshold, code_apply_perf_penalty=False)
        return asyncio.run(verifier(settings).async_call([], f"So:\n```python\n{program}\n```", tests)).score

    assert score("test_program", "def f(x):\n    return x + 1", pack(["assert f(1) == 2", "assert f(1) == 3"])) == 0.5
    assert score("test_program", "def f(x):\n    return x + 1", ["assert f(1) == 2"], threshold=0.9) == 1
    assert score("test_program_stdio", "print(int(input()) + 1)", pack([{"input": "1\n", "output": "2\n"}] * 50)) == 1
    # What no server can help: every error is a 0 with this client, a test that is at fault too.
    assert score("test_program", "def f(x):\n    return x + 1", ["no test at all ("]) == 0


# ── reward models ────────────────────────────────────────────────────────────────────────────────────────────────────


def openai_client():
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none")
    model = client.models.list().data[0].id
    answer = client.embeddings.create(model=model, input=[RIGHT, RIGHT.replace("42", "41")], extra_body={"reference": "42"})
    assert [each.embedding for each in answer.data] == [[1.0], [0.0]] and answer.model == model, answer
    assert refused(lambda: client.embeddings.create(model=model, input=RIGHT), openai.APIStatusError).status_code == 422


def openai_client_busy():
    answer = openai.OpenAI(base_url=f"{options.busy}/v1", api_key="none").embeddings.create(model="rm", input=RIGHT, extra_body={"reference": "42"})
    assert answer.data[0].embedding == [1.0], answer


def cohere_client():
    documents = ["\\boxed{41}", "\\boxed{42}", "none"]
    for client in (cohere.Client(base_url=url, api_key="none"), cohere.ClientV2("none", base_url=url)):
        answer = client.rerank(model="rm", query="6 × 7?", documents=documents, request_options={"additional_body_parameters": {"reference": "42"}})
        assert [(each.index, each.relevance_score) for each in answer.results] == [(1, 1), (0, 0), (2, 0)], answer
        two = client.rerank(model="rm", query="6 × 7?", documents=documents, top_n=1, request_options={"additional_body_parameters": {"reference": "42"}})
        assert [each.index for each in two.results] == [1], two


def cohere_client_busy():
    answer = cohere.ClientV2("none", base_url=options.busy).rerank(model="rm", query="6 × 7?", documents=["\\boxed{42}"], request_options={"additional_body_parameters": {"reference": "42"}})
    assert answer.results[0].relevance_score == 1, answer


def jina_rerank():
    """LlamaIndex's client of Jina's API, down to its request."""
    post = function_of(peer("llama_index/postprocessor/jinaai_rerank/base.py"), "_postprocess_nodes", **llama_index())
    self = reranker(api_url=f"{url}/v1/rerank?spec=format", model="jina-reranker-v2", top_n=2, _session=requests.Session())
    nodes = post(self, [node_of("none"), node_of("<think>x</think><answer>42</answer>"), node_of("")], types.SimpleNamespace(query_str="6 × 7?"))
    assert [each.score for each in nodes] == [1, 0] and nodes[0].node.text.startswith("<think>"), nodes


def tei_rerank():
    """LlamaIndex's client of TEI."""
    path = peer("llama_index/postprocessor/tei_rerank/base.py")
    post, call = function_of(path, "_postprocess_nodes", **llama_index()), function_of(path, "_call_api")
    self = reranker(base_url=options.tei, top_n=5, auth_token=None, timeout=30, keep_retrieval_score=False, mode="text", model_name="API")
    self._call_api = lambda query, texts: call(self, query, texts)
    nodes = post(self, [node_of("none"), node_of("<think>x</think><answer>42</answer>")], types.SimpleNamespace(query_str="6 × 7?"))
    assert [each.score for each in nodes] == [1, 0], nodes


def node_of(text):
    return types.SimpleNamespace(node=types.SimpleNamespace(text=text, get_content=lambda metadata_mode: text, metadata={}), text=text, score=None)


def llama_index():
    """What LlamaIndex's modules import from its core."""
    names = ("ReRankStartEvent", "ReRankEndEvent", "EventPayload", "CBEventType", "MetadataMode")
    anything = type("Anything", (), {"__getattr__": lambda self, name: name, "__call__": lambda self, **given: None})()
    return {**{each: anything for each in names}, "dispatcher": types.SimpleNamespace(event=lambda event: None), "NodeWithScore": types.SimpleNamespace, "QueryBundle": object}


def reranker(**fields):
    class Event:
        def __init__(self, *args, **given):
            self.on_end = lambda **given: None

        def __enter__(self):
            return self

        def __exit__(self, *error):
            return None

    return types.SimpleNamespace(callback_manager=types.SimpleNamespace(event=Event), **fields)


def tei_client():
    sys.path.append(options.peers)
    from tei_client import HttpClient

    client = HttpClient(options.tei)
    assert client.health() and client.info().server_model_type.value == "reranker"
    assert [(each.index, each.score) for each in client.rerank("6 × 7?", ["none", "<think>x</think><answer>42</answer>"]).ranks] == [(1, 1), (0, 0)]
    # It asks /predict of classifiers alone.
    client._ModelTypeMixin__model_type = "classifier"
    assert [each.scores[0].score for each in client.classify([("6 × 7?", "<think>x</think><answer>42</answer>"), ("6 × 7?", "none")])] == [1, 0]


def hugging_face():
    """`text_classification` of an endpoint, which posts `{"inputs": …}` where it is told."""
    found = huggingface_hub.InferenceClient(model=f"{options.tei}/predict").text_classification(TAGGED)
    # Of TEI's answer to one text it gives the first label.
    assert found.score == 1 and found.label == "LABEL_0", found


def vllm_examples():
    """Their example clients as programs: what they print is their server's answer."""
    folder = source("vllm/examples/pooling")

    def printed(path, **names):
        module = module_of(os.path.join(folder, path), os.path.basename(path)[:-3])
        for name, value in names.items():
            setattr(module, name, value)
        with redirect_stdout(io.StringIO()) as out:
            if "args" in module.main.__code__.co_varnames[: module.main.__code__.co_argcount]:
                module.main(types.SimpleNamespace(host="127.0.0.1", port=port_of(url), model="rm"))
            else:
                module.main()
        return out.getvalue()

    # They ask with no reference: it is put beside what they send, and the spec named exact is asked.
    said = {"reference": "The capital of France is Paris."}
    requests.post, post = (lambda address, json, **given: post(f"{address}?spec=exact", json={**json, **said}, **given)), requests.post
    try:
        text = printed("score/score_api_online.py")
        assert re.findall(r"'score': (\d)", text) == ["0", "0", "1", "0", "1"], text
        ranked = json.loads(printed("score/rerank_api_online.py", url=f"{url}/rerank").split("\n", 1)[1])["results"]
        assert [(each["index"], each["relevance_score"]) for each in ranked] == [(1, 1), (0, 0), (2, 0)], ranked
        # A text or a conversation in which nobody has answered is refused, and they print why.
        assert printed("reward/sequence_reward_online.py").count("'type': 'BadRequestError'") == 2
        # What is asked of the tokenizer is not there.
        assert "tokens" in str(refused(lambda: printed("classify/classification_online.py"), KeyError))
    finally:
        requests.post = post
    # Their clients of Cohere and OpenAI send no reference, and are refused by the spec that needs one.
    module = module_of(os.path.join(folder, "score/cohere_rerank_client.py"), "cohere_rerank_client")
    assert refused(lambda: module.cohere_rerank(cohere.ClientV2("none", base_url=url), "rm", module.query, module.documents), cohere.core.api_error.ApiError).status_code == 422


# ── environments ─────────────────────────────────────────────────────────────────────────────────────────────────────


def eval_protocol():
    base = {"BaseModel": pydantic.BaseModel, "Field": pydantic.Field}
    path = peer("eval_protocol/models.py")
    metric, step = function_of(path, "MetricResult", **base), function_of(path, "StepOutput", **base)
    result = function_of(path, "EvaluateResult", MetricResult=metric, StepOutput=step, **base)
    messages = [{"role": "user", "content": "6 × 7?"}, {"role": "assistant", "content": "\\boxed{41}"}, {"role": "user", "content": "Sure?"}, {"role": "assistant", "content": "\\boxed{42}"}]
    read = result.model_validate(requests.post(f"{url}/reward", json={"messages": messages, "ground_truth": "42"}, timeout=30).json())
    assert read.score == 1 and read.is_score_valid and [each.base_reward for each in read.step_outputs] == [0, 1], read
    read = result.model_validate(requests.post(f"{url}/evaluate", json={"messages": messages, "ground_truth": None, "kwargs": {}}, timeout=30).json())
    assert not read.is_score_valid and read.step_outputs == [], read
    remote = function_of(peer("eval_protocol/reward_function.py"), "RewardFunction", EvaluateResult=result, MetricResult=metric)
    ask = remote(mode="remote", endpoint=f"{url}/reward")
    assert ask(messages=messages, ground_truth="42").score == 1 and ask(messages=messages, ground_truth="43").score == 0
    # Without a truth it sends what came before the answer, which is no truth; of the answer it reads the score, and of metrics `success`.
    open_ = ask(messages=messages)
    assert open_.score == 0 and not open_.metrics["correct"].is_score_valid, open_
    # That is why who serves it says what a null becomes: elsewhere it fails.
    assert refused(lambda: remote(mode="remote", endpoint=f"{options.tei}/reward?spec=correct")(messages=messages), requests.HTTPError).response.status_code == 422


def reasoning_gym():
    root = os.path.dirname(os.path.dirname(source("reasoning-gym/tools/server/models.py")))
    models = module_of(os.path.join(root, "server/models.py"), "tools.server.models")
    names = {name: getattr(models, name) for name in ("AnswerItem", "BatchResponse", "DatasetConfigUpdate", "ExperimentCreate", "ExperimentList", "ExperimentResponse", "ScoringRequest", "ScoringResponse")}
    client = function_of(os.path.join(root, "cli/rgc/client.py"), "RGClient", DEFAULT_SERVER=url, API_KEY="none", **names)()
    assert client.check_health()
    entries = client.get_batch("sums", 0, 4).entries
    assert [each.entry_id for each in entries] and client.list_experiments().experiments == ["sums"], entries
    right = [models.AnswerItem(entry_id=each.entry_id, answer="4") for each in entries]
    scored = client.score_outputs("sums", right)
    assert scored.entry_ids == [each.entry_id for each in entries] and scored.scores[0] == 1 and set(scored.scores) <= {0, 1}, scored


# ── all of them ──────────────────────────────────────────────────────────────────────────────────────────────────────

checks = [openai_client, cohere_client, sandbox]
if options.peers:
    checks += [openrlhf, verl_sandbox, verl_reward_loop, eval_protocol, jina_rerank]
if options.peers and options.tei:
    checks += [tei_rerank, tei_client]
if options.tei:
    checks += [hugging_face]
checks += [slime, open_instruct, reasoning_gym, vllm_examples]
# Their retries: the only place of a server is taken when they ask.
busy = [openai_client_busy, cohere_client_busy, sandbox_busy, *([openrlhf_busy, verl_sandbox_busy, verl_reward_loop_busy] if options.peers else []), slime_busy]

ran, away = [], []
for check in [*checks, *(busy if options.busy else [])]:
    began = time.monotonic()
    try:
        holder = busy_for(0.7) if check in busy else None
        check()
        if holder is not None:
            holder.join()
        ran.append(check.__name__)
        print(f"{check.__name__}: {time.monotonic() - began:.1f} s")
    except Away as error:
        away.append(check.__name__)
        print(f"{check.__name__}: not run, there is no {error}")
print(f"{len(ran)} clients, all as they should; {len(away)} not run")
