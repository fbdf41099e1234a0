"""What the trainers' modules share: a client per choice of reward, address and null, and rows that hold what JSON can say."""

from __future__ import annotations

import asyncio
import json
import math
import os
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from ._ask import SpecFacts
from ._client import AsyncGuerdon, Guerdon, Reward
from ._errors import SetupError
from ._null import NullPolicy, OnNull, null_policy
from ._types import Columns, Json, Row, ScoredRow

#: Where no spec is given: math against the row's reference. A trainer does its own credit.
ITEM_SPEC: Mapping[str, Json] = {"guerdon": 1, "rewards": {"correct": "verify/math"}}


#: Rows, and who waits for their scores.
_Asked = tuple[Sequence[Row], "asyncio.Future[list[ScoredRow]]"]


class Asker:
    """
    How one trainer's hook asks for rewards. The choice of null is checked here, at start-up; the spec by the first score.

    `policy` is None only for trainers that can be told "not scored".
    """

    def __init__(self, who: str, reward: Reward = None, *, on_null: OnNull = None, url: str | None = None, columns: Columns | None = None, says_null: bool = False) -> None:
        self.who = who
        self.policy: NullPolicy | None = None if says_null and on_null is None else null_policy(on_null, who)
        self._reward: Reward = reward if reward is not None else os.environ.get("GUERDON_REWARD") or None
        self._url = url if url is not None else os.environ.get("GUERDON_URL") or None
        if self._reward is None and self._url is None:
            self._reward = ITEM_SPEC
        self._columns: Columns | None = dict(columns) if columns else None
        self._checked = self._reward is ITEM_SPEC
        self._names: tuple[str, ...] = tuple(ITEM_SPEC["rewards"]) if self._checked else ()
        self._client = Guerdon(self._reward, url=self._url)
        self._coroutines = AsyncGuerdon(self._reward, url=self._url)
        #: What was asked for in the turn that a loop is in.
        self._turns: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, list[_Asked]] = weakref.WeakKeyDictionary()
        self._answering: set[asyncio.Task[None]] = set()

    def __reduce__(self) -> tuple[Any, ...]:
        # Hooks are pickled to processes that score: they make their own connections there.
        return _asker, (self.who, None if self._reward is ITEM_SPEC else self._reward, self.policy, self._url, self._columns)

    def score(self, rows: Sequence[Row], *, split: bool = False) -> list[ScoredRow]:
        """Scores whose reward is a number, unless null can be said."""
        if not self._checked:
            self._check(self._client.spec())
        if self.policy is None:
            return self._named(self._client.score(rows, columns=self._columns, split=split))
        return self._named(self._client.score_all(rows, self.policy, self.who, columns=self._columns, split=split))

    async def score_async(self, rows: Sequence[Row]) -> list[ScoredRow]:
        """As `score`. What coroutines ask for in one turn of their loop is one request: their rows stand alone, and one by one they cost ten times more."""
        if not self._checked:
            self._check(await self._coroutines.spec())
        loop = asyncio.get_running_loop()
        if loop not in self._turns:
            self._turns[loop] = []
            loop.call_soon(self._end_turn, loop)
        answer: asyncio.Future[list[ScoredRow]] = loop.create_future()
        self._turns[loop].append((rows, answer))
        scored = await answer
        if self.policy is not None and any(row["reward"] is None for row in scored):
            scored = await self._coroutines.settle(rows, scored, self.policy, self.who, columns=self._columns)
        return self._named(scored)

    def _end_turn(self, loop: asyncio.AbstractEventLoop) -> None:
        task = loop.create_task(self._answer(self._turns.pop(loop)))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, asked: list[_Asked]) -> None:
        try:
            scored = await self._coroutines.score([row for rows, _ in asked for row in rows], columns=self._columns)
        except Exception as error:
            if len(asked) > 1:  # what one asked for wrongly is not told to the others
                await asyncio.gather(*(self._answer([each]) for each in asked))
            elif not asked[0][1].done():
                asked[0][1].set_exception(error)
            return
        at = 0
        for rows, answer in asked:
            if not answer.done():  # nobody waits for one that was cancelled
                answer.set_result(scored[at : at + len(rows)])
            at += len(rows)

    def _named(self, scored: list[ScoredRow]) -> list[ScoredRow]:
        """Every row with every name: trainers make no batch of samples whose logs differ, and a row that was lost has none."""
        for row in scored:
            if row["rewards"]:
                self._names = tuple(row["rewards"])
                break
        for row in scored:
            for name in self._names:
                row["rewards"].setdefault(name, None)
        return scored

    def _check(self, spec: SpecFacts) -> None:
        if spec["reduces"] != "row":
            raise SetupError(
                "spec",
                f"{self.who} is given responses one by one, and this spec looks at a whole {spec['reduces']}: leave its credit (and what compares "
                "responses) out of the spec, and take the advantages in the trainer, with Guerdon.advantages or the module's own hook",
            )
        self._checked = True


def _asker(who: str, reward: Reward, policy: NullPolicy | None, url: str | None, columns: Columns | None) -> Asker:
    return Asker(who, reward, on_null=policy, url=url, columns=columns, says_null=True)


_askers: dict[tuple[str, str | None, str | None, str | None, str | None, bool], Asker] = {}


def asker(who: str, reward: Reward = None, *, on_null: OnNull = None, url: str | None = None, columns: Columns | None = None, says_null: bool = False) -> Asker:
    """The same Asker for the same choices: hooks that trainers call as plain functions keep theirs here."""
    env = os.environ.get
    choices = (
        who,
        (env("GUERDON_REWARD") if reward is None else reward if isinstance(reward, str) else os.fspath(reward) if isinstance(reward, os.PathLike) else json.dumps(reward, default=dict, sort_keys=True)),
        (env("GUERDON_ON_NULL") if on_null is None else on_null if isinstance(on_null, str) else repr(on_null)),
        (env("GUERDON_URL") if url is None else url),
        (None if columns is None else repr(columns)),
        says_null,
    )
    found = _askers.get(choices)
    # No lock, which a forked process could find held: two that are made at once are the same but for their names.
    return found if found is not None else _askers.setdefault(choices, Asker(who, reward, on_null=on_null, url=url, columns=columns, says_null=says_null))


def number(row: ScoredRow) -> float:
    """The reward of a row that a null policy has been over."""
    if row["reward"] is None:
        raise SetupError("state", "a reward must be a number here: there must be a null policy")
    return float(row["reward"])


def first_verdict(row: ScoredRow) -> dict[str, Any]:
    """Of the first verifier that gave one: what logs are to show. The same keys whatever it said."""
    for verdict in row["verdicts"].values():
        return {"verdict": verdict["status"], "reason": verdict["reason"]["code"], "extracted": verdict["extracted"] if verdict["extracted"] is not None else ""}
    return {"verdict": "", "reason": "", "extracted": ""}


def accuracy(row: ScoredRow) -> float:
    """1 where every verdict is correct; the reward itself where there is none."""
    verdicts = row["verdicts"].values()
    if verdicts:
        return 1.0 if all(verdict["status"] == "correct" for verdict in verdicts) else 0.0
    return number(row) if row["reward"] is not None else math.nan


def plain_columns(given: Mapping[str, Any]) -> dict[str, Json]:
    """Of a trainer's columns those that a row can hold; images, tensors of images and handles stay behind."""
    return {name: value for name, value in given.items() if _plain(value)}


def _plain(value: Any) -> bool:
    if value is None or isinstance(value, (str, int, float, bool)):
        return True
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _plain(each) for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_plain, value))
    return type(value).__module__ == "numpy" and value.dtype.kind in "biufU"
