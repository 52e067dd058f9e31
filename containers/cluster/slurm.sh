#!/bin/bash
# A Ray cluster for the length of one Slurm job, and a run of Paintreel on it.
#
#   sbatch containers/cluster/slurm.sh stylize /projects/film/reel-1.mov -o /projects/film/painted.mov
#
# Inputs and results lie where every node finds them under the same name. Ray listens on the address
# of the node, in the network of the cluster: whoever has the token of this job runs programs there.

#SBATCH --job-name=paintreel
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=1
#SBATCH --exclusive
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@60

set -euo pipefail

environment=${PAINTREEL_ENVIRONMENT:-$HOME/paintreel}  # made with pip install 'paintreel[cluster]'
port=${PAINTREEL_RAY_PORT:-6379}
address=${PAINTREEL_RAY_HOST:-$(hostname -I | awk '{print $1}')}  # of this node, where all find it
patience_s=${PAINTREEL_RAY_PATIENCE:-300}
export RAY_USAGE_STATS_ENABLED=0
export RAY_AUTH_MODE=token RAY_AUTH_TOKEN
RAY_AUTH_TOKEN=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')

mapfile -t nodes < <(scontrol show hostnames "$SLURM_JOB_NODELIST")

# This script runs on the first node, which leads; processors are counted where they are.
"$environment/bin/ray" start --head --block --include-dashboard=false \
    --node-ip-address="$address" --port="$port" --num-cpus="$SLURM_CPUS_ON_NODE" &
head=$!
until "$environment/bin/ray" status --address="$address:$port" > /dev/null 2>&1; do
    kill -0 "$head" 2> /dev/null || { echo "the head has ended" >&2; exit 1; }
    (( SECONDS < patience_s )) || { echo "no head after $SECONDS s" >&2; exit 1; }
    sleep 1
done

if (( ${#nodes[@]} > 1 )); then  # they are given work as they come
    others=$(IFS=,; echo "${nodes[*]:1}")
    export environment address port
    # shellcheck disable=SC2016 # what stands in quotes is read on the other nodes
    srun --nodes=$(( ${#nodes[@]} - 1 )) --ntasks=$(( ${#nodes[@]} - 1 )) -w "$others" bash -c \
        'exec "$environment/bin/ray" start --block --address="$address:$port" --num-cpus="$SLURM_CPUS_ON_NODE"' &
fi

# In the background, so that this script hears the signal before the end of the time and passes it
# on. SIGTERM, as what a script starts in the background is deaf to SIGINT. `wait` returns when a
# signal comes, too; then the run is waited for again (127: it had been waited for already).
heard=0 status=0
"$environment/bin/paintreel" "$@" --ray "$address:$port" &
run=$!
trap 'heard=1; kill -TERM "$run" 2> /dev/null || true' INT TERM
wait "$run" || status=$?
while (( heard )); do
    heard=0 again=0
    wait "$run" || again=$?
    (( again == 127 )) || status=$again
done
exit "$status"
