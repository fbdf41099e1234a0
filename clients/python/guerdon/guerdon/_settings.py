"""Settings that come by name out of a trainer's configuration: one that is not known is refused, since the reward would be another than was asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from ._errors import SetupError

#: What people call our settings elsewhere.
_MEANT = {"spec": "reward", "config": "reward", "null": "on_null", "server": "url", "address": "url"}


def require_known(who: str, given: Iterable[str], known: Sequence[str], *, theirs: str = "") -> None:
    """`theirs`: names that begin so are the trainer's own, if they are not nearly ours. Raises SetupError."""
    for name in given:
        if name in known or (theirs and name.startswith(theirs)):
            continue
        word = name.removeprefix("guerdon_")
        near = next((each for each in known if each.endswith(_MEANT.get(word, word))), None) or next(iter(difflib.get_close_matches(name, known, 1)), None)
        raise SetupError("usage", f"{who}: there is no setting {name!r}{f'; did you mean {near!r}?' if near else ''} (there are {', '.join(known)})")
