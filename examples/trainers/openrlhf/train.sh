#!/usr/bin/env bash
# OpenRLHF 0.11 with guerdon's rewards, in its own processes: the reward file is a module of the package. Needs GPUs, a model and data as any run does:
#     bash train.sh --actor.model_name_or_path MODEL --data.prompt_dataset DATA --data.input_key prompt --data.label_key answer
# Over HTTP instead: `guerdon serve --reward rewards.yaml --contract openrlhf:retry`, and --reward.remote_url http://HOST:PORT/get_reward
set -euo pipefail
# What a response that could not be judged becomes: retry, neutral=NUMBER or fail. OpenRLHF cannot be told null.
export GUERDON_ON_NULL="${GUERDON_ON_NULL:-retry}"
# A spec of your own; without it responses are checked as mathematics.
export GUERDON_REWARD="${GUERDON_REWARD:-$(cd "$(dirname "$0")/.." && pwd)/rewards.yaml}"
exec python3 -m openrlhf.cli.train_ppo_ray \
  --reward.remote_url "$(python3 -c 'import guerdon.openrlhf as reward; print(reward.__file__)')" \
  --algo.advantage.estimator rloo \
  --rollout.n_samples_per_prompt 8 \
  "$@"
