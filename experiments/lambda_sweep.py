"""Makes data/results/02_lambda_sweep.json, the larger sweep of lesson 02.

    python -m experiments.lambda_sweep

Accuracy on two emoji styles against λ, for three sizes of D2 and ten seeds, a source with
shuffled labels as control; the other routes to the target, six settings each: fine-tuning,
penalties, Chebyshev; fine-tuning to its end from three starts; and ten more seeds, for the
comparison of λ with early stopping.
"""

import argparse
import os
import pathlib
import time

import numpy as np
from tqdm import tqdm

from helpers import art, results
from helpers.objective import style_tasks, two_task
from helpers.transfer import backbones

LAMS = [0.0, 0.1, 1.0, 3.0, 10.0, float("inf")]
SIZES = (25, 50, 100)
SEEDS = range(10)
AGAIN = 10  # the first seed of those that the conclusion of the first ten is tried on
MARKS = [5, 10, 20, 40, 80, 160]
TO_THE_END = [*MARKS, 320, 640]
# Six settings for every route, as for λ; the weights β run from next to free to next to frozen.
L2_SP = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1)
EWC = (1e-1, 1.0, 1e1, 1e2, 1e3, 1e4)
CHEBYSHEV = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


def plain(table):
    """Arrays as rounded lists, ∞ as text, so that the file is JSON and small."""
    return {
        key: [str(v) for v in values] if key == "lam" else np.round(values, 4).tolist()
        for key, values in table.items()
    }


def sweeps(model, pair, seeds, bar, sizes=SIZES):
    """The table of `lam_sweep` for each size of D2."""
    return {
        str(n): plain(style_tasks.lam_sweep(model, pair, LAMS, n=n, seeds=seeds, progress=bar))
        for n in sizes
    }


def stacked(tables):
    """One table a seed → one table with [seeds, …] arrays."""
    return {key: np.array([t[key] for t in tables]) for key in tables[0] if key != "step"}


def penalties(model, anchor, pair, few, seed, betas, *, ewc):
    """From w(0), train on D2 held back by a penalty of each weight β."""
    anchor.weight.assign(0.0)
    style_tasks.train(model, pair, few, 0.0, seed=seed)
    start = [v.numpy() for v in model.trainable_variables]
    fisher = two_task.diagonal_fisher(model, *pair.first) if ewc else None
    rows = []
    for beta in betas:
        for v, old in zip(model.trainable_variables, start):
            v.assign(old)
        anchor.move(weight=beta, fisher=fisher)
        model.lam = float("inf")
        model.restart()
        model.fit(pair.first, few, steps=style_tasks.STEPS, batch=style_tasks.BATCH, seed=seed)
        rows.append(style_tasks.scores(model, pair))
    return {key: [row[key] for row in rows] for key in rows[0]}


def routes(model, pair, seeds, n):
    """Every other way from the source to the target, on the same axes."""
    few = {seed: pair.few(n, seed) for seed in seeds}
    size = len(pair.first[0])
    chebyshev, held = style_tasks.network(chebyshev=True), style_tasks.network()
    anchor = two_task.Anchor(held, weight=0.0)
    style_tasks.compile_with(held, anchor)

    def spring(betas, *, ewc):
        return stacked([penalties(held, anchor, pair, few[s], s, betas, ewc=ewc) for s in seeds])

    def each(net, lams):
        tables = [
            [style_tasks.train(net, pair, few[s], lam, seed=s) for lam in lams] for s in seeds
        ]
        return stacked([{key: [row[key] for row in rows] for key in rows[0]} for rows in tables])

    paths = [style_tasks.fine_tuning_path(model, pair, few[s], seed=s, marks=MARKS) for s in seeds]
    found = {
        "fine-tuning": {key: v[:, 1:] for key, v in stacked(paths).items()} | {"setting": MARKS},
        "pooled": each(model, [n / size]) | {"setting": [n / size]},
        "Chebyshev": each(chebyshev, CHEBYSHEV) | {"setting": CHEBYSHEV},
        "L2-SP": spring(L2_SP, ewc=False) | {"setting": L2_SP},
        "EWC": spring(EWC, ewc=True) | {"setting": EWC},
    }
    return {name: plain(table) for name, table in found.items()}


def measure_sweeps(seeds):
    """Both directions, and the control."""
    backbone, bar = backbones.load("efficientnet_lite0"), lambda runs: tqdm(runs, leave=False)
    model = style_tasks.network()
    one = style_tasks.load("openmoji", "noto", backbone=backbone)
    other = style_tasks.load("noto", "openmoji", backbone=backbone)
    return {
        "openmoji → noto": sweeps(model, one, seeds, bar),
        "noto → openmoji": sweeps(model, other, seeds, bar),
        "shuffled labels → noto": sweeps(
            model, one.with_shuffled_source(), seeds, bar, sizes=(25,)
        ),
    }


def measure_routes(seeds):
    """The other routes from OpenMoji to Noto, n = 50."""
    pair = style_tasks.load("openmoji", "noto", backbone=backbones.load("efficientnet_lite0"))
    return routes(style_tasks.network(), pair, seeds, n=50)


def measure_starts(seeds):
    """D2 alone (Noto, n = 25) to its end, from three starts: OpenMoji, random, shuffled OpenMoji."""
    pair = style_tasks.load("openmoji", "noto", backbone=backbones.load("efficientnet_lite0"))
    model, shuffled = style_tasks.network(), pair.with_shuffled_source()

    def path(start, seed):
        few = pair.few(25, seed)
        if start is None:
            style_tasks.start_afresh(model, seed)
        else:
            style_tasks.train(model, start, few, 0.0, seed=seed)
        return style_tasks.target_path(model, pair, few, seed=seed, marks=TO_THE_END)

    starts = {"source": pair, "random": None, "shuffled source": shuffled}
    return {
        name: plain(stacked([path(start, s) for s in seeds]) | {"step": [0, *TO_THE_END]})
        for name, start in starts.items()
    }


def measure_again(seeds):
    """OpenMoji → Noto, n = 25, other seeds: every λ, and fine-tuning from the source to its end."""
    pair = style_tasks.load("openmoji", "noto", backbone=backbones.load("efficientnet_lite0"))
    model, others = style_tasks.network(), [AGAIN + s for s in seeds]
    table = style_tasks.lam_sweep(model, pair, LAMS, n=25, seeds=others)
    paths = [
        style_tasks.fine_tuning_path(model, pair, pair.few(25, s), seed=s, marks=TO_THE_END)
        for s in others
    ]
    walk = plain(stacked(paths) | {"step": [0, *TO_THE_END]})
    return {"joint": plain(table), "fine-tuning": walk}


def card(seeds, minutes):
    return {
        "title": "Accuracy on two emoji styles against λ",
        "description": "Share of held-out pictures whose group (of seven) is named rightly: "
        "first = on the source style (384 test pictures), second = on the target style (384), "
        "first_validation and validation = on other pictures of both (192 each). Rows are seeds: "
        "each draws D2, the weights and the batches. D1 has 576 pictures. loss = on D2's own "
        "training pictures. setting = steps of fine-tuning, λ, or β of a penalty: six for every "
        "route, one for pooling, which has no knob. again = seeds 10 to 19, 25 pictures: every λ, and "
        "fine-tuning from the source to its end.",
        "data": {name: art.load(f"emoji_{name}").card["sha256"] for name in ("openmoji", "noto")},
        "backbone": "efficientnet_lite0, 96 px, 128 principal components of D1's features",
        "seeds": list(seeds),
        "steps": style_tasks.STEPS,
        "batch": style_tasks.BATCH,
        "minutes": round(minutes, 1),
        "machine": f"CPU, {os.cpu_count()} cores (minutes of one core)",
        "command": "python -m experiments.lambda_sweep",
    }


PARTS = {
    "sweeps": measure_sweeps,
    "routes": measure_routes,
    "starts": measure_starts,
    "again": measure_again,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=len(SEEDS))
    parser.add_argument("--output", type=pathlib.Path, default=results.FOLDER)
    parser.add_argument("--part", choices=PARTS, help="make one part, keep the rest of the file")
    args = parser.parse_args()
    result, seeds, minutes = {}, range(args.seeds), 0.0
    if args.part and style_tasks.RESULT in results.names(args.output):
        result = results.card(style_tasks.RESULT, args.output)
        minutes = result["minutes"]
    for part in [args.part] if args.part else PARTS:
        begin = time.process_time()
        result[part] = PARTS[part](seeds)
        minutes += (time.process_time() - begin) / 60
    made = {"revision": results.revision(after=result.get("revision"))}
    made |= {part: result[part] for part in PARTS if part in result}
    results.write(style_tasks.RESULT, card(seeds, minutes) | made, folder=args.output)


if __name__ == "__main__":
    main()
