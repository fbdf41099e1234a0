from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from guerdon import _client, _trainer, _worker

HERE = Path(__file__).parent


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[_worker.Worker]:
    """The shared worker is one that fails on purpose."""
    monkeypatch.setenv("GUERDON_CLI", str(HERE / "fake_worker.mjs"))
    worker = _worker.Worker()
    monkeypatch.setattr(_worker, "_shared", {None: worker})
    monkeypatch.setattr(_trainer, "_askers", {})
    yield worker
    worker.close(0.2)


@pytest.fixture
def client(fake: _worker.Worker) -> _client.Guerdon:
    return _client.Guerdon()


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GUERDON_ON_NULL", "GUERDON_REWARD", "GUERDON_URL", "GUERDON_TOKEN", "GUERDON_WORKERS"):
        monkeypatch.delenv(name, raising=False)
    assert sys.version_info >= (3, 10)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[_worker.Worker]:
    """The engine itself: the one that the wheel carries, or, in a checkout, its source."""
    source = HERE.parents[3] / "src" / "cli" / "main.ts"
    if not (Path(_worker.__file__).parent / "_engine").is_dir():
        monkeypatch.setenv("GUERDON_CLI", str(source))
    monkeypatch.setenv("GUERDON_WORKERS", "2")
    monkeypatch.setattr(_trainer, "_askers", {})
    yield _ENGINES.setdefault(None, _worker.shared_worker())


#: One for all tests, since it takes a moment to start.
_ENGINES: dict[None, _worker.Worker] = {}
