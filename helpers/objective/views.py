"""Pictures for the λ objective: contour maps, trade-off fronts, fits, accuracies under one slider.

A `Stage` draws a figure once and afterwards repaints only what moves, so that a slider follows the
hand. Blue is D1, vermilion is D2, green is what λ chooses.
"""

import math

import numpy as np

from helpers import figures, objective
from helpers.objective import bias_variance as bv

SOURCE, TARGET, CHOICE = figures.PALETTE[0], figures.PALETTE[1], figures.PALETTE[2]
# Sixteen steps a channel: no eye sees it in a diagram, and the PNG is half the size.
SIXTEEN = ((np.arange(256) + 8) // 17 * 17).astype(np.uint8)
FINE = np.concatenate([[0.0], np.geomspace(1e-3, 1e3, 121), [np.inf]])


def lam_text(lam):
    """λ as people write it: 0, 0.01, 3.16, 100, ∞."""
    return "∞" if math.isinf(lam) else f"{lam:.3g}"


class Stage:
    """A figure that is drawn once; `picture()` repaints the moving artists alone.

    Args:
        fig: a figure made by `figures.new`.
        moving: the artists that change between pictures.
    """

    def __init__(self, fig, moving):
        self.fig, self.moving = fig, list(moving)
        for artist in self.moving:
            artist.set_animated(True)
        fig.canvas.draw()
        fig.set_layout_engine("none")
        self.background = fig.canvas.copy_from_bbox(fig.bbox)

    def picture(self):
        """The present state as a uint8 image [height, width, 3]."""
        canvas = self.fig.canvas
        canvas.restore_region(self.background)
        for artist in self.moving:
            artist.axes.draw_artist(artist)
        return SIXTEEN[np.asarray(canvas.buffer_rgba())[..., :3]]


def contours(first, second, *, ax, margin=0.6, title="two losses over the weights"):
    """Contour maps of two quadratics of two weights, with both minimisers and the path w(λ)."""
    w = objective.path(first, second, FINE)
    low, high = w.min(0), w.max(0)
    reach = margin * (high - low).max()
    across, up = (np.linspace(a - reach, b + reach, 90) for a, b in zip(low, high))
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    for loss, colour in ((first, SOURCE), (second, TARGET)):
        levels = loss(w).max() * np.array([0.04, 0.15, 0.4, 0.8, 1.4, 2.4])
        ax.contour(across, up, loss(grid), levels=levels, colors=colour, alpha=0.5, linewidths=1.1)
    ax.plot(*w.T, color=CHOICE, lw=3, label="w(λ), all λ")
    for name, point, colour, aside in (("$w_1$", w[0], SOURCE, -26), ("$w_2$", w[-1], TARGET, 9)):
        ax.plot(*point, "o", color=colour, ms=9)
        ax.annotate(
            name,
            point,
            xytext=(aside, 4),
            textcoords="offset points",
            color=colour,
            fontsize=15,
            weight="bold",
        )
    ax.set(title=title, xlabel="weight 1", ylabel="weight 2", aspect="equal")
    ax.grid(False)
    return ax


def trade_off(first, second, *, ax, title="the trade-off front"):
    """The front of two quadratics: L1 against L2 at w(λ), for all λ."""
    points = objective.front(first, second, FINE)
    ax.plot(points[:, 1], points[:, 0], color=CHOICE, lw=3)
    ax.plot(*points[0, ::-1], "o", color=SOURCE, ms=9)
    ax.plot(*points[-1, ::-1], "o", color=TARGET, ms=9)
    (top, right) = points.max(0)
    ax.annotate(
        "λ = 0",
        points[0, ::-1],
        xytext=(-8, 8),
        textcoords="offset points",
        color=SOURCE,
        ha="right",
    )
    ax.annotate(
        "λ = ∞", points[-1, ::-1], xytext=(10, -2), textcoords="offset points", color=TARGET
    )
    ax.set(
        title=title,
        xlabel="$L_2$, loss on the target",
        ylabel="$L_1$, loss on the source",
        xlim=(-0.06 * right, 1.12 * right),
        ylim=(-0.06 * top, 1.12 * top),
    )
    return ax


class LamScene:
    """Everything that one λ moves, in one picture: call it with λ.

    Args:
        bowls: a pair of `Quadratic` losses of two weights, for contour maps and front.
        curves: None, or `Curves`: two small regressions.
        accuracies: None, or {"lam": [k], "first": [seeds, k], "second": [seeds, k]} of a network.
    """

    def __init__(self, bowls, curves=None, accuracies=None):
        self.bowls, self.curves, self.accuracies = bowls, curves, accuracies
        kinds = (
            ["map", "front"]
            + ["curves"] * (curves is not None)
            + ["bars"] * (accuracies is not None)
        )
        rows, columns = (2, 2) if len(kinds) == 4 else (1, len(kinds))
        fig, axes = figures.new(
            rows, columns, width=9.6 if rows == 2 else 3.4 * columns, height=3.4 * rows
        )
        axes = dict(zip(kinds, axes.flat))
        self.movers = [self._map(axes["map"]), self._front(axes["front"])]
        if curves is not None:
            self.movers.append(curves.on(axes["curves"]))
        if accuracies is not None:
            self.movers.append(_bars(accuracies, axes["bars"]))
        self.stage = Stage(fig, [artist for artists, _ in self.movers for artist in artists])

    def __call__(self, lam):
        """A uint8 image for this λ, and a line of numbers."""
        for _, move in self.movers:
            move(lam)
        w = objective.minimiser(*self.bowls, lam)
        text = (
            f"λ = {lam_text(lam)} (share of D2: {objective.share(lam):.0%}): "
            f"L1 = {self.bowls[0](w):.3f}, L2 = {self.bowls[1](w):.3f}"
        )
        return self.stage.picture(), text

    def picture(self, lam):
        """The uint8 image alone, for a static strip."""
        return self(lam)[0]

    def _map(self, ax):
        contours(*self.bowls, ax=ax)
        (point,) = ax.plot([], [], "o", color=CHOICE, ms=14, mec="black", mew=2)
        return [point], lambda lam: point.set_data(*objective.minimiser(*self.bowls, lam)[:, None])

    def _front(self, ax):
        trade_off(*self.bowls, ax=ax)
        reach = np.array(ax.get_xlim())
        (slope,) = ax.plot([], [], "--", color="black", lw=1.4)
        (point,) = ax.plot([], [], "o", color=CHOICE, ms=14, mec="black", mew=2)

        def move(lam):
            ((l1, l2),) = objective.front(*self.bowls, [lam])
            point.set_data([l2], [l1])
            steep = math.isinf(lam)
            slope.set_data(
                [l2, l2] if steep else reach, ax.get_ylim() if steep else l1 - lam * (reach - l2)
            )

        return [slope, point], move


class Curves:
    """Two ridge regressions of one variable that share their weights.

    Args:
        first, second: (x, y) of D1 and D2, arrays [n1] and [n2].
        features: function of x [n] that returns the features [n, d].
        ridge: ρ of both regressions.
    """

    def __init__(self, first, second, features, ridge=1e-3):
        self.data, self.features = (first, second), features
        self.losses = [
            objective.Quadratic.regression(features(x), y, ridge=ridge) for x, y in self.data
        ]

    def fitted(self, x, lam):
        """The curve of w(λ) at positions x."""
        return self.features(x) @ objective.minimiser(*self.losses, lam)

    def on(self, ax):
        """Draw the data; return the moving artists and the function of λ that moves them."""
        (x1, y1), (x2, y2) = self.data
        x = np.linspace(min(x1.min(), x2.min()), max(x1.max(), x2.max()), 200)
        ax.plot(x1, y1, "o", color=SOURCE, ms=4, alpha=0.45, label=f"D1, n = {len(x1)}")
        ax.plot(x2, y2, "D", color=TARGET, ms=7, label=f"D2, n = {len(x2)}")
        y = np.concatenate([y1, y2])
        ax.set(
            title="the fitted curve", xlabel="x", ylabel="y", ylim=(y.min() - 0.3, y.max() + 0.9)
        )
        ax.legend(loc="upper right", fontsize=11, ncols=2, handletextpad=0.2, columnspacing=0.8)
        (line,) = ax.plot([], [], color=CHOICE, lw=3)
        return [line], lambda lam: line.set_data(x, self.fitted(x, lam))


def nearest(lams, lam):
    """The index of the λ of a sweep that is nearest, measured by the share λ/(1+λ)."""
    shares = np.array([objective.share(v) for v in lams])
    return int(np.argmin(np.abs(shares - objective.share(lam))))


def _bars(accuracies, ax):
    lams, tasks = accuracies["lam"], (accuracies["first"], accuracies["second"])
    bars = ax.bar([0, 1], [0, 0], color=[SOURCE, TARGET], width=0.6)
    dots = [
        ax.plot(np.full(len(a), i), np.zeros(len(a)), "o", color="black", ms=4, alpha=0.6)[0]
        for i, a in enumerate(tasks)
    ]
    texts = [ax.text(i, 0, "", ha="center", va="bottom", weight="bold") for i in (0, 1)]
    ax.set_xticks([0, 1], ["source, D1", "target, D2"])
    top = min(1.0, 1.2 * max(np.max(a) for a in tasks))
    ax.set(ylim=(0, top), ylabel="accuracy", title="a network, held-out pictures")
    ax.grid(axis="x", visible=False)

    def move(lam):
        k = nearest(lams, lam)
        for bar, dot, text, values in zip(bars, dots, texts, tasks):
            bar.set_height(values[:, k].mean())
            dot.set_ydata(values[:, k])
            text.set_text(f"{values[:, k].mean():.0%}")
            text.set_y(values[:, k].max() + 0.01 * top)

    return [*bars, *dots, *texts], move


class BiasVarianceScene:
    """The bias–variance law and a simulation of it, relative to the error of the target alone.

    Call it with b, s, n1, n2: it returns a uint8 image and the formula with its numbers.

    Args:
        repeats, seed: of the simulation.
    """

    LAMS = np.geomspace(0.01, 100, 13)
    FINE = np.geomspace(0.005, 200, 161)

    def __init__(self, repeats=1000, seed=0):
        self.repeats, self.seed = repeats, seed
        fig, ax = figures.new(width=8.4, height=4.2)
        ax.axhline(1, color=TARGET, lw=2, ls="--", label="Q, target alone")
        ax.axhspan(1, 200, color=TARGET, alpha=0.1, lw=0)
        ax.text(0.0058, 65, "here the source harms", color=TARGET, va="top")
        (self.source,) = ax.plot(
            [self.FINE[0], self.FINE[-1]],
            [1, 1],
            color=SOURCE,
            lw=2,
            ls="--",
            label="P, source alone",
        )
        (self.law,) = ax.plot([1], [1], color=CHOICE, lw=3, label="the law")
        (self.best,) = ax.plot([1], [1], "*", color=CHOICE, ms=18, mec="black", label="λ*")
        (self.points,) = ax.plot([1], [1], "o", color="black", ms=5, label="simulation")
        self.intervals = ax.vlines(self.LAMS, 1, 1, color="black", lw=1.6)
        ax.set(
            xscale="log",
            yscale="log",
            xlim=(0.005, 200),
            ylim=(0.03, 100),
            xlabel="λ",
            ylabel="squared error / Q",
            title="what the source is worth",
        )
        ax.legend(loc="upper right", fontsize=11, ncols=2)
        self.stage = Stage(fig, [self.source, self.law, self.intervals, self.points, self.best])

    def __call__(self, b, s, n1, n2):
        p, q = bv.source_and_target_error(b, s, n1, n2)
        measured, half = bv.simulate(
            self.LAMS, bias=b, noise=s, n1=n1, n2=n2, repeats=self.repeats, seed=self.seed
        )
        self.source.set_ydata([p / q, p / q])
        self.law.set_data(self.FINE, [bv.mean_squared_error(lam, p, q) / q for lam in self.FINE])
        self.best.set_data([bv.best_lam(p, q)], [bv.best_error(p, q) / q])
        self.points.set_data(self.LAMS, measured / q)
        ends = np.stack([measured - half, measured + half], axis=1) / q
        self.intervals.set_segments(
            [np.column_stack([[lam, lam], y]) for lam, y in zip(self.LAMS, ends)]
        )
        return self.stage.picture(), self.text(b, s, n1, n2)

    def text(self, b, s, n1, n2):
        """The formula with its numbers."""
        p, q = bv.source_and_target_error(b, s, n1, n2)
        measured, half = bv.simulate(
            [bv.best_lam(p, q)], bias=b, noise=s, n1=n1, n2=n2, repeats=self.repeats, seed=self.seed
        )
        return (
            f"P = b² + s²/n1 = {p:.4g}, Q = s²/n2 = {q:.4g}: λ* = P/Q = "
            f"{bv.best_lam(p, q):.3g}, MSE* = PQ/(P+Q) = {bv.best_error(p, q):.4g} "
            f"(simulated {measured[0]:.4g} ± {half[0]:.2g}); the source harms below λ = "
            f"{bv.harm_threshold(p, q):.3g}; pooling is λ = n2/n1 = "
            f"{bv.pooled_lam(n1, n2):.3g}"
        )
