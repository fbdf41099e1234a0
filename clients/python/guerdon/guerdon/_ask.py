"""
What is asked of the engine, and how its answers are read: once, for the worker and for HTTP, for threads and for coroutines.

Each function is a generator: it yields Requests (or a Pause, or Facts), is sent their answers, and returns what the caller gets.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Generator, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Any, NamedTuple, TypedDict, TypeVar, Union

from ._errors import GuerdonError, WorkerLost, WorkerTimeout, shown
from ._frame import encode, encode_list
from ._null import NullPolicy, may_pass, null_reward
from ._types import Columns, Json, Row, ScoredRow, Verdict, undecided
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


class SpecFacts(TypedDict):
    """What is known of a compiled spec."""

    #: How much of the data one call must see: `row`, `group`, `batch`.
    reduces: str
    #: The names under `rewards`; None where they are not told (over HTTP).
    names: list[str] | None
    #: Where it reads roles; None where that is not told (over HTTP).
    columns: dict[str, str] | None


class Facts:
    """Asks for the SpecFacts of the client's spec."""


#: Requests are made together, and answered by a list: of each its reply or what went wrong.
Asking = Generator[Union[Sequence[Request], Pause, Facts], Any, T]

#: A piece of a call whose rows stand alone: enough to be worth sending, few enough that all threads of the engine have some.
PIECE_ROWS, PIECE_BYTES = 64, 1 << 20


def verify(use: str, response: str, reference: Json, options: Mapping[str, Json] | None) -> Asking[Verdict]:
    verdicts = yield from verify_many(use, [(response, reference)], options)
    return verdicts[0]


def verify_many(use: str, items: Sequence[tuple[str, Json]], options: Mapping[str, Json] | None) -> Asking[list[Verdict]]:
    encoded = [encode({"response": response, "reference": reference}) for response, reference in items]
    more: dict[str, Json] = {"options": dict(options)} if options else {}

    def request(piece: Sequence[bytes]) -> Request:
        return Request("verify", {"use": use, "items": encode_list(piece), **more})

    return (yield from _in_pieces(encoded, request, lambda reply: reply.body["verdicts"], lambda error: undecided(error.code, str(error))))


def score(rows: Sequence[Row], columns: Columns | None = None, split: bool = False) -> Asking[list[ScoredRow]]:
    if not rows:
        return []
    facts: SpecFacts = yield Facts()
    encoded = [encode(row) for row in rows]
    more: dict[str, Json] = {}
    if columns:
        more["columns"] = dict(columns)
    if split:
        more["split"] = True

    def request(piece: Sequence[bytes]) -> Request:
        return Request("score", {"rollouts": encode_list(piece), **more}, spec=True)

    def lost(error: GuerdonError) -> ScoredRow:
        names = facts["names"] or []
        return {"rewards": dict.fromkeys(names), "verdicts": {"guerdon": undecided(error.code, str(error))}, "reward": None, "advantage": None}

    if len(rows) == 1:
        (answer,) = yield [request(encoded)]
        if isinstance(answer, Reply):
            scored: list[ScoredRow] = answer.body["rows"]
            return scored
        if isinstance(answer, (WorkerLost, WorkerTimeout)):
            return [lost(answer)]
        raise answer
    if facts["reduces"] == "row":
        return (yield from _in_pieces(encoded, request, lambda reply: reply.body["rows"], lost))
    # What a query is taken apart into, the engine finds.
    mapping = None if facts["columns"] is None or split else {**facts["columns"], **(columns or {})}
    pieces = group_pieces(rows, encoded, mapping)
    if len(pieces) == 1:
        return (yield from _in_pieces(encoded, request, lambda reply: reply.body["rows"], lost, [encoded]))
    credited = yield from _in_pieces([encoded[i] for piece in pieces for i in piece], request, lambda reply: reply.body["rows"], lost, [[encoded[i] for i in piece] for piece in pieces])
    found = dict(zip((i for piece in pieces for i in piece), credited))
    return [found[i] for i in range(len(rows))]


def _in_pieces(
    encoded: Sequence[bytes],
    request: Callable[[Sequence[bytes]], Request],
    read: Callable[[Reply], list[T]],
    lost: Callable[[GuerdonError], T],
    whole: Sequence[Sequence[bytes]] | None = None,
) -> Asking[list[T]]:
    """
    The answers to items, in order. Pieces go at once; one that the worker dies on is taken apart, so that only the item that kills is lost, unless
    the pieces are given as `whole`.
    """
    if not encoded:
        return []
    pieces = _pieces(encoded) if whole is None else whole
    answers: list[Reply | Exception] = yield [request(piece) for piece in pieces]
    out: list[T] = []
    for piece, answer in zip(pieces, answers):
        if isinstance(answer, Reply):
            got = read(answer)
            if len(got) != len(piece):
                raise GuerdonError("format", f"the engine must answer every item, got {len(got)} answers to {len(piece)}")
            out += got
        elif isinstance(answer, WorkerLost) and len(piece) > 1 and whole is None:
            for half in (piece[: len(piece) // 2], piece[len(piece) // 2 :]):
                out += yield from _in_pieces(half, request, read, lost)
        elif isinstance(answer, (WorkerLost, WorkerTimeout)):
            out += [lost(answer) for _ in piece]
        else:
            raise answer
    return out


def _pieces(encoded: Sequence[bytes]) -> list[Sequence[bytes]]:
    pieces: list[Sequence[bytes]] = []
    start, size = 0, 0
    for i, each in enumerate(encoded):
        if i > start and (i - start >= PIECE_ROWS or size + len(each) > PIECE_BYTES):
            pieces.append(encoded[start:i])
            start, size = i, 0
        size += len(each)
    return [*pieces, encoded[start:]]


#: The names that a row's group goes by, as the engine has them, in its order.
_GROUPS = ("group", "group_id", "uid", "prompt_id", "problem_id", "question_id", "example_id")
#: Names of what rows without one are grouped by: the prompt, which is text under one name; and of conversations, whose prompt the engine finds.
_PROMPTS = ("prompt", "question", "problem", "query", "instruction", "prompts", "inputs", "input")
_CHATS = ("messages", "conversations", "conversation")


def group_pieces(rows: Sequence[Row], encoded: Sequence[bytes], mapping: Columns | None) -> list[list[int]]:
    """Indices of rows in pieces that hold groups whole; all in one piece where it cannot be told here which rows the engine takes for a group."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(rows if mapping is not None and not _maps_prompt(mapping) else ()):
        key = _group(row, mapping or {}) if isinstance(row, Mapping) else None
        if key is None:
            break
        groups.setdefault(key, []).append(i)
    if sum(map(len, groups.values())) < len(rows):
        return [list(range(len(rows)))]
    pieces: list[list[int]] = [[]]
    size = 0
    for group in groups.values():
        own = sum(len(encoded[i]) for i in group)
        if pieces[-1] and (len(pieces[-1]) + len(group) > PIECE_ROWS or size + own > PIECE_BYTES):
            pieces.append([])
            size = 0
        pieces[-1] += group
        size += own
    return pieces


def _maps_prompt(mapping: Columns) -> bool:
    return any(role in mapping for role in ("prompt", "messages"))


def _group(row: Row, mapping: Columns) -> tuple[str, str] | None:
    """A key that all rows of a group share; None where the engine would find out more than can be told here."""
    named = mapping.get("group")
    if named is not None:
        value = row.get(named)
        return ("group", str(value)) if _names(value) else None
    taken = mapping.values()
    for name in _GROUPS:
        value = row.get(name)
        if value is not None and name not in taken:
            return ("group", str(value)) if _names(value) else None
    prompts = [name for name in _PROMPTS if row.get(name) is not None]
    prompt = row[prompts[0]] if len(prompts) == 1 and prompts[0] not in taken and not any(name in row for name in _CHATS) else None
    return ("prompt", prompt) if isinstance(prompt, str) and prompt else None


def _names(value: Any) -> bool:
    """Whether it is a name that is written in one way only."""
    return isinstance(value, (str, Integral)) and not isinstance(value, bool)


def one(request: Request) -> Asking[Reply]:
    """The reply to one request. Raises what went wrong."""
    (answer,) = yield [request]
    if isinstance(answer, Exception):
        raise answer
    reply: Reply = answer
    return reply


def spec_facts() -> Asking[SpecFacts]:
    facts: SpecFacts = yield Facts()
    return facts


def score_all(rows: Sequence[Row], policy: NullPolicy, who: str, columns: Columns | None = None, split: bool = False) -> Asking[list[ScoredRow]]:
    """Scores whose `reward` is a number, whatever it takes. Raises NullReward where the policy has none for it."""
    scored = yield from score(rows, columns, split)
    if None not in [row["reward"] for row in scored]:
        return scored
    return (yield from settled(rows, scored, policy, who, columns, split))


def settled(rows: Sequence[Row], scored: list[ScoredRow], policy: NullPolicy, who: str, columns: Columns | None = None, split: bool = False) -> Asking[list[ScoredRow]]:
    """What was scored, with a number where it has none."""
    tries, wait = (policy.tries, policy.wait) if policy.kind == "retry" else (0, 0.0)
    for _ in range(tries):
        if not any(may_pass(row) for row in scored):
            break
        yield Pause(wait)
        wait *= 2
        # All again, since rows may belong together; what has its number keeps it.
        again = yield from score(rows, columns, split)
        scored = [row if row["reward"] is not None else fresh for row, fresh in zip(scored, again)]
    for row in scored:
        if row["reward"] is None:
            if policy.kind != "neutral":
                raise null_reward(row, who, policy)
            row["reward"], row["neutral"] = policy.value, True
    return scored


def methods(id: str | None) -> Asking[list[dict[str, Json]]]:
    reply = yield from one(Request("methods", {} if id is None else {"id": id}))
    listed: list[dict[str, Json]] = reply.body["methods"]
    return listed


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
    reply = yield from one(Request("advantages", body, given))
    if "advantages" not in reply.arrays:
        raise GuerdonError("format", f"{method}: the engine's answer has no advantages")
    return Advantages(*(_numbers(reply.arrays.get(name), like_numpy) for name in ("advantages", "returns")))


def codes(groups: Iterable[Hashable]) -> array[int]:
    """Names of groups as numbers: the same name, the same number."""
    seen: dict[Hashable, int] = {}
    try:
        return array("q", [seen.setdefault(name, len(seen)) for name in groups])
    except TypeError:
        raise GuerdonError("shape", f"groups must be a list of names or numbers, got {shown(groups)}") from None


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

        # A copy, which the caller may write to, and whose type does not depend on where the bytes lay.
        return numpy.array(numpy.frombuffer(values, dtype=values.format))
    return [None if math.isnan(each) else each for each in values]
