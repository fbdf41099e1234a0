"""How a call with credit is cut: by groups as the engine tells them, or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from guerdon._ask import PIECE_ROWS, group_pieces


def cut(rows: list[dict[str, Any]], mapping: dict[str, str] | None) -> list[list[int]]:
    return group_pieces(rows, [b"row"] * len(rows), mapping)


def test_groups_stay_whole_however_they_lie():
    rows = [{"group": f"g{i % 40}", "prompt": "the same"} for i in range(400)]
    pieces = cut(rows, {})
    assert sorted(i for piece in pieces for i in piece) == list(range(400)) and len(pieces) > 5
    for piece in pieces:
        assert len(piece) <= PIECE_ROWS
        assert {i % 40 for i in piece}.isdisjoint(j % 40 for other in pieces if other is not piece for j in other)
    assert cut([{"group": "one"}] * 300, {}) == [list(range(300))]


def test_one_name_a_group():
    rows = [{"uid": uid, "prompt": "?"} for uid in (1, "1", np.int64(1))] * 50
    assert len(cut(rows, {})) == 1
    by_prompt = [{"prompt": str(i % 50), "group": None} for i in range(200)]
    assert len(cut(by_prompt, {})) == 4
    mapped = [{"prompt": "?", "key": i % 50} for i in range(200)]
    assert len(cut(mapped, {"group": "key"})) == 4 and len(cut(mapped, {})) == 1


@pytest.mark.parametrize(
    "row, mapping",
    [
        ({"response": "no group and no prompt"}, {}),
        ({"group": 1.5}, {}),
        ({"group": ["a"]}, {}),
        ({"prompt": [{"role": "user", "content": "?"}]}, {}),
        ({"prompt": "?", "question": "!"}, {}),
        ({"prompt": "?", "messages": []}, {}),
        ({"prompt": "?"}, {"reference": "prompt"}),
        ({"prompt": "?"}, {"prompt": "other"}),
        ({"prompt": "?"}, {"group": "meta.group"}),
        ({"uid": "a"}, {"id": "uid"}),
        ({"group": "a"}, None),
    ],
)
def test_what_only_the_engine_can_tell_goes_whole(row: dict[str, Any], mapping: dict[str, str] | None):
    rows = [{**row, "i": i} for i in range(100)]
    assert cut(rows, mapping) == [list(range(100))]
