"""What a reward server is today: FastAPI and Math-Verify behind OpenRLHF's route, as worker processes of uvicorn.

    python fastapi_math_verify.py PORT WORKERS

Math-Verify's time limits are off: they raise a signal, which only the main thread of a process may do, and cost time.
"""
import logging
import sys

import uvicorn
from fastapi import FastAPI, Request
from math_verify import parse, verify
from math_verify.parser import ExprExtractionConfig, LatexExtractionConfig

logging.disable(logging.CRITICAL)
TARGETS = (LatexExtractionConfig(boxed_match_priority=0), ExprExtractionConfig())
app = FastAPI()


def right(response: str, label: str) -> float:
    gold = parse(f"${label}$", TARGETS, parsing_timeout=None)
    return float(verify(gold, parse(response, TARGETS, parsing_timeout=None), timeout_seconds=None))


@app.post("/get_reward")
async def get_reward(request: Request) -> dict:
    body = await request.json()
    rewards = [right(query[len(prompt):], label) for query, prompt, label in zip(body["query"], body["prompts"], body["labels"])]
    return {"rewards": rewards, "scores": rewards, "extra_logs": {}}


if __name__ == "__main__":
    uvicorn.run("fastapi_math_verify:app", port=int(sys.argv[1]), workers=int(sys.argv[2]), log_level="error", app_dir=__file__.rsplit("/", 1)[0])
