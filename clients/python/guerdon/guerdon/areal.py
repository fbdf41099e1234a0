"""
AReaL: a reward function for its workflows.

    from guerdon.areal import reward
    workflow = RLVRWorkflow(reward_fn=reward(on_null="retry"), …)      # or reward_fn="guerdon.areal.reward_fn" with GUERDON_ON_NULL set

AReaL calls it in processes of its own; each has its worker. Its time limit (15 s by default) makes a reward of 0 of what takes longer, so the first
call of a process, which starts the worker, must be within it.

Restated and tested from AReaL 1.0.4: areal/api/reward_api.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._client import Reward
from ._null import OnNull
from ._trainer import Asker, asker, number, plain_columns
from ._types import Columns


class reward:
    """A reward function with a spec; it can be pickled. The columns of the data set stand in the row (`answer`, …; `columns` says where a role is read otherwise)."""

    def __init__(self, reward: Reward = None, *, on_null: OnNull = None, url: str | None = None, columns: Columns | None = None) -> None:
        self._ask = Asker("AReaL", reward, on_null=on_null, url=url, columns=columns)

    def __call__(self, prompt: Any, completions: Any, prompt_ids: Sequence[int], completion_ids: Sequence[int], **given: Any) -> float:
        return _score(self._ask, prompt, completions, given)


def reward_fn(prompt: Any, completions: Any, prompt_ids: Sequence[int], completion_ids: Sequence[int], **given: Any) -> float:
    """The same by $GUERDON_REWARD, $GUERDON_URL and $GUERDON_ON_NULL."""
    return _score(asker("AReaL"), prompt, completions, given)


def _score(ask: Asker, prompt: Any, completions: Any, given: dict[str, Any]) -> float:
    return number(ask.score([{**plain_columns(given), "prompt": prompt, "completion": completions}])[0])
