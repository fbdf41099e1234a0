#!/usr/bin/env bash
# verl with guerdon's rewards and advantages. Needs GPUs, a model and data as any run of verl does:
#     bash train.sh actor_rollout_ref.model.path=MODEL data.train_files=train.parquet data.val_files=test.parquet
set -euo pipefail
exec python3 -m verl.trainer.main_ppo --config-path "$(cd "$(dirname "$0")" && pwd)" --config-name reward "$@"
