#!/bin/bash
# A Ray cluster for the length of one Slurm job, and a run of Paintreel on it.
#
#   sbatch containers/cluster/slurm.sh stylize /projects/film/reel-1.mov -o /projects/film/painted.mov
#
# Inputs and results lie where every node finds them under the same name. Ray has no passwords: it
# listens on the address of the node in the network of the cluster, which must be closed to others.

#SBATCH --job-name=paintreel
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=04:00:00
#SBATCH --signal=B:INT@60

set -euo pipefail

environment=${PAINTREEL_ENVIRONMENT:-$HOME/paintreel}  # made with pip install 'paintreel[cluster]'
port=${PAINTREEL_RAY_PORT:-6379}
export RAY_USAGE_STATS_ENABLED=0

mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
head=${nodes[0]}
address=$(srun --nodes=1 --ntasks=1 -w "$head" hostname --ip-address | awk '{print $1}')

srun --nodes=1 --ntasks=1 --overlap -w "$head" \
    "$environment/bin/ray" start --head --block --include-dashboard=false \
    --node-ip-address="$address" --port="$port" --num-cpus="$SLURM_CPUS_ON_NODE" &
sleep 15

if (( ${#nodes[@]} > 1 )); then
    others=$(IFS=,; echo "${nodes[*]:1}")
    srun --nodes=$(( ${#nodes[@]} - 1 )) --ntasks=$(( ${#nodes[@]} - 1 )) --overlap -w "$others" \
        "$environment/bin/ray" start --block --address="$address:$port" \
        --num-cpus="$SLURM_CPUS_ON_NODE" &
    sleep 15
fi

# In the background, so that the signal before the end of the time reaches it: it ends in order.
srun --nodes=1 --ntasks=1 --overlap -w "$head" \
    "$environment/bin/paintreel" "$@" --ray "$address:$port" &
run=$!
trap 'kill -INT "$run"' INT TERM
wait "$run"
