"""`python -m guerdon ARGS`: the engine's terminal, as `guerdon ARGS` is with npm."""

from __future__ import annotations

import os
import subprocess
import sys

from . import _node
from ._errors import SetupError


def main() -> int:
    try:
        command = _node.command(*sys.argv[1:])
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.run(command).returncode


if __name__ == "__main__":
    sys.exit(main())
