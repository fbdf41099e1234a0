"""
Ray Data: scores and advantages of data sets of any size.

    ds = ray.data.read_parquet("rollouts/")
    ds = guerdon.ray.score(ds, "my.yaml", concurrency=8)
    ds = guerdon.ray.advantages(ds, id="id", group="group")
    ds.write_parquet("scored/")

or by itself: `ds.map_batches(Scorer, fn_constructor_kwargs={"reward": "my.yaml"}, batch_format="pyarrow", compute=ActorPoolStrategy(size=8))`.

Scoring is pure: a batch whose actor or worker died is scored again by Ray, and each row is scored once in what comes out. Blocks keep their order where
`ray.data.DataContext.get_current().execution_options.preserve_order` is set. A run goes on where it ended with Ray Data's checkpoints
(`DataContext.checkpoint_config`), since a row's scores depend on nothing but the row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ._client import Guerdon, Reward
from ._errors import GuerdonError, SetupError
from ._null import OnNull, null_policy
from ._types import Json, ScoredRow

#: Columns that a Scorer adds.
SCORED = ("rewards", "verdicts", "reward")


class Scorer:
    """
    For `map_batches`: adds `rewards` (a struct by the names of the spec), `verdicts` (a struct by the same names) and `reward` to batches of pyarrow
    (the best), numpy or pandas. The order of rows is kept; a row that was not scored has nulls (in numpy NaN and None), or what `on_null` says.

    Credit compares rows that other batches hold, so it has no place here: a spec with credit is refused; see `advantages`.
    """

    def __init__(self, reward: Reward = None, *, url: str | None = None, token: str | None = None, on_null: OnNull = None, prefix: str = "") -> None:
        from ._trainer import ITEM_SPEC

        self._policy = None if on_null is None else null_policy(on_null, "guerdon.ray.Scorer")
        self._prefix = prefix
        self._client = Guerdon(ITEM_SPEC if reward is None and url is None else reward, url=url, token=token)
        spec = self._client.spec()
        if spec["reduces"] != "row":
            raise SetupError("spec", f"guerdon.ray.Scorer sees a batch at a time, and this spec looks at a whole {spec['reduces']}: leave credit out of it and use guerdon.ray.advantages")
        self._names = spec["names"]

    def __call__(self, batch: Any) -> Any:
        if hasattr(batch, "to_pylist"):
            return self._arrow(batch)
        if hasattr(batch, "to_dict"):
            added = self._columns(batch.to_dict("records"))
            _refuse_clash(batch.columns, added)
            return batch.assign(**{name: values for name, values in added.items()})
        return self._numpy(batch)

    def _score(self, rows: Sequence[Mapping[str, Json]]) -> list[ScoredRow]:
        scored = self._client.score(rows) if self._policy is None else self._client.score_all(rows, self._policy, "guerdon.ray.Scorer")
        if self._names is None:  # a server does not tell, its rows do
            self._names = next((list(row["rewards"]) for row in scored if row["rewards"]), None)
        return scored

    def _columns(self, rows: Sequence[Mapping[str, Json]]) -> dict[str, list[Any]]:
        scored = self._score(rows)
        names = self._names or []
        return {
            f"{self._prefix}rewards": [{name: row["rewards"].get(name) for name in names} for row in scored],
            f"{self._prefix}verdicts": [{name: _told(row, name) for name in names} for row in scored],
            f"{self._prefix}reward": [row["reward"] for row in scored],
        }

    def _arrow(self, table: Any) -> Any:
        import pyarrow as pa

        verdict = pa.struct([("status", pa.string()), ("score", pa.float64()), ("extracted", pa.string()), ("reason", pa.string()), ("text", pa.string())])
        added = self._columns(table.to_pylist())
        names = self._names or []
        types = {"rewards": pa.struct([(name, pa.float64()) for name in names]), "verdicts": pa.struct([(name, verdict) for name in names]), "reward": pa.float64()}
        _refuse_clash(table.column_names, added)
        for name, values in added.items():
            table = table.append_column(name, pa.array(values, type=types[name.removeprefix(self._prefix)]))
        return table

    def _numpy(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        import numpy as np

        count = len(next(iter(batch.values()))) if batch else 0
        rows = [{name: values[i] for name, values in batch.items()} for i in range(count)]
        added = self._columns(rows)
        _refuse_clash(batch, added)
        out = dict(batch)
        for name, values in added.items():
            if name.endswith("reward"):
                out[name] = np.array([math.nan if each is None else each for each in values], dtype=np.float64)
            else:
                out[name] = np.empty(count, dtype=object)
                out[name][:] = values
        return out


def score(ds: Any, reward: Reward = None, *, batch_size: int = 512, concurrency: int | tuple[int, int] = 1, url: str | None = None, on_null: OnNull = None, **ray_args: Any) -> Any:
    """`ds` with the columns of a Scorer. Each actor has a worker of its own, with a thread a core unless $GUERDON_WORKERS says how many."""
    given = {"reward": reward, "url": url, "on_null": on_null}
    return ds.map_batches(Scorer, fn_constructor_kwargs=given, batch_format="pyarrow", batch_size=batch_size, compute=_pool(concurrency), **ray_args)


def advantages(
    ds: Any,
    method: str = "credit/group-relative",
    *,
    id: str = "id",
    group: str = "group",
    reward: str = "reward",
    preset: str | None = None,
    options: Mapping[str, Json] | None = None,
) -> Any:
    """
    `ds` with an `advantage` a row, wherever the rows of a group stand, in the order that it has.

    No row is moved: three columns (an `id` that numbers or names each row, the group, the reward) come to this process, some 50 bytes a row, are
    credited in one call, in the order of the ids, and what is found goes back to the rows. `ds` is materialized, since it is read twice.
    """
    import pyarrow as pa
    import ray

    ds = ds.materialize()
    slim = list(ds.select_columns([id, group, reward]).iter_batches(batch_format="pyarrow", batch_size=None))
    if not slim:
        return ds
    found = credit(pa.concat_tables(slim), method, id=id, group=group, reward=reward, preset=preset, options=options)
    return ds.map_batches(_Join, fn_constructor_kwargs={"found": ray.put(found), "id": id}, batch_format="pyarrow", compute=_pool(1))


def credit(table: Any, method: str, *, id: str, group: str, reward: str, preset: str | None, options: Mapping[str, Json] | None) -> tuple[Any, Any]:
    """The ids of a table in their order, and the advantage of each (NaN: none)."""
    import numpy as np

    table = table.sort_by(id).combine_chunks()
    ids = table.column(id).to_numpy()
    if ids.dtype == object:
        ids = ids.astype(str)
    if len(ids) > 1 and bool((ids[1:] == ids[:-1]).any()):
        raise SetupError("usage", f"guerdon.ray.advantages: each row must have its own {id}, got some twice")
    codes = table.column(group).dictionary_encode().combine_chunks().indices.to_numpy(zero_copy_only=False)
    rewards = table.column(reward).cast("float64").to_numpy()
    credited = Guerdon().advantages(rewards, codes.astype(np.int32), method=method, preset=preset, options=options).advantages
    if len(credited) != len(ids):
        raise GuerdonError("spec", f"{method} gives advantages of tokens: of rows there must be one each")
    return ids, credited


class _Join:
    """Takes each row's advantage from what was found."""

    def __init__(self, found: Any, id: str) -> None:
        import ray

        self._ids, self._advantages = ray.get(found) if isinstance(found, ray.ObjectRef) else found
        self._id = id

    def __call__(self, table: Any) -> Any:
        import numpy as np
        import pyarrow as pa

        _refuse_clash(table.column_names, ["advantage"])
        own = table.column(self._id).to_numpy()
        values = self._advantages[np.searchsorted(self._ids, own.astype(str) if own.dtype == object else own)]
        return table.append_column("advantage", pa.array(values, mask=np.isnan(values), type=pa.float64()))


def _pool(concurrency: int | tuple[int, int]) -> Any:
    from ray.data import ActorPoolStrategy

    return ActorPoolStrategy(size=concurrency) if isinstance(concurrency, int) else ActorPoolStrategy(min_size=concurrency[0], max_size=concurrency[1])


def _told(row: ScoredRow, name: str) -> dict[str, Any] | None:
    verdict = row["verdicts"].get(name)
    if verdict is None:
        # A row that was lost has one verdict, ours.
        verdict = row["verdicts"].get("guerdon")
    if verdict is None:
        return None
    return {"status": verdict["status"], "score": verdict["score"], "extracted": verdict["extracted"], "reason": verdict["reason"]["code"], "text": verdict["reason"]["text"]}


def _refuse_clash(there: Any, added: Any) -> None:
    clash = [name for name in added if name in there]
    if clash:
        raise SetupError("usage", f"the data has {', '.join(clash)} already: rename it, or give the Scorer a prefix")
