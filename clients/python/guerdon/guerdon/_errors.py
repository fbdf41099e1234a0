"""What can go wrong, by whose fault. A fault is never a reward of zero: it is one of these, or an undecided verdict."""

from __future__ import annotations

from typing import Any

#: Of a list the items that a message shows, and the characters of anything.
SHOWN_ITEMS, SHOWN_CHARACTERS = 3, 80


def shown(value: Any) -> str:
    """A value for a message, short whatever it is: of a long list the first items and how many there are."""
    if isinstance(value, (list, tuple)) and len(value) > SHOWN_ITEMS:
        return f"[{', '.join(map(shown, value[:SHOWN_ITEMS]))}, …] of {len(value)} items"
    if isinstance(value, (str, bytes)):
        value = value[: SHOWN_CHARACTERS + 1]
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


class GuerdonError(Exception):
    """A fault with a stable code, such as `option`, `unknown-method` or `shape`, and what the engine says of it."""

    def __init__(self, code: str, message: str, details: Any = None) -> None:
        super().__init__(message)
        self.code = code
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.code, str(self), self.details)


class SetupError(GuerdonError):
    """What must be settled before the first score: the runtime, the address, or what null becomes."""


class WorkerLost(GuerdonError):
    """The worker process died on this request and on its retry. Scores say it as an undecided verdict."""


class WorkerTimeout(GuerdonError):
    """No answer within the time limit. Scores say it as an undecided verdict."""


class NullReward(GuerdonError):
    """A response that could not be scored, where the trainer cannot be told so and `on_null` is `fail`, or `retry` and the retries are used up."""
