"""Rollouts of our own for tests of clusters: groups of eight, in an order that splits every group over the file."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

GROUP = 8
FORMS = ("So the answer is \\boxed{%s}.", "Thus \\boxed{%s} ✓ 𝛼", "we get $%s$", "\\boxed{\\frac{%s}{1}}", "𝕊𝕠 it must be **%s**.", "<think>perhaps 12</think>\nIt is \\boxed{%s.0}")


def rollouts(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Right and wrong answers in several forms, some without an answer, some whose reference cannot be read: those stay null."""
    rng = random.Random(seed)
    made = []
    for group in range(count // GROUP):
        a, b = rng.randint(1, 999), rng.randint(1, 999)
        unread = rng.random() < 0.01
        for k in range(GROUP):
            answer = a * b if rng.random() < 0.5 else a * b + rng.randint(1, 9)
            said = "I do not know." if rng.random() < 0.03 else rng.choice(FORMS) % answer
            response = "Let me compute. " * rng.randint(1, 12) + said
            made.append({"id": f"r{group * GROUP + k:07d}", "group": f"g{group}", "prompt": f"{a}*{b}?", "response": response, "reference": "\\frac{" if unread else str(a * b)})
    rng.shuffle(made)
    return ({"n": n, **row} for n, row in enumerate(made))


def line(row: dict[str, Any]) -> str:
    """A row as `guerdon score` writes it: what has no value is left out, whole numbers have no point."""
    return json.dumps(_bare(row), ensure_ascii=False, separators=(",", ":")) + "\n"


def _bare(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if each is not None or name not in ("rule", "span")}
    return value
