"""
TRL: reward functions, and advantages, for GRPO and RLOO.

    from guerdon.trl import reward
    trainer = GRPOTrainer(…, reward_funcs=reward())

Restated and tested from TRL 1.16.0: trl/trainer/grpo_trainer.py, `_calculate_rewards` and `_generate_and_score_completions`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ._client import Guerdon, Reward
from ._errors import GuerdonError
from ._null import OnNull
from ._trainer import Asker, first_verdict, plain_columns
from ._types import Columns, Json, ScoredRow
from ._worker import log

#: What TRL gives a reward function beside the columns of the data set.
_TRAINERS = frozenset({"trainer_state", "log_extra", "log_metric", "environments"})

#: Where the engine looks for a reference, in its order.
_REFERENCES = ("reference", "ground_truth", "gold", "expected_answer", "reference_answer", "gold_answer", "correct_answer", "final_answer", "answer", "solution", "gts", "target", "label", "labels")


def reward(
    reward: Reward = None, *, name: str = "guerdon", url: str | None = None, on_null: OnNull = None, columns: Columns | None = None, asynchronous: bool = False
) -> Callable[..., Any]:
    """
    A reward function for `reward_funcs`. Completions may be texts or messages; the columns of the data set stand in the row, where the reference
    is found under the names that `guerdon score` knows (`solution`, `answer`, …), or where `columns` says: `{"reference": "meta.gold"}`.

    What was not scored is None, which TRL leaves out; with `on_null` it becomes what that says. The completions' table gets the verdicts, the
    metrics the share that was not scored. With `asynchronous` it is a coroutine function, which TRL runs beside others.
    """
    ask = Asker("TRL", reward, url=url, on_null=on_null, columns=columns, says_null=True)
    told: list[bool] = []
    mapped = (columns or {}).get("reference")
    gold = _REFERENCES if mapped is None else (mapped,)

    def scored(rows: Sequence[ScoredRow], given: Mapping[str, Any]) -> list[float | None]:
        _log(name, rows, given, gold)
        if not told and _without_reference(rows):
            told.append(True)  # once is enough
            named = ", ".join(column for column in given if column not in _TRAINERS) or "no more"
            log.warning("%s: no row has a reference. Beside prompts and completions the data set has the columns %s: say which holds the answers, as in columns={'reference': NAME}", name, named)
        return [row["reward"] for row in rows]

    if asynchronous:

        async def score_later(prompts: Sequence[Any], completions: Sequence[Any], completion_ids: Any = None, **given: Any) -> list[float | None]:
            return scored(await ask.score_async(_rows(prompts, completions, given)), given)

        score_later.__name__ = name
        return score_later

    def score(prompts: Sequence[Any], completions: Sequence[Any], completion_ids: Any = None, **given: Any) -> list[float | None]:
        return scored(ask.score(_rows(prompts, completions, given)), given)

    score.__name__ = name
    return score


def _rows(prompts: Sequence[Any], completions: Sequence[Any], given: Mapping[str, Any]) -> list[dict[str, Json]]:
    for column, values in {"prompts": prompts, **given}.items():
        if column not in _TRAINERS and isinstance(values, (list, tuple)) and len(values) != len(completions):
            raise GuerdonError("shape", f"TRL: {column} must have an entry a completion, {len(completions)}, got {len(values)}")
    plain = {column: values for column, values in given.items() if column not in _TRAINERS and isinstance(values, (list, tuple))}
    return [
        {**plain_columns({column: values[i] for column, values in plain.items()}), "prompt": prompt, "completion": completion}
        for i, (prompt, completion) in enumerate(zip(prompts, completions))
    ]


def _without_reference(rows: Sequence[ScoredRow]) -> bool:
    codes = {verdict["reason"]["code"] for row in rows for verdict in row["verdicts"].values()}
    return codes == {"no-reference"}


def _log(name: str, rows: Sequence[ScoredRow], given: Mapping[str, Any], references: Sequence[str]) -> None:
    log_extra, log_metric = given.get("log_extra"), given.get("log_metric")
    if log_extra is not None:
        told = [first_verdict(row) for row in rows]
        for column in ("extracted", "verdict", "reason"):
            log_extra(f"{name}_{column}", [each[column] for each in told])
        gold = next((given[column] for column in references if column in given), None)
        if gold is not None:
            log_extra(f"{name}_gold", [str(each) for each in gold])
    if log_metric is not None and rows:
        log_metric(f"{name}/not_scored", sum(row["reward"] is None for row in rows) / len(rows))


class GuerdonAdvantages:
    """
    A mix-in, before the trainer: `class Trainer(GuerdonAdvantages, GRPOTrainer)`. It overrides the advantage step and nothing else.

    The rewards are those that the trainer gathered over its processes, weighted and summed as it does; a completion that no function scored
    leaves its group and gets the advantage 0.
    """

    guerdon_method: str = "credit/group-relative"
    guerdon_preset: str | None = None
    guerdon_options: Mapping[str, Json] | None = None

    def _calculate_rewards(self, *args: Any, **kwargs: Any) -> Any:
        self._guerdon_rewards = super()._calculate_rewards(*args, **kwargs)  # type: ignore[misc]
        return self._guerdon_rewards

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        trainer: Any = self
        output = super()._generate_and_score_completions(inputs)  # type: ignore[misc]
        advantages = self._guerdon_advantages(trainer.num_generations if trainer.model.training else trainer.num_generations_eval)
        # The trainer has logged its own, one a completion of all processes: they are the last.
        logged = trainer._logs["advantages"]
        for _ in range(len(advantages)):
            logged.pop()
        logged.extend(advantages.tolist())
        here = output["advantages"]
        start = trainer.accelerator.process_index * len(here)
        output["advantages"] = advantages[start : start + len(here)].to(here.dtype).to(here.device)
        return output

    def _guerdon_advantages(self, generations: int) -> Any:
        import torch

        per_function = self._guerdon_rewards
        weights = self.reward_weights.to(per_function.device)  # type: ignore[attr-defined]
        rewards = (per_function * weights.unsqueeze(0)).nansum(dim=1).double()
        rewards[torch.isnan(per_function).all(dim=1)] = torch.nan
        groups = [i // generations for i in range(len(rewards))]
        client: Guerdon = self.__dict__.setdefault("_guerdon", Guerdon())
        credited = client.advantages(rewards, groups, method=self.guerdon_method, preset=self.guerdon_preset, options=self.guerdon_options).advantages
        return torch.nan_to_num(torch.as_tensor(credited), nan=0.0)


T = TypeVar("T", bound=type)


def with_advantages(trainer: T, method: str = "credit/group-relative", *, preset: str | None = None, options: Mapping[str, Json] | None = None) -> T:
    """A trainer class whose advantages are those of a credit method: `with_advantages(GRPOTrainer, "credit/leave-one-out")(…)`."""
    missing = [name for name in ("_calculate_rewards", "_generate_and_score_completions") if not inspect.isfunction(getattr(trainer, name, None))]
    if missing:
        raise TypeError(f"{trainer.__name__} must be a trainer of TRL with {', '.join(missing)}")
    fields = {"guerdon_method": method, "guerdon_preset": preset, "guerdon_options": options, "__module__": trainer.__module__, "__doc__": trainer.__doc__}
    made: Any = type(trainer.__name__, (GuerdonAdvantages, trainer), fields)
    return made  # type: ignore[no-any-return]
