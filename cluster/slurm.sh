#!/bin/bash
# Trains on two machines of a Slurm cluster, with all GPUs of each:
#     DATA=my_art/shards OUTPUT=my_art/large STEPS=20000 sbatch cluster/slurm.sh
# The course lies in a folder that all machines see, and so do DATA and OUTPUT.
#SBATCH --job-name=gan
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --gpus-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@120
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=gan-%j.log
# --signal: two minutes before its time is up all workers are told, save at one step, and stop.
set -euo pipefail
cd "${COURSE:-$SLURM_SUBMIT_DIR}"

resume=()
if [ -f "$OUTPUT/training.npz" ]; then resume=(--resume); fi

# srun tells each process its number; helpers/workers.py makes TF_CONFIG of that. --wait: a worker that is
# left alone while all still wait for each other would wait for an hour; worker 0 scores alone, in less.
srun --wait=600 .venv/bin/python -m helpers.train --data "$DATA" --strategy multiworker \
    --precision "${PRECISION:-float32}" --steps "${STEPS:-20000}" --output "$OUTPUT" "${resume[@]}"
