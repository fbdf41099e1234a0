"""
What is asked of the engine, and how its answers are read: once, for the worker and for HTTP, for threads and for coroutines.

Each function is a generator: it yields a Request (or a Pause), is sent the Reply (or thrown the fault), and returns what the caller gets.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Generator, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, Union

from ._errors import GuerdonError, WorkerLost, WorkerTimeout
from ._null import NullPolicy, null_reward
from ._types import Json, Row, ScoredRow, Verdict, undecided
from ._worker import Reply

T = TypeVar("T")


class Request(NamedTuple):
    call: str
    body: dict[str, Json]
    arrays: Mapping[str, Any] | None = None
    #: The reward spec of the client goes with it.
    spec: bool = False


class Pause(NamedTuple):
    seconds: float


Asking = Generator[Union[Request, Pause], Any, T]

#: Rows of one request that may be taken apart where they do not belong together.
_LOST = (WorkerLost, WorkerTimeout)


def verify(use: str, response: str, reference: Json, options: Mapping[str, Json] | None) -> Asking[Verdict]:
    verdicts = yield from verify_many(use, [(response, reference)], options)
    return verdicts[0]


def verify_many(use: str, items: Sequence[tuple[str, Json]], options: Mapping[str, Json] | None) -> Asking[list[Verdict]]:
    if not items:
        return []
    body: dict[str, Json] = {"use": use, "items": [{"response": response, "reference": reference} for response, reference in items]}
    if options:
        body["options"] = dict(options)
    try:
        reply: Reply = yield Request("verify", body)
    except _LOST as error:
        if len(items) == 1 or isinstance(error, WorkerTimeout):
            return [undecided(error.code, str(error)) for _ in items]
        # Only the one it dies on is to be undecided.
        half = len(items) // 2
        first = yield from verify_many(use, items[:half], options)
        second = yield from verify_many(use, items[half:], options)
        return first + second
    verdicts: list[Verdict] = reply.body["verdicts"]
    _require_count("verify", len(verdicts), len(items))
    return verdicts


def score(rows: Sequence[Row]) -> Asking[list[ScoredRow]]:
    if not rows:
        return []
    try:
        reply: Reply = yield Request("score", {"rollouts": list(rows)}, spec=True)
    except _LOST as error:
        verdict = undecided(error.code, str(error))
        return [{"rewards": {}, "verdicts": {"guerdon": verdict}, "reward": None, "advantage": None} for _ in rows]
    scored: list[ScoredRow] = reply.body["rows"]
    _require_count("score", len(scored), len(rows))
    return scored


def score_all(rows: Sequence[Row], policy: NullPolicy, who: str) -> Asking[list[ScoredRow]]:
    """Scores whose `reward` is a number, whatever it takes. Raises NullReward where the policy has none for it."""
    scored = yield from score(rows)
    tries, wait = (policy.tries, policy.wait) if policy.kind == "retry" else (0, 0.0)
    for _ in range(tries):
        if all(row["reward"] is not None for row in scored):
            break
        yield Pause(wait)
        wait *= 2
        # All again, since rows may belong together; what has its number keeps it.
        again = yield from score(rows)
        scored = [row if row["reward"] is not None else fresh for row, fresh in zip(scored, again)]
    for row in scored:
        if row["reward"] is None:
            if policy.kind != "neutral":
                raise null_reward(row, who, policy)
            row["reward"] = policy.value
    return scored


def methods(id: str | None) -> Asking[list[dict[str, Json]]]:
    reply: Reply = yield Request("methods", {} if id is None else {"id": id})
    listed: list[dict[str, Json]] = reply.body["methods"]
    return listed


def plan() -> Asking[dict[str, Json]]:
    reply: Reply = yield Request("score", {"rollouts": []}, spec=True)
    compiled: dict[str, Json] = reply.body["plan"]
    return compiled


@dataclass(frozen=True)
class Advantages:
    """What credit gives: flat, one a response or, packed as `cu_seqlens` says, one a token. None (NaN in an array of numpy) where the reward is."""

    advantages: Any
    #: Where the method has them.
    returns: Any = None


def advantages(method: str, rewards: Any, groups: Any, preset: str | None, options: Mapping[str, Json] | None, returns: bool, arrays: Mapping[str, Any]) -> Asking[Advantages]:
    given = {name: values for name, values in {"rewards": rewards, **arrays}.items() if values is not None}
    like_numpy = any(hasattr(values, "dtype") for values in given.values())
    if isinstance(rewards, (list, tuple)):
        # The wire's numbers say null as NaN.
        given["rewards"] = [math.nan if reward is None else reward for reward in rewards]
    if groups is not None:
        given["groups"] = groups if _is_codes(groups) else codes(groups)
    body: dict[str, Json] = {"method": method}
    if preset is not None:
        body["preset"] = preset
    if options:
        body["options"] = dict(options)
    if returns:
        body["returns"] = True
    reply: Reply = yield Request("advantages", body, given)
    if "advantages" not in reply.arrays:
        raise GuerdonError("format", f"{method}: the engine's answer has no advantages")
    return Advantages(*(_numbers(reply.arrays.get(name), like_numpy) for name in ("advantages", "returns")))


def codes(groups: Iterable[Hashable]) -> array[int]:
    """Names of groups as numbers: the same name, the same number."""
    seen: dict[Hashable, int] = {}
    return array("q", [seen.setdefault(name, len(seen)) for name in groups])


def _is_codes(values: Any) -> bool:
    """Whether they are numbers already; tensors count as such."""
    if hasattr(values, "detach"):
        return True
    return values.dtype.kind in "iu" if hasattr(values, "dtype") else isinstance(values, (array, memoryview))


def _numbers(values: memoryview | None, like_numpy: bool) -> Any:
    if values is None:
        return None
    if like_numpy:
        import numpy

        return numpy.frombuffer(values, dtype=values.format)
    return [None if math.isnan(each) else each for each in values]


def _require_count(call: str, got: int, asked: int) -> None:
    if got != asked:
        raise GuerdonError("format", f"{call}: the engine must answer every item, got {got} answers to {asked}")
