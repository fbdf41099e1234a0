"""
SkyRL-Gym: an environment of one step.

    from skyrl_gym.envs import register
    register(id="guerdon", entry_point="guerdon.skyrl:GuerdonEnv")

with `env_class: guerdon` in the data, the reference at `reward_spec.ground_truth`, and `on_null` in the environment's configuration
(`reward`, `url` and `columns`, too) or in $GUERDON_ON_NULL.

Restated and tested from SkyRL 0.3.0: skyrl_gym/envs/{base_text_env,registration,gsm8k/env}.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._trainer import accuracy, asker, first_verdict, number, plain_columns
from ._types import Json

if TYPE_CHECKING:
    #: The environment's class.
    GuerdonEnv: Any


def _class() -> Any:
    from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

    class GuerdonEnv(BaseTextEnv):  # type: ignore[misc]
        def __init__(self, env_config: Any = None, extras: Mapping[str, Any] | None = None) -> None:
            super().__init__()
            given = extras or {}
            spec = given.get("reward_spec") or {}
            if "ground_truth" not in spec:
                raise ValueError("guerdon: extras must have reward_spec.ground_truth")
            self._ask = asker("SkyRL", _setting(env_config, "reward"), on_null=_setting(env_config, "on_null"), url=_setting(env_config, "url"), columns=_setting(env_config, "columns"))
            self._row: dict[str, Json] = {**plain_columns({key: value for key, value in given.items() if key != "reward_spec"}), "reference": spec["ground_truth"]}
            self._prompt: Json = None
            self._metrics: dict[str, Any] = {}

        def init(self, prompt: Any) -> tuple[Any, dict[str, Any]]:
            self._prompt = prompt
            return prompt, {}

        def step(self, action: str) -> Any:
            row = {**self._row, "response": action}
            if self._prompt is not None:
                row["prompt"] = self._prompt
            scored = self._ask.score([row])[0]
            self._metrics = {"acc": accuracy(scored)}
            return BaseTextEnvStepOutput(observations=[], reward=number(scored), done=True, metadata=first_verdict(scored))

        def get_metrics(self) -> dict[str, Any]:
            return dict(self._metrics)

    return GuerdonEnv


def _setting(config: Any, name: str) -> Any:
    if config is None:
        return None
    if hasattr(config, "get"):
        return config.get(name)
    return getattr(config, name, None)


def __getattr__(name: str) -> Any:
    if name != "GuerdonEnv":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = made = _class()
    return made
