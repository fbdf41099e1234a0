"""
Parquet to Parquet over a cluster: scores, then advantages of groups wherever their rows stand.

    pip install 'guerdon[ray]'
    python parquet.py rollouts/ scored/ --actors 8

Rows need a prompt, a response, a reference and a group, under any names that `guerdon score` reads, and an id of their own (`--id`). Killed and
started again, it goes on behind the last file that was written. Without `--reward` responses are checked as mathematics.
"""

import argparse
import os
from pathlib import Path

import ray

import guerdon.ray

MATH = {"guerdon": 1, "rewards": {"correct": "verify/math"}}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("inputs", help="a folder of .parquet or .jsonl")
    parser.add_argument("out", help="a folder that all nodes see")
    parser.add_argument("--reward", default=MATH, help="a spec without credit")
    parser.add_argument("--credit", default="credit/group-relative")
    parser.add_argument("--id", default="n")
    parser.add_argument("--group", default="group")
    parser.add_argument("--actors", type=int, default=2)
    given = parser.parse_args()

    # The cluster of $RAY_ADDRESS, else one of this machine: actors hold a CPU each, and there must be more to read with.
    ray.init(**({} if "RAY_ADDRESS" in os.environ else {"num_cpus": given.actors + 2}))
    files = guerdon.ray.score_files(given.inputs, Path(given.out) / "scored", given.reward, concurrency=given.actors)
    ds = guerdon.ray.advantages(ray.data.read_parquet(files), given.credit, id=given.id, group=given.group)
    ds.write_parquet(str(Path(given.out).absolute() / "credited"))
    print(f"{ds.count()} rows in {Path(given.out) / 'credited'}")


if __name__ == "__main__":
    main()
