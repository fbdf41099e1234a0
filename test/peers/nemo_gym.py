"""NeMo-Gym's own agent and client against a running server, in the place of a resources server.

    python nemo_gym.py GYM URL_SAID URL_RETRY

GYM is a checkout of NVIDIA-NeMo/Gym. Its simple agent runs episodes with its own ServerClient: seed_session, responses (of a model that this file is), verify, aggregate_metrics;
once without and once with observability. The servers: `guerdon serve --contract nemo-gym:said`, with a spec of verify/math alone, and the same with nemo-gym:retry.
Packages: ray, orjson, uvicorn, uvloop, fastapi, omegaconf, hydra-core, openai<=2.7.2, itsdangerous, aiohttp, yappi, gprof2dot, pydot, mcp<2, rich, devtools, psutil, pandas, wandb, mlflow-skinny.
"""

import asyncio
import random
import sys
from urllib.parse import urlparse

sys.path.insert(0, sys.argv[1])

import uvicorn
from aiohttp import ClientResponseError
from fastapi import FastAPI, Request, Response
from nemo_gym.base_resources_server import AggregateMetricsRequest
from nemo_gym.config_types import BaseServerConfig
from nemo_gym.reward_profile import compute_aggregate_metrics
from nemo_gym.server_utils import GlobalAIOHTTPAsyncClientConfig, ServerClient, set_global_aiohttp_client
from omegaconf import OmegaConf
from responses_api_agents.simple_agent.app import SimpleAgent, SimpleAgentConfig, SimpleAgentRunRequest

import nemo_gym.server_utils

ANSWERS = {"6 × 7?": "\\boxed{42}", "6 × 8?": "\\boxed{50}", "no reference": "\\boxed{1}"}
model = FastAPI()


@model.post("/v1/responses")
@model.post("/ng-rollout/{rollout_id}/v1/responses")
async def responses(request: Request):
    body = await request.json()
    asked = body["input"] if isinstance(body["input"], str) else body["input"][-1]["content"]
    text = {"type": "output_text", "text": ANSWERS[asked], "annotations": []}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    return {"id": "resp_1", "created_at": 0, "model": "m", "object": "response", "output": [item], "parallel_tool_calls": True, "tool_choice": "auto", "tools": []}


async def serve(app, port):
    """In this loop, to which their client belongs."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    return server, task


def agent_of(resources, observability):
    address = urlparse(resources)
    server = {"host": "127.0.0.1", "entrypoint": "app.py"}
    config = {
        "observability_enabled": observability,
        "guerdon": {"resources_servers": {"guerdon": {**server, "port": address.port}}},
        "model": {"responses_api_models": {"model": {**server, "port": 8851}}},
        "agent": {"responses_api_agents": {"agent": {**server, "port": 8852}}},
    }
    client = ServerClient(head_server_config=BaseServerConfig(host="127.0.0.1", port=8850), global_config_dict=OmegaConf.create(config))
    settings = SimpleAgentConfig(name="agent", host="127.0.0.1", port=8852, entrypoint="app.py", resources_server={"type": "resources_servers", "name": "guerdon"}, model_server={"type": "responses_api_models", "name": "model"})
    agent = SimpleAgent.model_construct(config=settings, server_client=client)
    return agent


class Asked:
    cookies = {}


async def episode(agent, question, index, **fields):
    from nemo_gym.rollout_correlation import rollout_context

    body = SimpleAgentRunRequest.model_validate({"responses_create_params": {"input": [{"role": "user", "content": question}]}, "_ng_task_index": index, "_ng_rollout_index": 0, **fields})
    with rollout_context(agent.rollout_id_from_run(body)):
        return (await agent.run(Asked(), body)).model_dump()


async def statistics(agent):
    """Of many rows, beside those that Gym itself makes."""
    rows = [{"_ng_task_index": i % 3, "_ng_rollout_index": i // 3, "reward": random.random(), "ok": random.random() < 0.5, "response": {"usage": {"total_tokens": random.randrange(100)}}} for i in range(40)]
    ours = await agent.aggregate_metrics(AggregateMetricsRequest(verify_responses=rows))
    own = compute_aggregate_metrics(rows)
    for got, wanted in [(ours.agent_metrics, own.agent_metrics), *zip(ours.group_level_metrics, own.group_level_metrics, strict=True)]:
        numbers = {name: value for name, value in wanted.items() if "/" in name or name == "num_rollouts"}
        assert numbers.keys() <= got.keys() and all(abs(got[name] - value) < 1e-12 for name, value in numbers.items()), (got, wanted)


async def main():
    set_global_aiohttp_client(GlobalAIOHTTPAsyncClientConfig())
    said, retry = sys.argv[2:]
    current = {}
    app = FastAPI()

    @app.post("/v1/responses")
    @app.post("/ng-rollout/{rollout_id}/v1/responses")
    async def own(request: Request, response: Response):
        from nemo_gym.openai_utils import NeMoGymResponseCreateParamsNonStreaming

        return await current["agent"].responses(request, response, NeMoGymResponseCreateParamsNonStreaming.model_validate(await request.json()))

    servers = [await serve(model, 8851), await serve(app, 8852)]
    await statistics(agent_of(said, False))
    for observability in (False, True):
        agent = current["agent"] = agent_of(said, observability)
        rows = [
            await episode(agent, "6 × 7?", 0, expected_answer="42"),
            await episode(agent, "6 × 8?", 1, expected_answer="48"),
            await episode(agent, "no reference", 2),
        ]
        assert [row["reward"] for row in rows] == [1, 0, 0], rows
        assert [row.get("_ng_failure_class") for row in rows] == [None, None, "judge_failed"], rows
        assert rows[0]["extracted_answer"] == "42" and rows[0]["expected_answer"] == "42" and rows[0]["_ng_task_index"] == 0
        metrics = await agent.aggregate_metrics(AggregateMetricsRequest(verify_responses=rows))
        assert metrics.agent_metrics["mean/reward"] == 0.5 and metrics.key_metrics["mean/reward"] == 0.5 and len(metrics.group_level_metrics) == 2, metrics
        # Another try gives the same: 422, which the agent raises.
        agent = current["agent"] = agent_of(retry, observability)
        assert (await episode(agent, "6 × 7?", 0, expected_answer="42", data_source="correct"))["reward"] == 1
        try:
            raise AssertionError(await episode(agent, "no reference", 2, data_source="correct"))
        except ClientResponseError as error:
            assert error.status == 422, error
        print(f"observability {observability}: episodes of NeMo-Gym's simple agent as they should be")
    await nemo_gym.server_utils.get_global_aiohttp_client().close()
    for server, task in servers:
        server.should_exit = True
        await task


asyncio.run(main())
