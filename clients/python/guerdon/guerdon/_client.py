"""`Guerdon` and `AsyncGuerdon`: the engine in this process's own worker, or elsewhere over HTTP."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, Union

from . import _ask
from ._ask import Advantages, Asking, Facts, Pause, Request, SpecFacts
from ._errors import GuerdonError, SetupError, shown
from ._http import Http
from ._null import NullPolicy, OnNull, null_policy
from ._types import Columns, Json, Row, ScoredRow, Verdict
from ._worker import Reply, Spec, Worker, shared_worker

T = TypeVar("T")
A = TypeVar("A")

#: A spec: a document, the path of one (.yaml, .json, or a module's path#name), or, over HTTP, the name that the server has it under.
Reward = Union[str, "os.PathLike[str]", Mapping[str, Json], None]

#: Seconds that an answer may take before it is undecided.
TIMEOUT = 600.0


class _Client:
    """What both clients are made of."""

    def __init__(
        self,
        reward: Reward = None,
        *,
        url: str | None = None,
        token: str | None = None,
        on_null: OnNull = None,
        timeout: float = TIMEOUT,
        worker: Worker | None = None,
    ) -> None:
        self._given_worker, self._timeout = worker, timeout
        self._http = None if url is None else Http(url, token if token is not None else os.environ.get("GUERDON_TOKEN"), timeout=timeout)
        # Over HTTP a spec has a name; here it is a document, or a file that the worker is started with.
        self._name = None if url is None else _named(reward)
        self._spec, self._file = (None, None) if url is not None else _spec(reward)
        self._facts: SpecFacts | None = None
        self._policy = None if on_null is None else null_policy(on_null, type(self).__name__)

    def _body(self, request: Request) -> dict[str, Json]:
        return {**request.body, "spec": self._name} if request.spec and self._name is not None else request.body

    def _worker(self) -> Worker:
        return self._given_worker or shared_worker(self._file)

    def _ask_facts(self) -> SpecFacts:
        """What the client's spec is; asked once."""
        if self._facts is None:
            if self._http is not None:
                listed = self._http.specs()
                found = next((each for each in listed if each["name"] == (self._name or "default")), listed[0] if self._name is None and len(listed) == 1 else None)
                if found is None:
                    raise GuerdonError("spec", f"the server has no spec {self._name or 'without a name'}; it has {', '.join(str(each['name']) for each in listed)}")
                self._facts = {"reduces": found["reduces"], "names": None, "columns": None}
            else:
                said = self._worker().facts(self._spec, self._timeout) if self._spec is not None else self._worker().call("hello", {}, timeout=self._timeout).body["spec"]
                self._facts = {"reduces": said["reduces"], "names": said["names"], "columns": said["columns"]}
        return self._facts

    def _rewards(self, rows: Sequence[Row], columns: Columns | None) -> Asking[list[float | None]]:
        scored = yield from (_ask.score(rows, columns) if self._policy is None else _ask.score_all(rows, self._policy, "rewards", columns))
        return [row["reward"] for row in scored]


class Guerdon(_Client):
    """
    Scores responses. Threads may share one.

    `reward` is a spec: a document (dict), the path of one, or None for math verification with group-relative advantages. With `url` the engine is
    a `guerdon serve` there, `reward` the name of one of its specs, and `token` (or $GUERDON_TOKEN) what it asks for. Without, it is this process's
    worker, which is started by the first call.

    >>> guerdon = Guerdon()
    >>> guerdon.verify("so it is \\\\boxed{0.5}", "1/2")["status"]
    'correct'
    """

    def verify(self, response: str, reference: Json, *, use: str = "verify/math", options: Mapping[str, Json] | None = None) -> Verdict:
        """What one verifier says of one response."""
        return self._run(_ask.verify(use, response, reference, options))

    def verify_many(self, responses: Sequence[str], references: Sequence[Json], *, use: str = "verify/math", options: Mapping[str, Json] | None = None) -> list[Verdict]:
        """What one verifier says of each response, by the reference of the same index."""
        return self._run(_ask.verify_many(use, _pairs(responses, references), options))

    def score(self, rows: Sequence[Row], *, columns: Columns | None = None, split: bool = False) -> list[ScoredRow]:
        """
        Rewards, verdicts, reward and advantage of each row, in order. Rows are dicts in any dialect that `guerdon score` reads; the rows of a group
        must come together in one call where the spec has credit. A row that could not be scored has the reward None, never zero.

        `columns` says where a role is read, over recognition and the spec, as `guerdon score --columns` does: `{"reference": "meta.gold"}`.

        With `split` rows hold a `query` in place of a response: prompt and response in one text, special tokens and all, as trainers decode them. It is
        taken apart by the row's `prompt`, else by the marks of its template; raises GuerdonError where the two cannot be told apart.
        """
        return self._run(_ask.score(rows, columns, split))

    def rewards(self, rows: Sequence[Row], *, columns: Columns | None = None) -> list[float | None]:
        """The reward of each row. None is "not scored", unless this client was given an `on_null`."""
        return self._run(self._rewards(rows, columns))

    def score_all(self, rows: Sequence[Row], on_null: OnNull, who: str = "score_all", *, columns: Columns | None = None, split: bool = False) -> list[ScoredRow]:
        """Scores whose reward is always a number, by what `on_null` says. Raises NullReward where it has none."""
        return self._run(_ask.score_all(rows, null_policy(on_null, who), who, columns, split))

    def advantages(
        self,
        rewards: Any = None,
        groups: Any = None,
        *,
        method: str = "credit/group-relative",
        preset: str | None = None,
        options: Mapping[str, Json] | None = None,
        returns: bool = False,
        **arrays: Any,
    ) -> Advantages:
        """
        Advantages by a credit method, such as `credit/group-relative` with the preset `verl`.

        `rewards` is one a response, `groups` says which belong together (numbers, or names of any kind). Methods over tokens take packed arrays by
        name: `cu_seqlens` (where each response's tokens begin, one more than there are responses), `mask`, `token_rewards`, `values`, … Lists,
        `array.array`, numpy arrays and tensors are sent as raw numbers. A reward of None or NaN leaves its group, and its advantage is None
        (NaN in an array of numpy). `returns` asks for the returns, too, of methods that have them.
        """
        return self._run(_ask.advantages(method, rewards, groups, preset, options, returns, arrays))

    def methods(self, id: str | None = None) -> list[dict[str, Json]]:
        """What methods there are, with the JSON Schema of their options; or one of them."""
        return self._run(_ask.methods(id))

    def spec(self) -> SpecFacts:
        """What the spec looks at (`reduces`) and what it names. Raises GuerdonError where it is wrong."""
        return self._run(_ask.spec_facts())

    def close(self) -> None:
        """Closes connections. The worker is shared, and ends with the process."""
        if self._http is not None:
            self._http.close()

    def __enter__(self) -> Guerdon:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _run(self, asking: Asking[T]) -> T:
        answer: Any = None
        try:
            while True:
                asked = asking.send(answer)
                if isinstance(asked, Pause):
                    time.sleep(asked.seconds)
                elif isinstance(asked, Facts):
                    answer = self._ask_facts()
                else:
                    answer = self._answers(asked)
        except StopIteration as done:
            result: T = done.value
            return result

    def _answers(self, requests: Sequence[Request]) -> list[Reply | Exception]:
        http = self._http
        if http is not None:
            ask = functools.partial(_caught, lambda each: http.call(each.call, self._body(each), each.arrays))
            return [ask(requests[0])] if len(requests) == 1 else list(_http_threads(os.getpid()).map(ask, requests))
        worker = self._worker()
        if len(requests) == 1:
            return [_caught(lambda each: worker.call(each.call, self._body(each), each.arrays, spec=self._spec if each.spec else None, timeout=self._timeout), requests[0])]
        calls = [worker.submit(each.call, self._body(each), each.arrays, spec=self._spec if each.spec else None) for each in requests]
        return [_caught(lambda call: worker.wait(call, self._timeout), call) for call in calls]


class AsyncGuerdon(_Client):
    """As `Guerdon`, with coroutines: thousands may wait at once. See there for what the methods take and give."""

    async def verify(self, response: str, reference: Json, *, use: str = "verify/math", options: Mapping[str, Json] | None = None) -> Verdict:
        return await self._run(_ask.verify(use, response, reference, options))

    async def verify_many(self, responses: Sequence[str], references: Sequence[Json], *, use: str = "verify/math", options: Mapping[str, Json] | None = None) -> list[Verdict]:
        return await self._run(_ask.verify_many(use, _pairs(responses, references), options))

    async def score(self, rows: Sequence[Row], *, columns: Columns | None = None, split: bool = False) -> list[ScoredRow]:
        return await self._run(_ask.score(rows, columns, split))

    async def rewards(self, rows: Sequence[Row], *, columns: Columns | None = None) -> list[float | None]:
        return await self._run(self._rewards(rows, columns))

    async def score_all(self, rows: Sequence[Row], on_null: OnNull, who: str = "score_all", *, columns: Columns | None = None, split: bool = False) -> list[ScoredRow]:
        return await self._run(_ask.score_all(rows, null_policy(on_null, who), who, columns, split))

    async def settle(self, rows: Sequence[Row], scored: list[ScoredRow], policy: NullPolicy, who: str, *, columns: Columns | None = None) -> list[ScoredRow]:
        """Scores of rows that are known, with a number where they have none."""
        return await self._run(_ask.settled(rows, scored, policy, who, columns))

    async def advantages(
        self,
        rewards: Any = None,
        groups: Any = None,
        *,
        method: str = "credit/group-relative",
        preset: str | None = None,
        options: Mapping[str, Json] | None = None,
        returns: bool = False,
        **arrays: Any,
    ) -> Advantages:
        return await self._run(_ask.advantages(method, rewards, groups, preset, options, returns, arrays))

    async def methods(self, id: str | None = None) -> list[dict[str, Json]]:
        return await self._run(_ask.methods(id))

    async def spec(self) -> SpecFacts:
        return await self._run(_ask.spec_facts())

    async def close(self) -> None:
        if self._http is not None:
            self._http.close()

    async def __aenter__(self) -> AsyncGuerdon:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def _run(self, asking: Asking[T]) -> T:
        answer: Any = None
        try:
            while True:
                asked = asking.send(answer)
                if isinstance(asked, Pause):
                    await asyncio.sleep(asked.seconds)
                elif isinstance(asked, Facts):
                    answer = self._facts or await asyncio.get_running_loop().run_in_executor(None, self._ask_facts)
                else:
                    answer = await asyncio.gather(*map(self._answer, asked), return_exceptions=True)
        except StopIteration as done:
            result: T = done.value
            return result

    async def _answer(self, request: Request) -> Reply:
        body = self._body(request)
        loop = asyncio.get_running_loop()
        if self._http is not None:
            return await loop.run_in_executor(_http_threads(os.getpid()), functools.partial(self._http.call, request.call, body, request.arrays))
        worker, spec = self._worker(), self._spec if request.spec else None
        try:
            call = worker.submit(request.call, body, request.arrays, spec=spec, block=False)
        except BlockingIOError:  # full: wait where waiting holds nobody up
            call = await loop.run_in_executor(None, functools.partial(worker.submit, request.call, body, request.arrays, spec=spec))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(call.future), self._timeout)
        except (TimeoutError, asyncio.TimeoutError):
            raise worker.give_up(call, self._timeout) from None


def _caught(ask: Callable[[A], Reply], asked: A) -> Reply | Exception:
    """The reply, or what went wrong."""
    try:
        return ask(asked)
    except Exception as error:
        return error


@functools.lru_cache(maxsize=1)
def _http_threads(pid: int) -> ThreadPoolExecutor:
    """Threads that wait for servers, of this process."""
    return ThreadPoolExecutor(64, thread_name_prefix=f"guerdon-http-{pid}")


def _pairs(responses: Sequence[str], references: Sequence[Json]) -> list[tuple[str, Json]]:
    if isinstance(responses, str) or len(responses) != len(references):
        raise SetupError("shape", "verify_many: there must be a list of responses, and a reference for each of them")
    return list(zip(responses, references))


def _named(reward: Reward) -> str | None:
    if reward is None or isinstance(reward, str):
        return reward
    raise SetupError("usage", "over HTTP the reward must be the name of a spec that the server has (guerdon serve --reward NAME=SPEC.yaml), or None for its only one")


def _spec(reward: Reward) -> tuple[Spec | None, str | None]:
    """A spec's document, or its file."""
    if reward is None:
        return None, None
    if isinstance(reward, Mapping):
        text = json.dumps(reward, sort_keys=True)
        return Spec(text, json.loads(text)), None
    if not isinstance(reward, (str, os.PathLike)):
        raise SetupError("usage", f"reward must be a spec's document, or the path of one, got {shown(reward)}")
    path, mark, name = os.fspath(reward).partition("#")
    if not os.path.isfile(path):
        raise SetupError("usage", f"reward must be a spec's document, or the path of one, got {shown(os.fspath(reward))}, where no file is")
    return None, str(Path(path).resolve()) + mark + name
