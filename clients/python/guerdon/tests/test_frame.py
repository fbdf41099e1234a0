from __future__ import annotations

import json
from array import array

import numpy as np
import pytest

from guerdon import GuerdonError
from guerdon._frame import encode, pack, unpack
from guerdon._worker import Worker


def frame(header: dict, arrays: dict) -> bytes:
    return b"".join(bytes(part) for part in pack(header, arrays))


def test_the_bytes():
    data = frame({"id": 7}, {"mask": np.array([1, 0, 1], dtype="u1"), "rewards": [1.0, 0.5]})
    assert data[:4] == b"GDN1"
    head, payload = int.from_bytes(data[4:8], "little"), int.from_bytes(data[8:16], "little")
    assert len(data) == 16 + head + payload and head % 8 == 0
    assert json.loads(data[16 : 16 + head])["arrays"] == [{"name": "mask", "dtype": "u1", "length": 3, "at": 0}, {"name": "rewards", "dtype": "f8", "length": 2, "at": 8}]
    assert data[16 + head :] == b"\1\0\1" + bytes(5) + np.array([1.0, 0.5]).tobytes()


@pytest.mark.parametrize(
    ("given", "dtype"),
    [
        ([1, 2], "f8"),
        ([], "f8"),
        (array("f", [1, 2]), "f4"),
        (array("i", [1, 2]), "i4"),
        (array("q", [1, 2]), "i8"),
        (np.array([1.5, 2]), "f8"),
        (np.array([1.5, 2], dtype="f2"), "f4"),
        (np.array([1, 2], dtype="i2"), "i8"),
        (np.array([1, 2], dtype=">f8"), "f8"),
        (np.array([True, False]), "u1"),
        (np.arange(8.0)[::2], "f8"),
        (bytearray(b"ab"), "u1"),
    ],
)
def test_arrays_of_all_kinds(given, dtype: str):
    head, arrays = unpack(frame({}, {"x": given}))
    assert head["arrays"][0]["dtype"] == dtype
    assert list(arrays["x"]) == [float(each) if dtype[0] == "f" else int(each) for each in given]


def test_codes_are_whole_numbers():
    head, _ = unpack(frame({}, {"groups": [1, 1, 2], "cu_seqlens": [0, 3]}))
    assert [each["dtype"] for each in head["arrays"]] == ["i8", "i8"]
    with pytest.raises(GuerdonError, match=r"groups\[\d\] must be a whole number"):
        pack({}, {"groups": ["a"]})


@pytest.mark.parametrize("given", ["abc", None, 3, [1, None], np.zeros((2, 2)), np.array(["a"])])
def test_what_is_no_array_of_numbers(given):
    with pytest.raises(GuerdonError, match=r"x(\[1\])? must"):
        pack({}, {"x": given})


def test_json():
    assert encode({"a": float("nan"), "b": [float("inf"), 1.5]}) == b'{"a":null,"b":[null,1.5]}'
    assert encode({"a": np.float32(0.5), "b": np.arange(2), "c": "é😀"}) == '{"a":0.5,"b":[0,1],"c":"é😀"}'.encode()
    assert encode("half \ud83d of a pair") == b'"half \\ud83d of a pair"'
    with pytest.raises(GuerdonError, match="got object"):
        encode({"a": object()})


def test_arrays_come_back_as_they_went(fake: Worker):
    values = np.linspace(0, 1, 100_001)
    reply = fake.call("echo", {"a": "é"}, {"values": values, "starts": [0, 5]})
    assert reply.body == {"a": "é"}
    assert np.array_equal(np.frombuffer(reply.arrays["values"]), values) and list(reply.arrays["starts"]) == [0, 5]
