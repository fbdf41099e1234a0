"""The shapes of what comes back: the fields of an output line of `guerdon score`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypedDict

#: JSON as Python has it.
Json = Any

Status = Literal["correct", "incorrect", "invalid", "undecided", "not-applicable"]


class Reason(TypedDict):
    """Why: a stable code for programs, a sentence for people."""

    code: str
    text: str


class Span(TypedDict):
    """Half-open range of the response, in code points, as Python slices count."""

    start: int
    end: int


class _VerdictFields(TypedDict):
    status: Status
    #: In [0, 1]; None where the response could not be judged.
    score: float | None
    #: The answer taken from the response, as written there.
    extracted: str | None
    reason: Reason


class Verdict(_VerdictFields, total=False):
    """What a verifier says of a response."""

    rule: str
    span: Span


class _RowFields(TypedDict):
    #: By the names of the spec; None is "not scored", never zero.
    rewards: dict[str, float | None]
    verdicts: dict[str, Verdict]
    reward: float | None
    advantage: float | None


class ScoredRow(_RowFields, total=False):
    """What a rollout was given, in the order of the rows."""

    #: One a token, where the credit of the spec gives them.
    advantages: list[float] | None
    #: True where the row was not scored and `reward` is the number of `on_null`.
    neutral: bool


#: Where a role is read, over recognition and the spec: `{"reference": "meta.gold"}`.
Columns = Mapping[str, str]

#: A rollout in any dialect that `guerdon score` reads.
Row = Mapping[str, Any]


def undecided(code: str, text: str) -> Verdict:
    """A verdict that is our fault, not the response's."""
    return {"status": "undecided", "score": None, "extracted": None, "reason": {"code": code, "text": text}}
