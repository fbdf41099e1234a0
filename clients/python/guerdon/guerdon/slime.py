"""
slime (and miles): a custom reward function.

    --custom-rm-path guerdon.slime.custom_rm       with GUERDON_ON_NULL set, or args.guerdon_on_null by --custom-config-path

Samples may come one by one or in a batch (`--group-rm`). With `--reward-key NAME` the reward is an object: `score`, `acc` and the rewards of the spec by
name.

Restated and tested from slime's slime/rollout/rm_hub/__init__.py (`async_rm`, `batched_async_rm`) and slime/utils/types.py (`Sample`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._errors import SetupError
from ._settings import require_known
from ._trainer import accuracy, asker, number, plain_columns
from ._types import Json, ScoredRow

#: What --custom-config-path may say.
SETTINGS = ("guerdon_reward", "guerdon_on_null", "guerdon_url", "guerdon_columns")


async def custom_rm(args: Any, sample: Any, **_: Any) -> Any:
    """The reward of a sample, or those of a list of them."""
    samples = sample if isinstance(sample, (list, tuple)) else [sample]
    require_known("slime", (name for name in vars(args) if name.startswith("guerdon_")), SETTINGS)
    settings = {name.removeprefix("guerdon_"): getattr(args, name, None) for name in SETTINGS}
    ask = asker("slime", settings["reward"], on_null=settings["on_null"], url=settings["url"], columns=settings["columns"])
    rewards = [_reward(row, getattr(args, "reward_key", None)) for row in await ask.score_async([_row(each) for each in samples])]
    return rewards if isinstance(sample, (list, tuple)) else rewards[0]


def _row(sample: Any) -> dict[str, Json]:
    metadata = sample.metadata if isinstance(sample.metadata, Mapping) else {}
    return {"prompt": sample.prompt, "response": sample.response, "reference": sample.label, "metadata": plain_columns(metadata)}


def _reward(row: ScoredRow, key: str | None) -> Any:
    score = number(row)
    if not key:
        return score
    # A part that was not scored is left out: slime trains on the one that is named.
    parts = {**{name: value for name, value in row["rewards"].items() if value is not None}, "score": score, "acc": accuracy(row)}
    if key not in parts:
        raise SetupError("usage", f"slime: --reward-key {key} must be one of {', '.join(parts)}")
    return parts
