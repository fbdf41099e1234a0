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


def advantages(method: str, rewards: Any, groups: Any, preset: str | None, options: Mapping[str, Json] | None, arrays: Mapping[str, Any]) -> Asking[Advantages]:
    given = {name: values for name, values in {"rewards": rewards, **arrays}.items() if values is not None}
    like_numpy = any(hasattr(values, "dtype") for values in given.values())
    if groups is not None:
        given["groups"] = groups if _is_numbers(groups) else codes(groups)
    body: dict[str, Json] = {"method": method}
    if preset is not None:
        body["preset"] = preset
    if options:
        body["options"] = dict(options)
    kept, starts = None, None
    if rewards is not None:
        kept = _scored(rewards)
        if kept is not None:
            starts = given.get("cu_seqlens")
            given = {name: _select(values, kept, None if name in ("rewards", "groups") or starts is None else starts) for name, values in given.items() if name != "cu_seqlens"}
            if starts is not None:
                given["cu_seqlens"] = _starts([int(starts[i + 1]) - int(starts[i]) for i in kept])
    if kept is not None and not kept:
        credited, returned = array("d"), None
    else:
        reply: Reply = yield Request("advantages", body, given)
        credited, returned = _array(reply, "advantages"), _array(reply, "returns")
        if credited is None:
            raise GuerdonError("format", f"{method}: the engine's answer has no advantages")
    rows = len(rewards) if rewards is not None else len(credited)
    return Advantages(*(None if each is None else _spread(each, kept, rows, starts, like_numpy) for each in (credited, returned)))


def codes(groups: Iterable[Hashable]) -> array[int]:
    """Names of groups as numbers: the same name, the same number."""
    seen: dict[Hashable, int] = {}
    return array("q", [seen.setdefault(name, len(seen)) for name in groups])


def _is_numbers(values: Any) -> bool:
    return values.dtype.kind in "iu" if hasattr(values, "dtype") and hasattr(values.dtype, "kind") else isinstance(values, (array, memoryview))


def _scored(rewards: Any) -> list[int] | None:
    """Indices of rewards that are numbers; None where all are."""
    if hasattr(rewards, "tolist"):
        rewards = rewards.tolist()
    kept = [i for i, reward in enumerate(rewards) if reward is not None and not math.isnan(reward)]
    return None if len(kept) == len(rewards) else kept


def _select(values: Any, kept: Sequence[int], starts: Any) -> Any:
    """The kept rows of an array; with `starts`, the kept rows' tokens of a packed one."""
    if starts is None:
        picked = list(kept)
    else:
        picked = [t for i in kept for t in range(int(starts[i]), int(starts[i + 1]))]
    if hasattr(values, "dtype"):
        return values[picked]
    return type(values)(values.typecode, [values[i] for i in picked]) if isinstance(values, array) else [values[i] for i in picked]


def _starts(lengths: Iterable[int]) -> array[int]:
    out = array("q", [0])
    for length in lengths:
        out.append(out[-1] + length)
    return out


def _array(reply: Reply, name: str) -> Any:
    if name in reply.arrays:
        return reply.arrays[name]
    return reply.body.get(name) if isinstance(reply.body, Mapping) else None


def _spread(values: Any, kept: Sequence[int] | None, rows: int, starts: Any, like_numpy: bool) -> Any:
    """What the kept rows were given at their places among all rows."""
    flat: list[float | None]
    if kept is None:
        flat = values
    else:
        lengths = [1] * rows if starts is None or len(values) == len(kept) else [int(starts[i + 1]) - int(starts[i]) for i in range(rows)]
        places, flat, at = set(kept), [], 0
        for i, length in enumerate(lengths):
            if i in places:
                flat.extend(values[at : at + length])
                at += length
            else:
                flat.extend([None] * length)
    if like_numpy:
        import numpy

        return numpy.frombuffer(flat, dtype=flat.format) if isinstance(flat, memoryview) else numpy.array([math.nan if each is None else each for each in flat], dtype=float)
    return list(flat)


def _require_count(call: str, got: int, asked: int) -> None:
    if got != asked:
        raise GuerdonError("format", f"{call}: the engine must answer every item, got {got} answers to {asked}")
