#!/bin/bash
# One training on several nodes of Slurm, by torchrun; every node sees the folders of the recipe.
#
#   sbatch containers/cluster/train.sh fsgan --recipe recipes/hereva.toml --art art --photos photos --out run

#SBATCH --job-name=paintreel-train
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=12:00:00

set -euo pipefail

environment=${PAINTREEL_ENVIRONMENT:-$HOME/paintreel}  # made with pip install 'paintreel[train]'
processes=${PAINTREEL_PROCESSES:-1}                    # one a card, or one a socket
port=${PAINTREEL_TORCH_PORT:-29500}
head=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)

srun "$environment/bin/torchrun" --nnodes="$SLURM_NNODES" --nproc-per-node="$processes" \
    --rdzv-backend=c10d --rdzv-id="$SLURM_JOB_ID" --rdzv-endpoint="$head:$port" \
    -m paintreel train "$@"
