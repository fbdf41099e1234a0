"""
verifiers, and prime-rl, which trains on its environments.

    import verifiers as vf                         # up to 0.3: a rubric's function
    from guerdon.verifiers import rubric_reward
    rubric = vf.Rubric(funcs=[rubric_reward()])

    import verifiers.v1 as vf                      # 0.4: a task's reward
    from guerdon.verifiers import score_trace
    class MyTask(vf.Task[MyData]):
        @vf.reward
        async def guerdon(self, trace): return await score_trace(trace, self.data.answer)

Nothing is made up for a response that could not be scored: the function raises NullReward, which verifiers records as an error of the rollout, unless
`on_null` says otherwise.

Restated and tested from verifiers 0.4.0: verifiers/v1/task.py (`Task.score`), verifiers/v1/utils/decorators.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ._client import Reward
from ._null import OnNull
from ._trainer import Asker, asker, number, plain_columns
from ._types import Columns, Json


def rubric_reward(reward: Reward = None, *, on_null: OnNull = "fail", url: str | None = None, columns: Columns | None = None, name: str = "guerdon") -> Callable[..., Any]:
    """A function for `vf.Rubric(funcs=[…])`: `(prompt, completion, answer, info) → reward`; `columns` such as `{"reference": "info.gold"}` say where a role is read."""
    ask = Asker("verifiers", reward, on_null=on_null, url=url, columns=columns)

    async def score(prompt: Any, completion: Any, answer: Any = "", info: Mapping[str, Any] | None = None, **_: Any) -> float:
        row: dict[str, Json] = {"prompt": _messages(prompt), "completion": _messages(completion), "answer": answer, "info": plain_columns(info or {})}
        return number((await ask.score_async([row]))[0])

    score.__name__ = name
    return score


async def score_trace(trace: Any, reference: Json, *, reward: Reward = None, on_null: OnNull = "fail", url: str | None = None, **fields: Json) -> dict[str, float]:
    """Of a trace of verifiers 0.4: keyed scores, the reward under `reward`. `fields` are what else the spec looks at."""
    ask = asker("verifiers", reward, on_null=on_null, url=url)
    row = (await ask.score_async([{**fields, "response": trace.last_reply, "reference": reference}]))[0]
    return {"reward": number(row)}


def _messages(value: Any) -> Json:
    if isinstance(value, str):
        return value
    return [{"role": _field(each, "role"), "content": _field(each, "content")} for each in value]


def _field(message: Any, name: str) -> Json:
    return message.get(name) if isinstance(message, Mapping) else getattr(message, name)
