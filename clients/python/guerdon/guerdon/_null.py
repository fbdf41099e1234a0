"""
What null becomes where a trainer cannot be told "not scored".

    retry        score again a few times, then fail
    neutral=0.5  this number
    fail         raise NullReward: the step fails, nothing is learnt from a made-up number

There is no default: a choice is asked for at start-up, by keyword (`on_null=`) or by $GUERDON_ON_NULL.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Union

from ._errors import NullReward, SetupError, shown
from ._types import ScoredRow

OnNull = Union[str, float, Mapping[str, float], "NullPolicy", None]


@dataclass(frozen=True)
class NullPolicy:
    kind: Literal["retry", "neutral", "fail"]
    #: Of `neutral`.
    value: float = math.nan
    #: Of `retry`: how often to score again, and the seconds before the first time; they double.
    tries: int = 3
    wait: float = 0.5


def null_policy(choice: OnNull, who: str) -> NullPolicy:
    """The choice that was made, by keyword or by $GUERDON_ON_NULL. Raises SetupError where there is none, or none that is known."""
    if choice is None:
        choice = os.environ.get("GUERDON_ON_NULL") or None
    if choice is None:
        raise SetupError("usage", f"{who} cannot be told that a response was not scored. Say what null becomes: on_null='retry', on_null='neutral=NUMBER' or on_null='fail' (or set GUERDON_ON_NULL)")
    if isinstance(choice, NullPolicy):
        return choice
    if isinstance(choice, str):
        kind, _, number = choice.partition("=")
        if kind == "neutral":
            return NullPolicy("neutral", _number(number))
        if not number and kind == "retry":
            return NullPolicy("retry")
        if not number and kind == "fail":
            return NullPolicy("fail")
    elif isinstance(choice, Mapping):
        if set(choice) == {"neutral"}:
            return NullPolicy("neutral", _number(choice["neutral"]))
    elif isinstance(choice, (int, float)) and not isinstance(choice, bool):
        return NullPolicy("neutral", _number(choice))
    raise SetupError("usage", f"on_null must be 'retry', 'neutral=NUMBER', 'fail' or a number, got {shown(choice)}")


def _number(value: str | float) -> float:
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise SetupError("usage", f"on_null: neutral must have a finite number, as in 'neutral=0.5', got {shown(value)}")
    return number


#: Reasons of undecided verdicts that may be others at the next try; all others come again.
PASSING_REASONS = frozenset({"infrastructure", "worker-lost", "internal-error"})


def may_pass(row: ScoredRow) -> bool:
    """Whether a row without a number may have one at the next try. A function of the user's may return null for any reason."""
    if row["reward"] is not None:
        return False
    open_ = [verdict for verdict in row["verdicts"].values() if verdict["status"] == "undecided"]
    return not open_ or any(verdict["reason"]["code"] in PASSING_REASONS for verdict in open_)


def why_null(row: ScoredRow) -> str:
    """Why a row has no reward, in one line."""
    said = [f"{name}: {verdict['status']}, {verdict['reason']['code']}: {verdict['reason']['text']}" for name, verdict in row["verdicts"].items() if verdict["score"] is None]
    return "; ".join(said) or "no reward of the spec gave it a number"


def null_reward(row: ScoredRow, who: str, policy: NullPolicy) -> NullReward:
    passes = may_pass(row)
    tried = f" after {policy.tries} more tries" if policy.kind == "retry" and passes else ""
    again = ", as it would be at another try" if policy.kind == "retry" and not passes else ""
    return NullReward("null-reward", f"{who}: a response was not scored{tried}: {why_null(row)}{again}", row)
