"""
The worker: one `guerdon worker --frames` a Python process, spoken to over its standard input and output.

It is started at the first call, never at import. Threads share it: a thread writes, one reads and routes replies by id; a caller that waits alone
does both by itself, since every hand-over between threads costs more than most verdicts. When it dies it is
started again and what was in flight is sent once more; what it dies on twice fails with WorkerLost. A process that was forked starts its
own; nothing of the parent's is touched there but closed.
"""

from __future__ import annotations

import atexit
import itertools
import logging
import os
import queue
import select
import subprocess
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import IO, Any, NamedTuple

from . import _node
from ._errors import GuerdonError, SetupError, WorkerLost, WorkerTimeout
from ._frame import PREFIX, encode_body, pack, seal, unpack_body, unpack_prefix
from ._types import Json

log = logging.getLogger("guerdon")

#: Requests that are under way together hold at most this many bytes; a larger one goes alone.
MAX_IN_FLIGHT = 64 << 20
#: Attempts at one request: the worker may die once.
ATTEMPTS = 2
#: Whether pipes can be waited for, so that callers may read and write them themselves.
POLLS = hasattr(select, "poll")
#: Lines of the worker's standard error that are kept to be told with its death.
KEPT_LINES = 40


#: Bytes that are read at a time: what a pipe holds.
CHUNK = 1 << 16


class Reply(NamedTuple):
    body: Json
    arrays: dict[str, memoryview]


class Spec(NamedTuple):
    """A spec to be opened: its document, and the key it is known by."""

    key: str
    document: Json


class Call:
    """One request, and whoever waits for it."""

    __slots__ = ("alone", "arrays", "attempts", "body", "handle", "id", "later", "name", "result", "size", "spec")

    def __init__(self, id: int, name: str, body: Mapping[str, Json], arrays: Mapping[str, Any] | None, spec: Spec | None) -> None:
        self.id, self.name, self.body, self.arrays, self.spec = id, name, body, arrays, spec
        self.attempts = 0
        self.size = 0
        #: Of its spec, where it was sent last.
        self.handle: str | None = None
        #: Its caller reads the answer itself.
        self.alone = False
        self.result: Reply | BaseException | None = None
        #: The result for who waits; one that reads the answer itself has none.
        self.later: Future[Reply] | None = None

    @property
    def future(self) -> Future[Reply]:
        """Of a call whose caller does not read."""
        if self.later is None:
            self.later = Future()
        return self.later


class _Process:
    """One life of the worker process."""

    def __init__(
        self,
        command: Sequence[str],
        ended: Callable[[_Process], None],
        replied: Callable[[_Process, dict[str, Json], dict[str, memoryview]], None],
        idle: Callable[[_Process], None],
    ) -> None:
        # A session of its own: an interrupt at the terminal is for the trainer, and the worker ends with its input.
        self.popen = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True)
        self.pending: dict[int, Call] = {}
        #: Handles of the specs that are open here; while one is being opened, who waits for it.
        self.handles: dict[str, str] = {}
        #: What was said of them.
        self.opened: dict[str, Json] = {}
        self.opening: dict[str, list[Call]] = {}
        self.heard = time.monotonic()
        self.spoke = False
        self.alive = True
        self.faults: deque[str] = deque(maxlen=KEPT_LINES)
        self._outbox: queue.SimpleQueue[list[bytes | memoryview] | None] = queue.SimpleQueue()
        #: Frames that were given to the thread that writes, and those it has written: each is counted by one thread alone.
        self._given, self._written = 0, 0
        #: Who reads, and that the thread is to read since nobody else will.
        self._reading = threading.Lock()
        self._wanted = threading.Event()
        assert self.popen.stdin is not None and self.popen.stdout is not None
        self._input, self._reader = self.popen.stdin.fileno(), _Reader(self.popen.stdout.fileno())
        if POLLS:
            os.set_blocking(self._input, False)
        self._ended, self._replied, self._idle = ended, replied, idle
        self._errors = threading.Thread(target=self._listen, name="guerdon-stderr", daemon=True)
        # The reader last: it tells of an end, which may be at once, and asks the others then.
        for each in (self._errors, threading.Thread(target=self._write, name="guerdon-write", daemon=True), threading.Thread(target=self._read, name="guerdon-read", daemon=True)):
            each.start()

    def send(self, parts: list[bytes | memoryview]) -> None:
        """Sends a frame. Calls come one after the other."""
        if POLLS and self._given == self._written:
            # Nothing waits and nothing is being written: what the pipe takes goes at once.
            data = memoryview(b"".join(parts))
            try:
                data = data[os.write(self._input, data) :]
            except BlockingIOError:
                pass
            except OSError:
                return  # its reader tells of the end
            if not data:
                return
            parts = [data]
        self._given += 1
        self._outbox.put(parts)

    def read(self) -> None:
        """Somebody waits for an answer that nobody reads."""
        self._wanted.set()

    def rest(self) -> None:
        """Nobody waits any more."""
        self._wanted.clear()

    def leave(self) -> None:
        """It is dead, or as good as that: its threads end."""
        self.alive = False
        self._wanted.set()
        self._outbox.put(None)

    def read_until(self, call: Call, seconds: float | None) -> None:
        """Reads in the thread of a caller that waits alone, unless somebody reads already. Returns when it has its answer, the process has ended, or the time is over."""
        if not self._reading.acquire(blocking=False):
            return
        over = False
        try:
            deadline = None if seconds is None else time.monotonic() + seconds
            while call.result is None and not over and self.alive:
                if not self._reader.wait(deadline):  # an interrupt here harms nothing
                    break
                try:
                    over = not self._read_one()
                except (GuerdonError, ValueError, LookupError) as error:
                    self._unreadable(error)
                    over = True
                except BaseException:  # an interrupt here may have torn a frame
                    self.kill()
                    raise
        finally:
            self._reading.release()
            if over:
                self._end()
            elif self.pending:
                self._wanted.set()

    def kill(self) -> None:
        self.popen.kill()

    def close(self, seconds: float) -> None:
        """Ends the input, and the process when it does not end by that."""
        self._outbox.put(None)
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def abandon(self) -> None:
        """In a forked process: lets go of the parent's worker without a word to it."""
        for pipe in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                pipe.close()
        self.popen.returncode = 0

    def reason(self) -> str:
        """How it ended, and what it said last."""
        try:
            code: int | None = self.popen.wait(5)
        except subprocess.TimeoutExpired:
            code = None
        self._errors.join(1)
        how = "closed its output" if code is None else f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        said = "\n".join(self.faults).strip()
        return f"the guerdon worker {how}" + (f": {said}" if said else "")

    def _write(self) -> None:
        stdin = self.popen.stdin
        assert stdin is not None
        try:
            while (parts := self._outbox.get()) is not None:
                count = 1
                # What waits together goes together: small requests of many threads are one write.
                while len(parts) < 512 and not self._outbox.empty():
                    more = self._outbox.get()
                    if more is None:
                        self._outbox.put(None)
                        break
                    parts = parts + more
                    count += 1
                _write_all(stdin, parts)
                self._written += count
        except OSError:
            pass  # its reader tells of the end
        finally:
            try:
                stdin.close()
            except OSError:
                pass

    def _read(self) -> None:
        while self.alive:
            self._wanted.wait()
            over = False
            with self._reading:
                while self.pending and self.alive and not over:
                    try:
                        over = not self._read_one()
                    except Exception as error:
                        self._unreadable(error)
                        over = True
            if over:
                return self._end()
            self._idle(self)

    def _read_one(self) -> bool:
        """Reads a frame and gives it to who waits for it; False where there are no more."""
        if (frame := self._reader.frame()) is None:
            return False
        self.heard = time.monotonic()
        self.spoke = True
        self._replied(self, *unpack_body(*frame))
        return True

    def _unreadable(self, error: Exception) -> None:
        """One that speaks no frames is as good as dead, and is told of as one."""
        self.faults.append(f"its output cannot be read: {error}")
        self.kill()

    def _end(self) -> None:
        # What is pending is taken over before anybody may start another.
        self._ended(self)
        self.leave()

    def _listen(self) -> None:
        stderr = self.popen.stderr
        assert stderr is not None
        rest = b""
        try:
            while data := os.read(stderr.fileno(), 1 << 16):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    self._said(line)
                rest = rest[-2000:]
        except (OSError, ValueError):
            pass
        if rest:
            self._said(rest)

    def _said(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()[:2000]
        self.faults.append(text)
        log.debug("worker: %s", text)


class _Reader:
    """Reads a pipe in whole pieces. It holds no lock, which a forked process could find held for ever."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._rest = b""
        if POLLS:
            self._poll = select.poll()
            self._poll.register(fd, select.POLLIN)

    def wait(self, deadline: float | None) -> bool:
        """Whether there is something to read, or an end, before it is too late."""
        return bool(self._rest) or bool(self._poll.poll(None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000))

    def frame(self) -> tuple[bytes, bytes] | None:
        """The header and the payload of a frame; None where the pipe ended before."""
        data = self._rest or os.read(self._fd, CHUNK)
        if len(data) >= PREFIX.size:
            header, payload = unpack_prefix(data[: PREFIX.size])
            start, end = PREFIX.size + header, PREFIX.size + header + payload
            if len(data) >= end:
                self._rest = data[end:]
                return data[PREFIX.size : start], data[start:end]
        self._rest = data
        if (prefix := self._read(PREFIX.size)) is None:
            return None
        header, payload = unpack_prefix(prefix)
        head, body = self._read(header), self._read(payload)
        return None if head is None or body is None else (head, body)

    def _read(self, size: int) -> bytes | None:
        """So many bytes; None where the pipe ended before."""
        if len(self._rest) >= size:
            piece, self._rest = self._rest[:size], self._rest[size:]
            return piece
        pieces, missing = [self._rest], size - len(self._rest)
        while missing > 0:
            data = os.read(self._fd, max(CHUNK, min(missing, 1 << 24)))
            if not data:
                return None
            pieces.append(data)
            missing -= len(data)
        whole = b"".join(pieces)
        self._rest = whole[size:]
        return whole[:size]


def _write_all(pipe: IO[bytes], parts: list[bytes | memoryview]) -> None:
    small: list[bytes | memoryview] = []
    for part in [*parts, None]:
        if part is not None and len(part) < 1 << 16:
            small.append(part)
            continue
        for data in (b"".join(small), part):
            view = memoryview(data or b"")
            while view:
                written = pipe.write(view)
                if written is None:  # full
                    poll = select.poll()
                    poll.register(pipe.fileno(), select.POLLOUT)
                    poll.poll()
                else:
                    view = view[written:]
        small = []


class Worker:
    """The shared worker of this process: `submit` from any thread, in any order."""

    def __init__(self, command: Callable[[], Sequence[str]] | None = None, *, max_in_flight: int = MAX_IN_FLIGHT) -> None:
        self._command: Callable[[], Sequence[str]] = command or worker_command
        self._max_in_flight = max_in_flight
        self._reset()
        _workers.add(self)

    def _reset(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.RLock()
        self._room = threading.Condition(self._lock)
        self._in_flight = 0
        #: Callers that wait for room.
        self._waiting = 0
        self._ids = itertools.count(1)
        self._process: _Process | None = None
        #: What was in flight when a worker died, one of them its death perhaps: they are sent again one after the other.
        self._suspects: deque[Call] = deque()
        self._trial: Call | None = None

    def _after_fork(self) -> None:
        process = self._process
        self._reset()
        if process is not None:
            process.abandon()

    @property
    def pid(self) -> int | None:
        """Of the worker process, where one runs."""
        return self._process.popen.pid if self._process is not None else None

    def call(self, name: str, body: dict[str, Json], arrays: Mapping[str, Any] | None = None, *, spec: Spec | None = None, timeout: float | None = None) -> Reply:
        """Sends a request and waits for its reply. Raises what the engine says is wrong, WorkerLost or WorkerTimeout."""
        return self.wait(self.submit(name, body, arrays, spec=spec, alone=POLLS), timeout)

    def wait(self, call: Call, timeout: float | None = None) -> Reply:
        """The reply to what was submitted."""
        left = timeout
        if call.alone:
            if (process := self._process) is not None:
                began = time.monotonic()
                process.read_until(call, timeout)
                left = None if timeout is None else max(0.0, timeout - (time.monotonic() - began))
            if call.result is None:
                with self._lock:  # somebody else has what comes
                    if call.result is None:
                        call.later = Future()
        if call.later is not None:
            try:
                return call.later.result(left)
            except (TimeoutError, FutureTimeout):
                if call.result is None:
                    raise self.give_up(call, timeout or 0) from None
        result = call.result
        if isinstance(result, Reply):
            return result
        assert result is not None
        raise result

    def submit(
        self, name: str, body: Mapping[str, Json], arrays: Mapping[str, Any] | None = None, *, spec: Spec | None = None, block: bool = True, alone: bool = False
    ) -> Call:
        """
        Sends a request; its future is the reply. Waits while too many bytes are in flight, or, without `block`, raises BlockingIOError. The caller
        goes on to `wait` where it says `alone`: if nobody else waits, it reads the reply itself.
        """
        if self._pid != os.getpid():  # forked by code that tells Python nothing of it
            self._after_fork()
        call = Call(next(self._ids), name, body, arrays, spec)
        if spec is not None and (process := self._process) is not None:
            call.handle = process.handles.get(spec.key)
        parts = self._frame(call)
        # The handle of a spec that is not open yet adds a few bytes; what counts here is the rows.
        call.size = _size(parts)
        with self._lock:  # not the condition, whose entry an interrupt could leave half done
            while self._in_flight and self._in_flight + call.size > self._max_in_flight:
                if not block:
                    raise BlockingIOError
                self._waiting += 1
                try:
                    self._room.wait()
                finally:
                    self._waiting -= 1
            call.alone = alone and self._in_flight == 0
            if not call.alone:
                call.later = Future()
            self._in_flight += call.size
            try:
                self._dispatch(call, parts)
            except BaseException:
                self._in_flight -= call.size
                raise
        return call

    def facts(self, spec: Spec, timeout: float | None = None) -> Json:
        """Opens a spec where it is not open, and gives what the engine says of it: `reduces`, `names`."""
        reply = self.call("score", {"rollouts": []}, spec=spec, timeout=timeout)
        with self._lock:
            known = None if self._process is None else self._process.opened.get(spec.key)
        return known if known is not None and reply is not None else self.facts(spec, timeout)

    def give_up(self, call: Call, seconds: float) -> WorkerTimeout:
        """Nobody waits for this request any more. A worker that has said nothing for so long hangs, and is started again."""
        with self._lock:
            process = self._process
            waiting = process is not None and process.pending.pop(call.id, None) is not None
            if call in self._suspects:
                self._suspects.remove(call)
                waiting = True
            if process is not None:
                for calls in process.opening.values():
                    if call in calls:
                        calls.remove(call)
                        waiting = True
            if waiting:
                self._release(call)
                if process is not None and time.monotonic() - process.heard >= seconds:
                    process.kill()
        if call.later is not None:
            call.later.cancel()
        return WorkerTimeout("timeout", f"no answer of the guerdon worker to {call.name} within {seconds:g} s")

    def close(self, seconds: float = 2.0) -> None:
        """Ends the worker process; a later call starts another."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None and self._pid == os.getpid():
            self._fail_all(process, WorkerLost("worker-lost", "the guerdon worker was closed"))
            process.leave()
            process.close(seconds)

    # ── with the lock held ───────────────────────────────────────────────────────────────────────────────────────

    def _dispatch(self, call: Call, parts: list[bytes | memoryview] | None = None) -> None:
        process = self._running()
        call.attempts += 1
        if not call.alone:
            process.read()  # it looks at what is pending when this lock is free
        if call.spec is None:
            process.pending[call.id] = call
            process.send(parts if parts is not None else self._frame(call))
            return
        key = call.spec.key
        handle = process.handles.get(key)
        if handle is not None:
            known, call.handle = call.handle == handle, handle
            process.pending[call.id] = call
            process.send(parts if parts is not None and known else self._frame(call))
        elif key in process.opening:
            process.opening[key].append(call)
        else:
            process.opening[key] = [call]
            opened = Call(next(self._ids), "open", {"spec": call.spec.document}, None, None)
            opened.future.add_done_callback(lambda future: self._opened(process, key, future))
            process.pending[opened.id] = opened
            process.send(self._frame(opened))

    def _running(self) -> _Process:
        process = self._process
        # One that spoke just now is not asked whether it lives.
        if process is not None and not process.pending and not process.opening and time.monotonic() - process.heard > 0.01 and process.popen.poll() is not None:
            process.leave()  # it died while nobody was listening
        if process is None or not process.alive:
            process = self._process = _Process(self._command(), self._ended, self._replied, self._idle)
        return process

    def _idle(self, process: _Process) -> None:
        with self._lock:
            if process.alive and not process.pending:
                process.rest()

    def _release(self, call: Call) -> None:
        self._in_flight -= call.size
        if self._waiting:
            self._room.notify_all()
        if call is self._trial:
            self._trial = None
            self._try_next()

    def _try_next(self) -> None:
        if self._trial is None and self._suspects:
            self._trial = self._suspects.popleft()
            self._dispatch(self._trial)

    # ── what the threads of a process tell ───────────────────────────────────────────────────────────────────────

    def _replied(self, process: _Process, head: dict[str, Json], arrays: dict[str, memoryview]) -> None:
        error = head.get("error")
        result: Reply | GuerdonError = Reply(head.get("body"), arrays) if error is None else GuerdonError(str(error.get("code", "unknown")), str(error.get("message", "")), error.get("details"))
        with self._lock:
            call = process.pending.pop(head.get("id", 0), None)
            if call is None:
                return
            if call.spec is not None and call.attempts < ATTEMPTS and ((error or {}).get("details") or {}).get("reason") == "not-open":
                # The worker keeps the specs that were used last: this one is opened again.
                process.handles.pop(call.spec.key, None)
                self._dispatch(call)
                return
            self._release(call)
            if call.later is None:  # its caller reads, and looks for it
                call.result = result
                return
        self._settle(call, result)

    def _opened(self, process: _Process, key: str, future: Future[Reply]) -> None:
        if future.cancelled():  # the process died, and what waited for it is sent again
            return
        error = future.exception()
        with self._lock:
            waiting = process.opening.pop(key, [])
            if error is None:
                process.opened[key] = future.result().body
                process.handles[key] = str(process.opened[key]["handle"])
                for call in waiting:
                    call.attempts -= 1
                    self._dispatch(call)
                return
            for call in waiting:
                self._release(call)
        for call in waiting:
            self._settle(call, error)

    def _ended(self, process: _Process) -> None:
        reason = process.reason()
        with self._lock:
            process.alive = False
            if self._process is not process:  # closed by us
                return
            self._process = None
            opens = [call for call in process.pending.values() if call.name == "open"]
            calls = [call for call in process.pending.values() if call.name != "open"] + [call for calls in process.opening.values() for call in calls]
            process.pending, process.opening = {}, {}
            again = [call for call in calls if call.attempts < ATTEMPTS]
            for call in again:
                call.alone = False  # its caller reads from the dead
            lost = [call for call in calls if call.attempts >= ATTEMPTS]
            self._trial = None
            self._suspects.extend(again)
            for call in lost:
                self._release(call)
            if calls:
                log.warning("%s; %d requests are sent again, %d are given up", reason, len(again), len(lost))
            try:
                self._try_next()
            except (OSError, GuerdonError) as error:
                reason = f"{reason}, and cannot be started again: {error}"
                dropped = self._drop_suspects()
                for call in dropped:
                    self._release(call)
                lost += dropped
        for call in opens:
            if call.later is not None:
                call.later.cancel()
        # One that ends by itself without ever a word cannot be started at all: nobody's response is to blame for that.
        stillborn = not process.spoke and (process.popen.returncode or 0) > 0
        for call in lost:
            self._settle(call, SetupError("runtime", reason) if stillborn else WorkerLost("worker-lost", reason))

    def _drop_suspects(self) -> list[Call]:
        dropped = [*([self._trial] if self._trial is not None else []), *self._suspects]
        self._suspects.clear()
        self._trial = None
        return dropped

    def _fail_all(self, process: _Process, error: GuerdonError) -> None:
        with self._lock:
            calls = [*process.pending.values(), *(call for calls in process.opening.values() for call in calls)]
            process.pending, process.opening = {}, {}
            self._trial = None
            calls += self._drop_suspects()
            for call in calls:
                self._in_flight -= call.size
            self._room.notify_all()
        for call in calls:
            self._settle(call, error)

    def _settle(self, call: Call, result: Reply | BaseException) -> None:
        with self._lock:
            if call.result is not None:
                return
            call.result = result
            later = call.later
        if later is None or not later.set_running_or_notify_cancel():
            return
        if isinstance(result, BaseException):
            later.set_exception(result)
        else:
            later.set_result(result)

    @staticmethod
    def _frame(call: Call) -> list[bytes | memoryview]:
        body = encode_body(call.body if call.handle is None else {**call.body, "spec": call.handle})
        if call.attempts > 1:  # a worker may have died of it: a thread is to have it
            return pack({"id": call.id, "call": call.name, "body": body, "again": True}, call.arrays)
        if call.arrays:
            return pack({"id": call.id, "call": call.name, "body": body}, call.arrays)
        return [seal(b'{"id":%d,"call":"%b","body":%b}' % (call.id, call.name.encode(), body))]


def _size(parts: list[bytes | memoryview]) -> int:
    return sum(part.nbytes if isinstance(part, memoryview) else len(part) for part in parts)


def worker_command(reward: str | None = None) -> list[str]:
    """How the worker is started; $GUERDON_WORKERS says how many threads it scores with."""
    threads = os.environ.get("GUERDON_WORKERS")
    return _node.command("worker", "--frames", *(("--workers", threads) if threads else ()), *(("--reward", reward) if reward else ()))


_workers: weakref.WeakSet[Worker] = weakref.WeakSet()
_shared: dict[str | None, Worker] = {}
_shared_lock = threading.Lock()


def shared_worker(reward: str | None = None) -> Worker:
    """
    The worker of this process. It is made here, and its process by its first call.

    A spec in a file has one of its own, since its modules are loaded with it.
    """
    with _shared_lock:
        if reward not in _shared:
            _shared[reward] = Worker(lambda: worker_command(reward))
        return _shared[reward]


def _forget_parent() -> None:
    global _shared_lock
    _shared_lock = threading.Lock()
    for worker in list(_workers):
        worker._after_fork()


def _close_all() -> None:
    for worker in list(_workers):
        worker.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
atexit.register(_close_all)
