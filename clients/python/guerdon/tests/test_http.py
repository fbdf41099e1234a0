"""The same client against a server: one that is full, draining, broken off, forbidden."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from guerdon import AsyncGuerdon, Guerdon, GuerdonError, SetupError
from guerdon._frame import CONTENT_TYPE, pack, unpack


class Server(ThreadingHTTPServer):
    """A stand-in of `guerdon serve`. `faults` are answered first, one a request: a status, or None to break off."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.faults: list[tuple[int, dict[str, str]] | None] = []
        self.seen: list[tuple[str, dict[str, str], Any]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        specs = [{"name": "math", "reduces": "row"}, {"name": "default", "reduces": "group"}]
        self.answer(200, json.dumps({"specs": specs}).encode(), {"Content-Type": "application/json"})

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["content-length"]))
        framed = self.headers["content-type"] == CONTENT_TYPE
        body, arrays = (lambda head, arrays: (head["body"], arrays))(*unpack(data)) if framed else (json.loads(data), {})
        self.server.seen.append((self.path, dict(self.headers.items()), body))
        if self.server.faults:
            fault = self.server.faults.pop(0)
            if fault is None:
                self.close_connection = True
                self.connection.close()
                return
            self.answer(fault[0], json.dumps({"error": {"code": "busy", "message": "full"}}).encode(), {"Content-Type": "application/json", **fault[1]})
        elif framed:
            values = np.frombuffer(arrays["rewards"], dtype=arrays["rewards"].format)
            self.answer(200, b"".join(bytes(part) for part in pack({"id": 1, "body": {"per": "response"}}, {"advantages": values - 0.5})), {"Content-Type": CONTENT_TYPE})
        else:
            made = {"status": "correct", "score": 1, "extracted": "1", "reason": {"code": "equal", "text": ""}}
            answers = {
                "/base/v1/verify": lambda: {"verdicts": [made for _ in body["items"]]},
                "/base/v1/score": lambda: {"rows": [{"rewards": {"a": 1}, "verdicts": {}, "reward": 1, "advantage": None} for _ in body["rollouts"]]},
            }
            self.answer(200, json.dumps(answers[self.path]()).encode(), {"Content-Type": "application/json"})

    def answer(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/base/"


def test_calls(server: Server, url: str):
    client = Guerdon("math", url=url, token="secret")
    assert client.verify("1", "1")["status"] == "correct"
    assert [row["reward"] for row in client.score([{"response": "1"}, {"response": "2"}])] == [1, 1]
    assert list(client.advantages(np.array([1.0, 0.0]), ["a", "a"]).advantages) == [0.5, -0.5]
    assert [path for path, _, _ in server.seen] == ["/base/v1/verify", "/base/v1/score", "/base/v1/advantages"]
    assert {headers["Authorization"] for _, headers, _ in server.seen} == {"Bearer secret"}
    assert server.seen[1][2]["spec"] == "math" and "spec" not in server.seen[0][2]


def test_the_token_of_the_environment(server: Server, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUERDON_TOKEN", "other")
    Guerdon(url=url).verify("1", "1")
    assert server.seen[0][1]["Authorization"] == "Bearer other"


def test_later_is_asked_again(server: Server, url: str):
    server.faults = [(429, {"Retry-After": "0"}), (503, {"Retry-After": "0.01"}), None, (503, {"Retry-After": "Sat, 01 Jan 2000 00:00:00 GMT"})]
    assert Guerdon(url=url).verify("1", "1")["status"] == "correct"
    assert len(server.seen) == 5


def test_one_that_ends_is_told_as_that(monkeypatch: pytest.MonkeyPatch, url: str, caplog: pytest.LogCaptureFixture):
    ends = [b'{"ready":false,"draining":true}']

    def ready(self: Handler) -> None:
        self.answer(*((503, ends.pop(), {"Retry-After": "0"}) if ends else (200, b'{"ready":true,"specs":[{"name":"default","reduces":"row"}]}', {})))

    monkeypatch.setattr(Handler, "do_GET", ready)
    assert Guerdon(url=url).spec()["reduces"] == "row"
    assert "/base/ready: the server is about to end; asked again, 8 times at most" in caplog.text


def test_connections_that_the_server_closed(server: Server, url: str):
    client = Guerdon(url=url)
    for _ in range(3):
        server.faults = []
        client.verify("1", "1")
        server.faults = [None]
        assert client.verify("1", "1")["status"] == "correct"


def test_faults_of_the_caller_are_told_at_once(server: Server, url: str):
    server.faults = [(401, {})]
    with pytest.raises(GuerdonError, match="full") as told:
        Guerdon(url=url).verify("1", "1")
    assert told.value.code == "busy" and len(server.seen) == 1


def test_nobody_there_is_undecided_never_zero(url: str):
    client = Guerdon(url="http://127.0.0.1:9")
    client._http._retries = 1  # type: ignore[union-attr]
    client._facts = {"reduces": "row", "names": None}
    assert client.verify("1", "1")["reason"]["code"] == "connection"
    assert client.score([{"response": "1"}])[0]["reward"] is None
    with pytest.raises(GuerdonError, match="the server has no spec mth; it has math, default"):
        Guerdon("mth", url=url).score([{"response": "1"}])


def test_many_at_once(server: Server, url: str):
    async def work() -> set[str]:
        server.faults = [(429, {"Retry-After": "0"})] * 20
        client = AsyncGuerdon(url=url)
        return {verdict["status"] for verdict in await asyncio.gather(*(client.verify("1", "1") for _ in range(100)))}

    assert asyncio.run(work()) == {"correct"}


@pytest.mark.parametrize("wrong", ["127.0.0.1:80", "ftp://x", "http://", "http://x/?a=1"])
def test_addresses(wrong: str):
    with pytest.raises(SetupError, match="url must be"):
        Guerdon(url=wrong)


def test_specs_are_names_over_http(url: str):
    with pytest.raises(SetupError, match="name of a spec"):
        Guerdon({"guerdon": 1}, url=url)
