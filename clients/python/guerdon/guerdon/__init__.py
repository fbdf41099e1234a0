"""
Guerdon in Python: rewards, verdicts and advantages from one engine, in this process or over HTTP.

    from guerdon import Guerdon

    Guerdon().verify("so it is \\\\boxed{0.5}", "1/2")["status"]   # "correct"

Trainers have a module each: `guerdon.verl`, `guerdon.trl`, `guerdon.openrlhf`, `guerdon.nemo_rl`, `guerdon.verifiers`, `guerdon.skyrl`,
`guerdon.areal`, `guerdon.slime`; `guerdon.ray` scores data sets. Nothing is started by an import.
"""

from ._ask import Advantages, SpecFacts
from ._client import AsyncGuerdon, Guerdon
from ._errors import GuerdonError, NullReward, SetupError, WorkerLost, WorkerTimeout
from ._null import NullPolicy
from ._types import Reason, ScoredRow, Span, Verdict

__version__ = "0.1.0"

__all__ = [
    "Advantages",
    "AsyncGuerdon",
    "Guerdon",
    "GuerdonError",
    "NullPolicy",
    "NullReward",
    "Reason",
    "ScoredRow",
    "SetupError",
    "Span",
    "SpecFacts",
    "Verdict",
    "WorkerLost",
    "WorkerTimeout",
    "__version__",
]
