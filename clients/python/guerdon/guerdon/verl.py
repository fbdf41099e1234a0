"""
verl: rewards and advantages.

    reward.custom_reward_function.path=pkg://guerdon.verl
    reward.custom_reward_function.name=compute_score
    +reward.custom_reward_function.reward_kwargs.on_null=retry

and, for advantages, `VERL_USE_EXTERNAL_MODULES=guerdon.verl_advantages` with `algorithm.adv_estimator=guerdon/leave-one-out` (any method of
`credit/` that takes the rewards of a group or of a batch).

Restated and tested from verl 0.9.1: verl/experimental/reward_loop/reward_manager/naive.py, verl/trainer/ppo/{reward,core_algos,ray_trainer}.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ._client import Guerdon, Reward
from ._null import OnNull
from ._settings import require_known
from ._trainer import accuracy, asker, first_verdict, number, plain_columns
from ._types import Columns, Json, ScoredRow

#: Credit methods over the rewards of a group or a batch, which verl gives an estimator what they need for.
ESTIMATORS = (
    "group-relative",
    "leave-one-out",
    "max-likelihood",
    "best-of-group",
    "pass-at-k",
    "group-policy-gradient",
    "batch-relative",
)
#: What `reward_kwargs` may say. verl adds names of its own (`reward_router_address`, `reward_model_tokenizer`).
SETTINGS = ("reward", "on_null", "url", "columns")


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    *,
    reward: Reward = None,
    on_null: OnNull = None,
    url: str | None = None,
    columns: Columns | None = None,
    **others: Any,
) -> dict[str, Any]:
    """verl's reward function: `score`, which is trained on, and what its logs show beside it, the same keys for every item."""
    require_known("verl", others, SETTINGS, theirs="reward_")
    rows = [_row(data_source, solution_str, ground_truth, extra_info)]
    return _scores(asker("verl", reward, on_null=on_null, url=url, columns=columns).score(rows)[0])


async def async_compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    *,
    reward: Reward = None,
    on_null: OnNull = None,
    url: str | None = None,
    columns: Columns | None = None,
    **others: Any,
) -> dict[str, Any]:
    """As `compute_score`, for the reward loop: many wait at once, none holds a thread."""
    require_known("verl", others, SETTINGS, theirs="reward_")
    rows = [_row(data_source, solution_str, ground_truth, extra_info)]
    return _scores((await asker("verl", reward, on_null=on_null, url=url, columns=columns).score_async(rows))[0])


def _row(data_source: str, solution_str: str, ground_truth: Any, extra_info: Mapping[str, Any] | None) -> dict[str, Json]:
    return {"response": solution_str, "reference": ground_truth, "task": data_source, "extra_info": plain_columns(extra_info or {})}


def _scores(row: ScoredRow) -> dict[str, Any]:
    components = {f"reward/{name}": math.nan if value is None else value for name, value in row["rewards"].items()}
    return {"score": number(row), "acc": accuracy(row), "not_scored": float(row.get("neutral", False)), **first_verdict(row), **components}


def register_advantages(names: Sequence[str] = ESTIMATORS, *, preset: str | None = "verl", options: Mapping[str, Json] | None = None, guerdon: Guerdon | None = None) -> list[str]:
    """
    Registers `guerdon/NAME` with verl for credit methods, and returns the names. A preset that a method has not is left out for it.

    An estimator is given one reward a response (the sum of its token rewards), and spreads the advantage over the tokens that are trained.
    """
    from verl.trainer.ppo.core_algos import ADV_ESTIMATOR_REGISTRY, register_adv_est

    registered = []
    for name in names:
        own = f"guerdon/{name.removeprefix('credit/')}"
        registered.append(own)
        if own not in ADV_ESTIMATOR_REGISTRY:
            register_adv_est(own)(estimator(f"credit/{name.removeprefix('credit/')}", preset=preset, options=options, guerdon=guerdon))
    return registered


def estimator(method: str, *, preset: str | None = None, options: Mapping[str, Json] | None = None, guerdon: Guerdon | None = None) -> Callable[..., tuple[Any, Any]]:
    """An advantage estimator of verl: `(token_level_rewards, response_mask, index) → (advantages, returns)`, shapes [B, T]."""
    client = guerdon or Guerdon()
    presets: dict[str, str | None] = {}

    def estimate(token_level_rewards: Any, response_mask: Any, index: Any = None, **_: Any) -> tuple[Any, Any]:
        import torch

        if method not in presets:
            record = client.methods(method)[0]
            presets[method] = preset if preset is not None and _has_preset(record, preset) else None
        with torch.no_grad():
            rewards = token_level_rewards.sum(dim=-1)
            groups = index if index is not None else [0] * len(rewards)
            credited = client.advantages(rewards.double(), list(groups), method=method, preset=presets[method], options=options).advantages
            advantages = torch.as_tensor(credited, dtype=token_level_rewards.dtype, device=token_level_rewards.device)
            # What was not scored has nothing to teach.
            spread = torch.nan_to_num(advantages, nan=0.0).unsqueeze(-1) * response_mask
        return spread, spread

    return estimate


def _has_preset(record: Mapping[str, Json], preset: str) -> bool:
    return any(str(name).split("@")[0] == preset.split("@")[0] for name in record.get("presets") or ())
