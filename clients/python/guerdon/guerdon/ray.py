"""
Ray Data: scores and advantages of data sets of any size.

    ds = ray.data.read_parquet("rollouts/")
    ds = guerdon.ray.score(ds, "my.yaml", concurrency=8)
    ds = guerdon.ray.advantages(ds, id="id", group="group")
    ds.write_parquet("scored/")

or by itself: `ds.map_batches(Scorer, fn_constructor_kwargs={"reward": "my.yaml"}, batch_format="pyarrow", compute=ActorPoolStrategy(size=8))`.

Scoring is pure: a batch whose actor or worker died is scored again by Ray, and each row is scored once in what comes out. Blocks keep their order where
`ray.data.DataContext.get_current().execution_options.preserve_order` is set. What must outlive its driver goes from files to files:

    files = guerdon.ray.score_files("rollouts/", "scored/", "my.yaml", concurrency=8)   # the same line again goes on where it ended
    ds = guerdon.ray.advantages(ray.data.read_parquet(files), id="id", group="group")
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ._client import Guerdon, Reward
from ._errors import GuerdonError, SetupError
from ._null import OnNull, null_policy
from ._types import Columns, Json, ScoredRow, Verdict

#: Columns that a Scorer adds.
SCORED = ("rewards", "verdicts", "reward")


class Scorer:
    """
    For `map_batches`: adds `rewards` (a struct by the names of the spec), `verdicts` (a struct by the same names, with all that an output line of
    `guerdon score` says) and `reward` to batches of pyarrow (the best), numpy or pandas. The order of rows is kept; a row that was not scored has
    nulls (in numpy NaN and None), or what `on_null` says. `columns` such as `{"reference": "meta.gold"}` say where a role is read.

    Credit compares rows that other batches hold, so it has no place here: a spec with credit is refused; see `advantages`.
    """

    def __init__(self, reward: Reward = None, *, url: str | None = None, token: str | None = None, on_null: OnNull = None, columns: Columns | None = None, prefix: str = "") -> None:
        from ._trainer import ITEM_SPEC

        self._policy = None if on_null is None else null_policy(on_null, "guerdon.ray.Scorer")
        self._prefix, self._mapping = prefix, columns
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
        scored = self._client.score(rows, columns=self._mapping) if self._policy is None else self._client.score_all(rows, self._policy, "guerdon.ray.Scorer", columns=self._mapping)
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

        verdict = pa.struct(
            [
                ("status", pa.string()),
                ("score", pa.float64()),
                ("extracted", pa.string()),
                ("reason", pa.struct([("code", pa.string()), ("text", pa.string())])),
                ("rule", pa.string()),
                ("span", pa.struct([("start", pa.int64()), ("end", pa.int64())])),
            ]
        )
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


def score(
    ds: Any,
    reward: Reward = None,
    *,
    batch_size: int = 512,
    concurrency: int | tuple[int, int] = 1,
    url: str | None = None,
    on_null: OnNull = None,
    columns: Columns | None = None,
    **ray_args: Any,
) -> Any:
    """`ds` with the columns of a Scorer. Each actor has a worker of its own, with a thread a core unless $GUERDON_WORKERS says how many."""
    given = {"reward": reward, "url": url, "on_null": on_null, "columns": columns}
    return ds.map_batches(Scorer, fn_constructor_kwargs=given, batch_format="pyarrow", batch_size=batch_size, compute=_pool(concurrency), **ray_args)


def score_files(
    inputs: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    out: str | os.PathLike[str],
    reward: Reward = None,
    *,
    batch_size: int = 512,
    concurrency: int | tuple[int, int] = 1,
    url: str | None = None,
    on_null: OnNull = None,
    columns: Columns | None = None,
    **ray_args: Any,
) -> list[str]:
    """
    Scores files of rollouts (Parquet or JSONL; or folders of them) into a folder that all nodes see, and returns the files it wrote, in the order of
    the input. A row group of Parquet, or a file of JSONL, becomes one Parquet file, which is there whole or not at all.

    A run that was killed, the driver with it, goes on where it ended: files that are there are not scored again. A folder that was begun with other
    inputs or another spec is refused.
    """
    import ray

    folder = Path(out).absolute()
    blocks = _blocks([inputs] if isinstance(inputs, (str, os.PathLike)) else inputs, folder)
    _begin(folder, {"blocks": blocks, "reward": _identity(reward), "url": url, "on_null": repr(on_null), "columns": dict(columns or {})})
    left = [block for block in blocks if not Path(block["to"]).exists()]
    if left:
        given = {"reward": reward, "url": url, "on_null": on_null, "columns": columns, "batch_size": batch_size}
        ds = ray.data.from_items(left, override_num_blocks=len(left))
        ds.map_batches(_FileScorer, fn_constructor_kwargs=given, batch_size=1, compute=_pool(concurrency), **ray_args).materialize()
    return [block["to"] for block in blocks]


class _FileScorer:
    """Scores a block of a file into a file of its own."""

    def __init__(self, batch_size: int, **given: Any) -> None:
        self._scorer, self._batch_size = Scorer(**given), batch_size

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        import pyarrow as pa
        import pyarrow.json
        import pyarrow.parquet

        source, group, to = str(batch["from"][0]), int(batch["group"][0]), Path(str(batch["to"][0]))
        table = pyarrow.json.read_json(source) if group < 0 else pyarrow.parquet.ParquetFile(source).read_row_group(group)
        scored = pa.concat_tables([self._scorer(table.slice(at, self._batch_size)) for at in range(0, max(len(table), 1), self._batch_size)])
        # The name is taken when all is written, so that a file is whole, whoever is killed when.
        part = to.with_name(f".{to.name}.{uuid.uuid4().hex}")
        with part.open("wb") as file:
            pyarrow.parquet.write_table(scored, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
        return {"to": [str(to)], "rows": [len(scored)]}


def _blocks(inputs: Iterable[str | os.PathLike[str]], folder: Path) -> list[dict[str, Any]]:
    """What is read by itself, in order: a file, the row group in it (-1: all of it), and the file that it becomes."""
    import pyarrow.parquet

    suffixes = {".parquet", ".jsonl"}
    given = [Path(each).absolute() for each in inputs]
    files = [file for path in given for file in (sorted(each for each in path.rglob("*") if each.suffix in suffixes) if path.is_dir() else [path])]
    stray = next((file for file in files if file.suffix not in suffixes or not file.is_file() or folder in file.parents), None)
    if stray is not None or not files:
        raise SetupError("usage", f"score_files: inputs must be files of Parquet (.parquet) or of lines (.jsonl) outside of the output, or folders of them, got {stray or 'none'}")
    parts = [(file, group) for file in files for group in (range(pyarrow.parquet.ParquetFile(file).num_row_groups) if file.suffix == ".parquet" else [-1])]
    return [{"from": str(file), "size": file.stat().st_size, "group": group, "to": str(folder / f"part-{i:06d}.parquet")} for i, (file, group) in enumerate(parts)]


def _identity(reward: Reward) -> Json:
    """A spec as it can be known again: its document, or what its file holds."""
    if isinstance(reward, (str, os.PathLike)):
        path = Path(os.fspath(reward).partition("#")[0])
        return {"file": os.fspath(reward), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} if path.is_file() else os.fspath(reward)
    return dict(reward) if reward is not None else None


def _begin(folder: Path, run: Mapping[str, Json]) -> None:
    """Writes down what is run, or refuses to go on with something else."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in folder.glob(".part-*"):
        part.unlink()
    told = json.dumps(run, indent=1, sort_keys=True)
    begun = folder / "_run.json"
    if begun.exists() and begun.read_text() != told:
        raise SetupError("usage", f"score_files: {folder} was begun with other inputs or another spec ({begun} says which): remove it, or name another folder")
    fresh = folder / f"._run.{uuid.uuid4().hex}"
    fresh.write_text(told)
    fresh.replace(begun)


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


def _told(row: ScoredRow, name: str) -> Verdict | None:
    # A row that was lost has one verdict, ours.
    return row["verdicts"].get(name) or row["verdicts"].get("guerdon")


def _refuse_clash(there: Any, added: Any) -> None:
    clash = [name for name in added if name in there]
    if clash:
        raise SetupError("usage", f"the data has {', '.join(clash)} already: rename it, or give the Scorer a prefix")
