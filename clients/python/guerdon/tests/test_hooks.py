"""The trainers' hooks, called as the trainers call them: each test restates the caller's own lines, named with their file."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import json
import math
import pickle
import sys
import time
import types
from typing import Any

import pytest

from guerdon import NullReward, SetupError
from guerdon._trainer import Asker

GROUP_SPEC = {"guerdon": 1, "rewards": {"correct": "verify/math"}, "credit": "credit/group-relative"}


# ── what null becomes ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_choice_is_asked_for_at_start_up():
    from guerdon import areal, openrlhf

    for start in (openrlhf.reward, areal.reward, lambda: Asker("verl")):
        with pytest.raises(SetupError, match="on_null='retry'"):
            start()


@pytest.mark.parametrize("wrong", ["neutral", "neutral=", "neutral=x", "neutral=nan", "zero", {"neutral": math.inf}, True, "retry=3"])
def test_choices_that_are_none(wrong: Any):
    with pytest.raises(SetupError, match="on_null"):
        Asker("verl", on_null=wrong)


def test_the_choices(fake, tmp_path):
    row = {"response": "NULL", "reference": ""}
    for choice in ("neutral=0.25", 0.25, {"neutral": 0.25}):
        assert [each["reward"] for each in Asker("x", on_null=choice).score([{"response": "1", "reference": "1"}, row])] == [1, 0.25]
    with pytest.raises(NullReward, match="x: a response was not scored: correct: undecided, bad-reference: made up"):
        Asker("x", on_null="fail").score([row])
    once = {"response": f"NULL ONCE {tmp_path / 'seen'}", "reference": ""}
    assert [each["reward"] for each in Asker("x", on_null="retry").score([{"response": "2", "reference": "1"}, once])] == [0, 1]
    with pytest.raises(NullReward, match="after 3 more tries: correct: undecided, infrastructure"):
        Asker("x", on_null="retry").score([{"response": "DOWN", "reference": ""}])
    begun = time.monotonic()
    with pytest.raises(NullReward, match="bad-reference: made up, as it would be at another try"):
        Asker("x", on_null="retry").score([row])
    assert time.monotonic() - begun < 0.5


def test_coroutines_ask_together(fake, tmp_path):
    """What they ask for in one turn is one request, and each gets its own answer: scores, a fault, a choice for null."""
    sent: list[int] = []
    submit = fake.submit

    def counted(name: str, body: dict, *args: Any, **kwargs: Any) -> Any:
        if name == "score" and isinstance(body["rollouts"], bytes):
            sent.append(len(json.loads(body["rollouts"])))
        return submit(name, body, *args, **kwargs)

    fake.submit = counted
    ask = Asker("x", on_null="fail")
    right = [{"response": "1", "reference": "1"}]

    async def all_of(*asked: Any) -> list[Any]:
        return await asyncio.gather(*map(ask.score_async, asked), return_exceptions=True)

    got = asyncio.run(all_of(*[right] * 50))
    assert [each[0]["reward"] for each in got] == [1] * 50 and sent == [50]
    fault = [{"response": "1", "reference": object()}]
    got = asyncio.run(all_of(right, [{"response": "NULL", "reference": "1"}], right * 2, fault))
    assert [len(got[0]), type(got[1]).__name__, len(got[2]), type(got[3]).__name__] == [1, "NullReward", 2, "GuerdonError"]
    ask = Asker("x", on_null="retry")
    once = [{"response": f"NULL ONCE {tmp_path / 'seen'}", "reference": ""}]
    assert [each[0]["reward"] for each in asyncio.run(all_of(right, once))] == [1, 1]


def test_the_choice_of_the_environment(fake, monkeypatch):
    monkeypatch.setenv("GUERDON_ON_NULL", "neutral=-1")
    assert Asker("x").score([{"response": "NULL", "reference": ""}])[0]["reward"] == -1


def test_a_spec_that_compares_is_refused_where_items_come_alone(fake):
    with pytest.raises(SetupError, match="one by one"):
        Asker("x", GROUP_SPEC, on_null="fail").score([{"response": "1", "reference": "1"}])


def test_lost_rows_have_the_names_of_others(fake):
    ask = Asker("x", on_null="neutral=0")
    rows = ask.score([{"response": "DIE", "reference": ""}])
    assert rows[0]["rewards"] == {"correct": None} and rows[0]["reward"] == 0


# ── verl 0.9.1 ───────────────────────────────────────────────────────────────────────────────────────────────────────


def naive_reward_manager(compute_score: Any, response: str, ground_truth: Any, extra_info: dict, loop_kwargs: dict) -> dict:
    """`NaiveRewardManager.run_single` (verl/experimental/reward_loop/reward_manager/naive.py) with `_call_with_kwargs` (verl/trainer/ppo/reward.py)."""

    async def run_single() -> dict:
        kwargs = {"data_source": "lighteval/MATH", "solution_str": response, "ground_truth": ground_truth, "extra_info": extra_info, **loop_kwargs}
        if inspect.iscoroutinefunction(compute_score):
            result = await compute_score(**kwargs)
        else:
            result = await asyncio.get_running_loop().run_in_executor(None, lambda: compute_score(**kwargs))
        extra = dict(result) if isinstance(result, dict) else {"acc": result}
        return {"reward_score": result["score"] if isinstance(result, dict) else result, "reward_extra_info": extra}

    return asyncio.run(run_single())


@pytest.mark.parametrize("name", ["compute_score", "async_compute_score"])
def test_verl(fake, name: str):
    function = getattr(importlib.import_module("guerdon.verl"), name)
    kwargs = {"on_null": "neutral=0", "reward_router_address": None}
    extra = {"index": 3, "num_turns": 2, "rollout_reward_scores": {}, "image": object()}
    right = naive_reward_manager(function, "4", "4", extra, kwargs)
    assert right["reward_score"] == 1 and right["reward_extra_info"] == {
        "score": 1, "acc": 1, "not_scored": 0, "verdict": "correct", "reason": "equal", "extracted": "4", "reward/correct": 1,
    }
    lost = naive_reward_manager(function, "DIE", "4", extra, kwargs)
    assert lost["reward_score"] == 0 and lost["reward_extra_info"]["not_scored"] == 1
    # A batch is made of these: every item has every key.
    assert list(lost["reward_extra_info"]) == list(right["reward_extra_info"])
    with pytest.raises(SetupError, match="verl cannot be told"):
        naive_reward_manager(function, "4", "4", {}, {})


# ── TRL 1.16.0 ───────────────────────────────────────────────────────────────────────────────────────────────────────


def calculate_rewards(functions: list, inputs: list[dict], prompts: list, completions: list) -> tuple[list[list[float]], dict, dict]:
    """`_calculate_rewards` (trl/trainer/grpo_trainer.py) without tensors; NaN says None."""
    extra: dict[str, list] = {}
    metrics: dict[str, list] = {}
    kwargs = {key: [example[key] for example in inputs] for key in inputs[0] if key not in ["prompt", "completion", "completion_ids"]}
    kwargs["trainer_state"] = object()
    kwargs["log_extra"] = lambda column, values: extra.setdefault(column, []).extend(values)
    kwargs["log_metric"] = lambda name, value: metrics.setdefault(name, []).append(value)
    rewards = []
    for function in functions:
        given = function(prompts=prompts, completions=completions, completion_ids=[[1]] * len(prompts), **kwargs)
        given = asyncio.run(given) if inspect.iscoroutinefunction(function) else given
        given = [reward if reward is not None else math.nan for reward in given]
        assert len(given) == len(prompts)
        rewards.append(given)
    return rewards, extra, metrics


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize("conversational", [False, True])
def test_trl(fake, asynchronous: bool, conversational: bool):
    from guerdon.trl import reward

    function = reward(name="math", asynchronous=asynchronous)
    assert function.__name__ == "math" and inspect.iscoroutinefunction(function) == asynchronous
    texts = ["4", "5", "NULL"]
    prompts = [[{"role": "user", "content": "2+2?"}]] * 3 if conversational else ["2+2?"] * 3
    completions = [[{"role": "assistant", "content": text}] for text in texts] if conversational else texts
    inputs = [{"prompt": prompt, "answer": "4", "image": object()} for prompt in prompts]
    rewards, extra, metrics = calculate_rewards([function], inputs, prompts, completions)
    assert rewards[0][:2] == [1, 0] and math.isnan(rewards[0][2])
    assert extra == {"math_extracted": ["4", "5", ""], "math_verdict": ["correct", "incorrect", "undecided"], "math_reason": ["equal", "different", "bad-reference"], "math_gold": ["4"] * 3}
    assert metrics == {"math/not_scored": [pytest.approx(1 / 3)]}


# ── OpenRLHF 0.11.2 ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_openrlhf(fake, monkeypatch):
    """`SingleTurnAgentExecutor` (openrlhf/utils/agent.py): the file is loaded by its path, called in a thread, one item a call."""
    monkeypatch.setenv("GUERDON_ON_NULL", "neutral=0")
    path = importlib.import_module("guerdon.openrlhf").__file__
    spec = importlib.util.spec_from_file_location("reward_func", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    chat = "<|im_start|>user\nsay 5<|im_end|>\n<|im_start|>assistant\n"

    async def fetch() -> list[dict]:
        queries = [chat + "4<|im_end|>", chat + "5<|im_end|>", chat + "DIE<|im_end|>"]
        return await asyncio.gather(*(asyncio.to_thread(module.reward_func, [q], [chat], ["4"]) for q in queries))

    got = asyncio.run(fetch())
    assert [each["rewards"] for each in got] == [[1], [0], [0]] == [each["scores"] for each in got]
    assert got[0]["extra_logs"] == {"correct": [1], "correct_scored": [1]} and got[2]["extra_logs"] == {"correct": [0], "correct_scored": [0]}
    assert module.reward_func([], [], []) == {"rewards": [], "scores": [], "extra_logs": {}}
    with pytest.raises(Exception, match="told apart"):  # prompt text is never graded
        module.reward_func(["the answer is 4"], ["2+2?"], ["4"])


# ── AReaL 1.0.4 ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_areal(fake, monkeypatch):
    """`AsyncRewardWrapper` (areal/api/reward_api.py) pickles the function to processes."""
    from guerdon import areal

    function = pickle.loads(pickle.dumps(areal.reward(on_null="neutral=0.5")))
    given = {"prompt_ids": [1], "completion_ids": [2], "answer": "4", "input_ids": object()}
    assert [function("2+2?", text, **given) for text in ("4", "5", "NULL")] == [1, 0, 0.5]
    monkeypatch.setenv("GUERDON_ON_NULL", "fail")
    assert areal.reward_fn("2+2?", "4", **given) == 1
    with pytest.raises(NullReward):
        areal.reward_fn("2+2?", "NULL", **given)


# ── slime ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_slime(fake):
    """`async_rm` and `batched_async_rm` (slime/rollout/rm_hub/__init__.py); `Sample.get_reward_value` (slime/utils/types.py)."""
    from guerdon.slime import custom_rm

    def sample(text: str) -> types.SimpleNamespace:
        return types.SimpleNamespace(prompt="2+2?", response=text, label="4", metadata={"rm_type": ""})

    args = types.SimpleNamespace(reward_key=None, guerdon_on_null="neutral=0.5")
    assert asyncio.run(custom_rm(args, sample("4"))) == 1
    assert asyncio.run(custom_rm(args, [sample("4"), sample("5"), sample("NULL")])) == [1, 0, 0.5]
    args.reward_key = "score"
    assert asyncio.run(custom_rm(args, sample("5"))) == {"correct": 0, "score": 0, "acc": 0}
    args.reward_key = "grade"
    with pytest.raises(SetupError, match="must be one of correct, score, acc"):
        asyncio.run(custom_rm(args, sample("5")))
    with pytest.raises(SetupError, match="slime cannot be told"):
        asyncio.run(custom_rm(types.SimpleNamespace(), sample("4")))


# ── verifiers 0.4.0, and rubrics up to 0.3 ───────────────────────────────────────────────────────────────────────────


def test_verifiers(fake):
    from guerdon.verifiers import rubric_reward, score_trace

    function = rubric_reward()
    said = [{"role": "assistant", "content": "4"}]
    assert asyncio.run(function(prompt=[{"role": "user", "content": "2+2?"}], completion=said, answer="4", state={}, info={})) == 1
    trace = types.SimpleNamespace(last_reply="5")
    assert asyncio.run(score_trace(trace, "4")) == {"reward": 0}
    with pytest.raises(NullReward):  # Task.score records it as an error of the task: nothing is made up
        asyncio.run(score_trace(types.SimpleNamespace(last_reply="NULL"), "4"))


# ── frameworks that are extended, by stand-ins of the classes that they have us extend ───────────────────────────────


def test_skyrl(fake, monkeypatch):
    """`BaseTextEnv` (skyrl_gym/envs/base_text_env.py), made and stepped as `GSM8kEnv` (skyrl_gym/envs/gsm8k/env.py) is."""
    base = types.ModuleType("skyrl_gym.envs.base_text_env")
    base.BaseTextEnv = type("BaseTextEnv", (), {"__init__": lambda self: None, "close": lambda self: None})
    base.BaseTextEnvStepOutput = dict
    for name, module in (("skyrl_gym", types.ModuleType("skyrl_gym")), ("skyrl_gym.envs", types.ModuleType("skyrl_gym.envs")), (base.__name__, base)):
        monkeypatch.setitem(sys.modules, name, module)
    skyrl = importlib.reload(importlib.import_module("guerdon.skyrl"))
    env = skyrl.GuerdonEnv(env_config={"on_null": "neutral=0"}, extras={"reward_spec": {"ground_truth": "4"}, "max_turns": 1})
    assert env.init([{"role": "user", "content": "2+2?"}]) == ([{"role": "user", "content": "2+2?"}], {})
    assert env.step("4") == {"observations": [], "reward": 1, "done": True, "metadata": {"verdict": "correct", "reason": "equal", "extracted": "4"}}
    assert env.get_metrics() == {"acc": 1}
    with pytest.raises(SetupError, match="SkyRL cannot be told"):
        skyrl.GuerdonEnv(env_config=None, extras={"reward_spec": {"ground_truth": "4"}})
    with pytest.raises(ValueError, match="ground_truth"):
        skyrl.GuerdonEnv(env_config=None, extras={})


def test_nemo_rl(fake):
    """`MathEnvironment.step` (nemo_rl/environments/math_environment.py): what its torch-free part is given and gives."""
    from guerdon.nemo_rl import Steps

    steps = Steps({"on_null": "neutral=0.5", "num_workers": 8})
    logs = [[{"role": "user", "content": "2+2?", "token_ids": object()}, {"role": "assistant", "content": text}] for text in ("4", "5", "NULL")]
    rows = steps.score(logs, [{"ground_truth": "4", "extracted_answer": None}] * 3)
    assert [row["reward"] for row in rows] == [1, 0, 0.5]
    with pytest.raises(SetupError, match="NeMo-RL cannot be told"):
        Steps({})
