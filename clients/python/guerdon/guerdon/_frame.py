"""
The frame: a JSON header and raw little-endian arrays, the wire of `guerdon worker --frames` and of bodies of type `application/vnd.guerdon.frame`.

    bytes 0–3 `GDN1` · u32 header bytes H · u64 payload bytes P · H bytes of JSON · P bytes of arrays

The header's `arrays` say what lies where: `[{name, dtype, length, at}]`, `at` an offset in the payload, a multiple of 8.
"""

from __future__ import annotations

import functools
import json
import math
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ._errors import GuerdonError, shown
from ._types import Json

CONTENT_TYPE = "application/vnd.guerdon.frame"
MAGIC = b"GDN1"
PREFIX = struct.Struct("<4sIQ")

#: What the engine takes in one frame.
MOST_HEADER, MOST_PAYLOAD = 63 << 20, 1 << 30

#: Of what this process holds as an array, the wire's name.
_DTYPES = {("d", 8): "f8", ("f", 4): "f4", ("i", 4): "i4", ("l", 4): "i4", ("l", 8): "i8", ("q", 8): "i8", ("B", 1): "u1", ("?", 1): "u1"}
_FORMATS = {"f8": "d", "f4": "f", "i4": "i", "i8": "q", "u1": "B"}
#: Arrays of codes and offsets; a plain list under another name holds real numbers.
_WHOLE = frozenset({"groups", "cu_seqlens", "tokens", "lengths"})

if sys.byteorder != "little":  # pragma: no cover
    raise ImportError("guerdon: token arrays are little-endian; this machine is not")


_decode = json.JSONDecoder().raw_decode


def encode(value: Json) -> bytes:
    """JSON in UTF-8: numbers and arrays of numpy as lists, what is not finite as null."""
    try:
        text = _encode_ascii(value) if type(value) is dict and _is_ascii(value.values()) else _encode(value)
    except ValueError:
        text = _encode(_finite(value))
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair: JSON can say it, UTF-8 cannot
        return json.dumps(json.loads(text), separators=(",", ":")).encode()


class Encoded(bytes):
    """A value that is JSON already: rows are encoded once, however often they are sent."""


def encode_list(parts: Sequence[bytes]) -> Encoded:
    return Encoded(b"[" + b",".join(parts) + b"]")


def encode_body(body: Mapping[str, Json]) -> Encoded:
    """A JSON object whose values may be encoded already."""
    return Encoded(b"{" + b",".join([_text(key) + b":" + _value(value) for key, value in body.items()]) + b"}")


def _value(value: Json) -> bytes:
    if type(value) is Encoded:
        return value
    if type(value) is int:
        return b"%d" % value
    return _text(value) if type(value) is str and len(value) <= SHORT else encode(value)


#: Characters of a text that may come again: names of calls and methods, handles of specs.
SHORT = 80


@functools.lru_cache(maxsize=256)
def _text(name: str) -> bytes:
    return encode(name)


def pack(header: Mapping[str, Json], arrays: Mapping[str, Any] | None = None) -> list[bytes | memoryview]:
    """The parts of a frame, to be written one after the other."""
    parts: list[bytes | memoryview] = []
    described: list[Json] = []
    at = 0
    for name, values in (arrays or {}).items():
        view = buffer(name, values)
        described.append({"name": name, "dtype": _DTYPES[view.format, view.itemsize], "length": len(view), "at": at})
        # An empty view cannot be cast, and has nothing to send.
        parts.append(view.cast("B") if len(view) else b"")
        pad = -view.nbytes % 8
        if pad:
            parts.append(bytes(pad))
        at += view.nbytes + pad
    return [seal(encode_body({**header, "arrays": described} if described else header), at), *parts]


def seal(head: bytes, at: int = 0) -> bytes:
    """A header with what stands before it; `at` bytes of arrays follow."""
    if len(head) > MOST_HEADER or at > MOST_PAYLOAD:
        raise GuerdonError("format", f"one call must have at most {MOST_HEADER >> 20} MB of rows and {MOST_PAYLOAD >> 20} MB of arrays, got {len(head) >> 20} and {at >> 20}: send fewer rows a call (the rows of a group together)")
    # Padded, so that the arrays of a frame that is read whole lie where numbers may lie.
    pad = -len(head) % 8
    return b"%b%b%b" % (PREFIX.pack(MAGIC, len(head) + pad, at), head, b" " * pad)


def unpack_prefix(prefix: bytes) -> tuple[int, int]:
    """Header bytes and payload bytes."""
    magic, header, payload = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise GuerdonError("format", f"a frame must begin with {MAGIC!r}, got {magic!r}")
    return header, payload


def unpack_body(header: bytes, payload: bytes | bytearray) -> tuple[dict[str, Json], dict[str, memoryview]]:
    """The header, and its arrays by name: views on the payload."""
    head: dict[str, Json] = _decode(header.decode())[0]
    arrays: dict[str, memoryview] = {}
    listed = head.get("arrays")
    if not listed:
        return head, arrays
    whole = memoryview(payload)
    for each in listed:
        code = _FORMATS[each["dtype"]]
        end = each["at"] + each["length"] * struct.calcsize(code)
        arrays[each["name"]] = whole[each["at"] : end].cast(code)  # type: ignore[call-overload]
    return head, arrays


def unpack(frame: bytes) -> tuple[dict[str, Json], dict[str, memoryview]]:
    """A whole frame."""
    header, payload = unpack_prefix(frame[: PREFIX.size])
    start = PREFIX.size + header
    return unpack_body(frame[PREFIX.size : start], frame[start : start + payload])


def buffer(name: str, values: Any) -> memoryview:
    """Numbers as a flat view that the wire has a name for: arrays as they are, lists packed, other types of numpy widened."""
    if hasattr(values, "detach"):  # a tensor
        values = values.detach().cpu().numpy()
    if isinstance(values, (list, tuple)):
        values = _packed(name, values)
    if hasattr(values, "dtype"):
        values = _wire_array(name, values)
    try:
        view = memoryview(values)
    except TypeError:
        raise GuerdonError("shape", f"{name} must be an array or a list of numbers, got {type(values).__name__}") from None
    if view.ndim != 1 or not view.c_contiguous or (view.format, view.itemsize) not in _DTYPES:
        raise GuerdonError("shape", f"{name} must be a flat array of float64, float32, int32, int64 or uint8, got {view.ndim} dimensions of {view.format!r}")
    return view


def _packed(name: str, values: Sequence[Any]) -> array[Any]:
    whole = name in _WHOLE
    try:
        return array("q", values) if whole else array("d", values)
    except (TypeError, OverflowError):
        at = next(i for i, value in enumerate(values) if not _fits(value, whole))
        raise GuerdonError("shape", f"{name}[{at}] must be a {'whole ' if whole else ''}number, got {shown(values[at])}") from None


def _fits(value: Any, whole: bool) -> bool:
    try:
        array("q" if whole else "d", [value])
    except (TypeError, OverflowError):
        return False
    return True


def _wire_array(name: str, values: Any) -> Any:
    """An array of numpy, flat, contiguous, of a type that the wire knows."""
    if values.ndim != 1:
        raise GuerdonError("shape", f"{name} must have one dimension (rows are packed end to end, with cu_seqlens), got {values.ndim}")
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "b":
        values = values.astype("u1")
    elif kind == "f" and size not in (4, 8):
        values = values.astype("<f4" if size < 4 else "<f8")
    elif kind in "iu" and not ((kind == "i" and size in (4, 8)) or (kind == "u" and size == 1)):
        values = values.astype("<i8")
    elif kind not in "iuf":
        raise GuerdonError("shape", f"{name} must hold numbers, got {values.dtype}")
    if not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    return values if values.flags.c_contiguous else values.copy()


def _plain(value: Any) -> Json:
    """Of numpy and its like, what JSON has."""
    if hasattr(value, "tolist"):
        return _finite(value.tolist())
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    raise GuerdonError("format", f"a row must hold what JSON can say, got {type(value).__name__}: {shown(value)}")


_encode = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
#: Half as long where there is little to escape.
_encode_ascii = json.JSONEncoder(default=_plain, separators=(",", ":"), allow_nan=False).encode


def _is_ascii(values: Iterable[Any]) -> bool:
    for value in values:
        if type(value) is str and not value.isascii():
            return False
    return True


def _finite(value: Any) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value
