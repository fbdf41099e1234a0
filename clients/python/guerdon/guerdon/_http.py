"""The engine over HTTP: `guerdon serve` elsewhere. Same calls, same replies."""

from __future__ import annotations

import email.utils
import http.client
import json
import os
import random
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from . import _frame
from ._errors import GuerdonError, SetupError, WorkerLost, WorkerTimeout, shown
from ._types import Json
from ._worker import Reply, log

#: Answers that say: come back later.
_LATER = frozenset({429, 502, 503, 504})
#: The longest wait that a server's Retry-After is heeded for.
_LONGEST_WAIT = 60.0


class Http:
    """
    Requests to one server, over connections that are kept and shared between threads.

    Scoring changes nothing, so a request is sent again when the connection breaks, and when the server is full (429) or draining (503): after
    as long as it says, else after a time that doubles.
    """

    def __init__(self, url: str, token: str | None = None, *, timeout: float = 600.0, retries: int = 8) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise SetupError("usage", f"url must be http://HOST[:PORT][/PATH] or https://…, got {shown(url)}")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._token = token
        self._timeout, self._retries = timeout, retries
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._pid = os.getpid()

    def specs(self) -> list[dict[str, Json]]:
        """The specs that the server has: their name, and what they reduce."""
        listed: list[dict[str, Json]] | None = self._ask("GET", "/ready", None, {}, self._timeout).body.get("specs")
        if listed is None:
            raise SetupError("token", "token must be one that the server knows: it tells what it serves to nobody else")
        return listed

    def call(self, name: str, body: dict[str, Json], arrays: Mapping[str, Any] | None = None) -> Reply:
        """Raises what the server says is wrong, WorkerLost where it cannot be reached, WorkerTimeout."""
        headers: dict[str, str] = {}
        if arrays:
            data = b"".join(_frame.pack({"id": 1, "call": name, "body": _frame.encode_body(body)}, arrays))
            headers["Content-Type"] = _frame.CONTENT_TYPE
        else:
            data = _frame.encode_body(body)
            headers["Content-Type"] = "application/json"
        return self._ask("POST", f"/v1/{name}", data, headers, self._timeout)

    def _ask(self, method: str, path: str, data: bytes | None, headers: dict[str, str], timeout: float) -> Reply:
        ends = time.monotonic() + timeout
        headers["Accept"] = f"application/json, {_frame.CONTENT_TYPE}"
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        tries = 0
        while True:
            left = ends - time.monotonic()
            if left <= 0:
                raise WorkerTimeout("timeout", f"no answer of {self._where} to {path} in time")
            try:
                status, said, answer = self._once(method, self._path + path, data, headers, left)
            except TimeoutError:
                raise WorkerTimeout("timeout", f"no answer of {self._where} to {path} in time") from None
            except (OSError, http.client.HTTPException) as error:
                problem: GuerdonError = WorkerLost("connection", f"{self._where} cannot be reached: {error or type(error).__name__}")
                wait = None
            else:
                if status == 200:
                    return _reply(said.get("content-type", ""), answer)
                problem = _problem(status, answer, f"{self._where}{self._path + path}")
                if status not in _LATER:
                    raise problem
                wait = _seconds(said.get("retry-after"))
            tries += 1
            if tries > self._retries:
                raise problem
            if tries == 1:
                log.warning("%s; asked again, %d times at most", problem, self._retries)
            pause = min(wait, _LONGEST_WAIT) if wait is not None else min(2.0**tries / 10, 10.0)
            # Clients that were turned away together do not come back together.
            time.sleep(max(0.0, min(pause * (1 + random.random() / 4), ends - time.monotonic())))

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    @property
    def _where(self) -> str:
        return f"{self._host}:{self._port}" if self._port else self._host

    def _once(self, method: str, path: str, data: bytes | None, headers: Mapping[str, str], timeout: float) -> tuple[int, dict[str, str], bytes]:
        if self._pid != os.getpid():  # forked: the connections are the parent's
            self._pid, self._idle, self._lock = os.getpid(), [], threading.Lock()
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        kept = connection is not None
        if connection is None:
            connection = (http.client.HTTPSConnection if self._secure else http.client.HTTPConnection)(self._host, self._port, timeout=timeout)
        try:
            if connection.sock is not None:
                connection.sock.settimeout(timeout)
            connection.request(method, path, body=data, headers=dict(headers))
            response = connection.getresponse()
            answer = response.read()
        except (ConnectionError, http.client.HTTPException) as error:
            connection.close()
            # A connection that was kept may have been closed by the server long before: that is no failure of this request.
            if kept and not isinstance(error, TimeoutError):
                return self._once(method, path, data, headers, timeout)
            raise
        except BaseException:
            connection.close()
            raise
        if response.will_close:
            connection.close()
        else:
            with self._lock:
                self._idle.append(connection)
        return response.status, {key.lower(): value for key, value in response.getheaders()}, answer


def _reply(kind: str, answer: bytes) -> Reply:
    if kind.startswith(_frame.CONTENT_TYPE):
        head, arrays = _frame.unpack(answer)
        return Reply(head.get("body"), arrays)
    return Reply(json.loads(answer), {})


def _problem(status: int, answer: bytes, where: str) -> GuerdonError:
    try:
        said = json.loads(answer)
        if said.get("ready") is False:  # what /ready says of one that ends, or has not begun
            return GuerdonError("not-ready", f"{where}: the server {'is about to end' if said.get('draining') else 'is not ready'}")
        error = said["error"]
        return GuerdonError(str(error["code"]), str(error["message"]), {"path": error["path"]} if "path" in error else None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return GuerdonError("http", f"{where} answered {status} and not as guerdon serve does: {answer[:300].decode('utf-8', 'replace') or 'nothing'}")


def _seconds(header: str | None) -> float | None:
    """Of Retry-After: seconds, or a date."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except ValueError:
        return None
