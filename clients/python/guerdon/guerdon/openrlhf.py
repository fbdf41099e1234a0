"""
OpenRLHF: this file is a reward file. `python -c "import guerdon.openrlhf as f; print(f.__file__)"` says where it is:

    GUERDON_ON_NULL=retry … --reward.remote_url $(python -c "import guerdon.openrlhf as f; print(f.__file__)")

or a file of your own with `from guerdon.openrlhf import reward` and `reward_func = reward("my.yaml", on_null="neutral=0")`.

Restated and tested from OpenRLHF 0.11.2: openrlhf/utils/agent.py, `SingleTurnAgentExecutor`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from guerdon._client import Reward
from guerdon._null import OnNull
from guerdon._trainer import Asker, asker, number
from guerdon._types import ScoredRow


def reward(reward: Reward = None, *, on_null: OnNull = None, url: str | None = None) -> Callable[..., dict[str, Any]]:
    """A `reward_func` with a spec. A missing `on_null` is told here, when the file is loaded."""
    ask = Asker("OpenRLHF", reward, on_null=on_null, url=url)
    return lambda queries, prompts, labels, **_: _rewards(ask, queries, prompts, labels)


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_: Any) -> dict[str, Any]:
    """OpenRLHF's reward function, by $GUERDON_REWARD, $GUERDON_URL and $GUERDON_ON_NULL."""
    return _rewards(asker("OpenRLHF"), queries, prompts, labels)


def _rewards(ask: Asker, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> dict[str, Any]:
    rows = [{"query": query, "prompt": prompt, "reference": label} for query, prompt, label in zip(queries, prompts, labels)]
    # Of a query only the response is graded, never the prompt; where the two cannot be told apart this raises.
    scored = ask.score(rows, split=True)
    rewards = [number(row) for row in scored]
    return {"rewards": rewards, "scores": list(rewards), "extra_logs": _logs(scored)}


def _logs(scored: Sequence[ScoredRow]) -> dict[str, list[float]]:
    """Numbers by name; OpenRLHF makes no batch where one sample has a name that another lacks, so each has all."""
    logs: dict[str, list[float]] = {}
    for name in dict.fromkeys(name for row in scored for name in row["rewards"]):
        values = [row["rewards"].get(name) for row in scored]
        logs[name] = [value if value is not None else 0.0 for value in values]
        logs[f"{name}_scored"] = [float(value is not None) for value in values]
    return logs


if __name__ != "guerdon.openrlhf":
    # OpenRLHF has loaded this file as its reward file. It logs what a reward function raises and goes on without rewards, so a missing choice is told now.
    asker("OpenRLHF")
