"""
NeMo-RL: an environment of one step, as its math environment is.

    from nemo_rl.environments.utils import register_env
    register_env("guerdon", "guerdon.nemo_rl.GuerdonEnvironment")

and under `env` of the configuration `guerdon: {reward: my.yaml, on_null: retry}`. The metadata of a sample is its row: `ground_truth`, and what else
the spec looks at.

Restated and tested from NeMo-RL's nemo_rl/environments/{interfaces,math_environment,utils}.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._settings import require_known
from ._trainer import Asker, first_verdict, number, plain_columns
from ._types import Json, ScoredRow

if TYPE_CHECKING:
    #: The environment's actor class.
    GuerdonEnvironment: Any

#: What `env.guerdon` may say.
SETTINGS = ("reward", "on_null", "url", "columns", "components")


class Steps:
    """The environment without its framework: message logs in, numbers out."""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        given = dict(config or {})
        require_known("NeMo-RL", given, SETTINGS, theirs="num_")
        # With several rewards NeMo-RL takes one tensor a name, as GDPO trains on.
        self.components: bool = bool(given.get("components", False))
        self.ask = Asker("NeMo-RL", given.get("reward"), on_null=given.get("on_null"), url=given.get("url"), columns=given.get("columns"))

    def score(self, logs: Sequence[Sequence[Mapping[str, Any]]], metadata: Sequence[Mapping[str, Any] | None]) -> list[ScoredRow]:
        return self.ask.score([_row(log, given or {}) for log, given in zip(logs, metadata)])


def _row(log: Sequence[Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Json]:
    said = [{"role": str(each["role"]), "content": str(each["content"])} for each in log]
    answers = [i for i, each in enumerate(said) if each["role"] == "assistant"]
    # A dialogue's response begins with the first turn of the assistant; of a plain one it is the text.
    first = answers[0] if answers else len(said)
    response: Json = "".join(said[i]["content"] for i in answers) if len(said) - first <= 1 else said[first:]
    return {**plain_columns(given), "prompt": said[:first], "response": response}


def environment_class() -> Any:
    """The environment's class without ray, to be extended."""
    import torch
    from nemo_rl.environments.interfaces import EnvironmentInterface, EnvironmentReturn

    class GuerdonEnvironment(EnvironmentInterface):  # type: ignore[misc]
        def __init__(self, cfg: Mapping[str, Any] | None = None) -> None:
            self.steps = Steps(cfg)

        def step(self, message_log_batch: Any, metadata: Any, return_extracted_answer: bool = False) -> Any:
            scored = self.steps.score(message_log_batch, metadata)
            told = [first_verdict(row) for row in scored]
            rewards: Any = torch.tensor([number(row) for row in scored], dtype=torch.float32)
            if self.steps.components:
                names = list(scored[0]["rewards"]) if scored else []
                # The policy's number stands for a component that was not scored, as it does for the whole.
                rewards = {name: torch.tensor([row["rewards"][name] if row["rewards"][name] is not None else number(row) for row in scored], dtype=torch.float32) for name in names}
            return EnvironmentReturn(
                observations=[{"role": "environment", "content": f"Environment: {each['verdict'] or 'scored'}"} for each in told],
                metadata=metadata,
                next_stop_strings=[None] * len(scored),
                rewards=rewards,
                terminateds=torch.ones(len(scored)),
                answers=[each["extracted"] for each in told] if return_extracted_answer else None,
            )

        def global_post_process_and_metrics(self, batch: Any) -> Any:
            rewards = batch["total_reward"] if "total_reward" in batch else batch["rewards"]
            return batch, {"reward": rewards.float().mean().item() if len(rewards) else 0.0}

        def shutdown(self) -> None:
            pass

    return GuerdonEnvironment


def __getattr__(name: str) -> Any:
    if name != "GuerdonEnvironment":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import ray

    made = ray.remote(max_restarts=-1, max_task_retries=-1)(environment_class())
    globals()[name] = made
    return made
