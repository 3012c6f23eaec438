"""The claims of the optional pages: parts run alone keep the others, and copied patches show."""

import numpy as np

from experiments import claims_deeper
from helpers import art


def test_a_part_that_runs_alone_keeps_the_others(monkeypatch):
    def one(seed):
        return {"new": (seed + 1, seed)}

    written = {}
    old = {"claims": {"old": {"larger": [1], "smaller": [0], "holds_in": 1}}, "cpu_minutes": 2.0}
    monkeypatch.setattr(claims_deeper, "PAGES", {"06": (one,)})
    monkeypatch.setattr(claims_deeper.results, "names", lambda: ["06_deeper_claims"])
    monkeypatch.setattr(claims_deeper.results, "card", lambda name: old)
    monkeypatch.setattr(claims_deeper.results, "write", written.__setitem__)
    monkeypatch.setattr(claims_deeper, "PARTS", ["one", "other"])
    claims_deeper.main(["06", "--parts", "one"])
    claims = written["06_deeper_claims"]["claims"]
    assert claims["old"]["holds_in"] == 1 and claims["new"]["holds_in"] == 10
    assert written["06_deeper_claims"]["cpu_minutes"] >= 2
    claims_deeper.main(["06"])
    assert set(written["06_deeper_claims"]["claims"]) == {"new"}


def test_patches_of_training_heroes_are_told_from_unseen_ones():
    sides = art.load("heroes").split()
    grain = np.random.default_rng(0).normal(0, 10, (4, 32, 32, 3))
    shares = [
        claims_deeper.unseen_share(np.clip(side.images[:4] + grain, 0, 255).astype(np.uint8))
        for side in (sides.train, sides.validation)
    ]
    assert shares[0] < 0.1 and shares[1] > 0.5
