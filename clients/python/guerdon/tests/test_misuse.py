"""What people get wrong: said at once, with the nearest right thing, and never scored by another reward than was asked for."""

from __future__ import annotations

import asyncio
import types

import pytest

from guerdon import SetupError


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

    with pytest.raises(SetupError, match=r"there is no setting 'zzzzzz' \(there are reward, on_null, url\)"):
        compute_score("gsm8k", "4", "4", {}, on_null="fail", zzzzzz=1)
