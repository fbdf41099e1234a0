"""
OpenRLHF: this file is a reward file. `python -c "import guerdon.openrlhf as f; print(f.__file__)"` says where it is:

    GUERDON_ON_NULL=retry … --reward.remote_url $(python -c "import guerdon.openrlhf as f; print(f.__file__)")

or a file of your own with `from guerdon.openrlhf import reward_func`, or `reward_func = reward("my.yaml", on_null="neutral=0")`.

Restated and tested from OpenRLHF 0.11.2: openrlhf/utils/agent.py, `SingleTurnAgentExecutor`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from guerdon._client import Reward
from guerdon._errors import GuerdonError
from guerdon._null import OnNull
from guerdon._trainer import Asker, asker, number
from guerdon._types import ScoredRow

#: Where a turn of the assistant begins, in the templates of the common model families.
_ASSISTANT = re.compile(
    r"<\|im_start\|>assistant(?:<\|im_sep\|>)?\n?|<\|start_header_id\|>assistant<\|end_header_id\|>\n{0,2}|<\|header_start\|>assistant<\|header_end\|>\n{0,2}"
    r"|<start_of_turn>model\n?|\[/INST\]|<｜Assistant｜>|<\|assistant\|>\n?|<\|start_of_role\|>assistant<\|end_of_role\|>|<\|im_assistant\|>assistant<\|im_middle\|>"
)
#: Where a turn of anybody else begins.
_OTHERS = re.compile(
    r"<\|im_start\|>(?!assistant)|<\|start_header_id\|>(?!assistant)|<\|header_start\|>(?!assistant)|<start_of_turn>(?!model)|\[INST\]|<｜User｜>"
    r"|<\|(?:user|system|observation|tool)\|>|<\|start_of_role\|>(?!assistant)|<\|im_(?:user|system)\|>"
)
#: What stands at the end of a response and is none of it.
_ENDS = re.compile(
    r"(?:\s*(?:<\|(?:im_end|endoftext|eot_id|eom_id|end_of_text|eot|end|pad|end_of_turn|END_OF_TURN_TOKEN|finetune_right_pad_id|user|observation)\|>|</s>|<eos>|<end_of_turn>|<｜end▁of▁sentence｜>|<pad>|\[PAD\]))+\s*$"
)
_BEGIN = re.compile(r"\s*(?:<\|begin_of_text\|>|<s>|<bos>|<｜begin▁of▁sentence｜>|<\|startoftext\|>|<BOS_TOKEN>|\[gMASK\]<sop>)?\s*")


def reward(spec: Reward = None, *, on_null: OnNull = None, url: str | None = None) -> Callable[..., dict[str, Any]]:
    """A `reward_func` with a spec. A missing `on_null` is told here, when the file is loaded."""
    ask = Asker("OpenRLHF", spec, on_null=on_null, url=url)
    return lambda queries, prompts, labels, **_: _rewards(ask, queries, prompts, labels)


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], **_: Any) -> dict[str, Any]:
    """OpenRLHF's reward function, by $GUERDON_REWARD, $GUERDON_URL and $GUERDON_ON_NULL."""
    return _rewards(asker("OpenRLHF"), queries, prompts, labels)


def _rewards(ask: Asker, queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> dict[str, Any]:
    rows = [{"prompt": prompt, "response": response_of(query, prompt), "reference": label} for query, prompt, label in zip(queries, prompts, labels)]
    scored = ask.score(rows)
    rewards = [number(row) for row in scored]
    return {"rewards": rewards, "scores": list(rewards), "extra_logs": _logs(scored)}


def _logs(scored: Sequence[ScoredRow]) -> dict[str, list[float]]:
    """Numbers by name; OpenRLHF makes no batch where one sample has a name that another lacks, so each has all."""
    logs: dict[str, list[float]] = {}
    for name in dict.fromkeys(name for row in scored for name in row["rewards"]):
        values = [row["rewards"].get(name) for row in scored]
        logs[name] = [value if value is not None else 0.0 for value in values]
        logs[f"{name}_scored"] = [float(value is not None) for value in values]
    return logs


def response_of(query: str, prompt: str) -> str:
    """
    The response of a decoded query: what follows the prompt where the query begins with it, else what follows the last turn of the assistant.

    Prompt text is never graded. Raises GuerdonError where the two cannot be told apart.
    """
    for text in (query, query[_after(_BEGIN, query) :]):
        for asked in (prompt, prompt[_after(_BEGIN, prompt) :]):
            if asked and text.startswith(asked):
                return _ENDS.sub("", text[len(asked) :])
    turns = list(_ASSISTANT.finditer(query))
    if turns:
        response = _ENDS.sub("", query[turns[-1].end() :])
        if not _OTHERS.search(response):
            return response
    raise GuerdonError("format", f"a query must begin with its prompt or end with the turn of the assistant, so that prompt and response can be told apart, got {query[-200:]!r}")


def _after(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0
