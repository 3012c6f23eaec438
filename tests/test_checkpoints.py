"""Checkpoints: atomic, readable without pickle, clear about what is wrong."""

import json
import random
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest

from helpers import checkpoints, gan, weights
from helpers.gan import saving

ROOT = Path(__file__).resolve().parent.parent


def tiny(seed=0):
    return gan.make(8, width=4, latent_dim=6, seed=seed, batch_size=4)


def test_arrays_and_info_come_back(tmp_path):
    arrays = {"generator/00/kernel": np.arange(6.0).reshape(2, 3)}
    file = weights.write(tmp_path / "new" / "a.npz", arrays, {"step": 3, "loss": "hinge"})
    found, info = weights.read(file)
    assert (found["generator/00/kernel"] == arrays["generator/00/kernel"]).all()
    assert info["step"] == 3 and info["loss"] == "hinge"
    assert [path.name for path in file.parent.iterdir()] == ["a.npz"]


def test_a_checkpoint_to_share_is_compressed_and_reads_the_same(tmp_path):
    arrays = {"x": np.zeros(10_000, "float16")}
    quick, small = (
        weights.write(tmp_path / f"{c}.npz", arrays, {}, compress=c) for c in (False, True)
    )
    assert small.stat().st_size < quick.stat().st_size / 10
    assert all((weights.read(file)[0]["x"] == arrays["x"]).all() for file in (quick, small))


def test_only_the_checkpoint_without_training_state_is_compressed(tmp_path):
    model = gan.make(8, width=8)
    for full, expected in ((True, zipfile.ZIP_STORED), (False, zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(model.save_checkpoint(tmp_path / f"{full}.npz", full=full)) as parts:
            assert {part.compress_type for part in parts.infolist()} == {expected}


def test_a_failing_write_leaves_the_old_file_and_no_litter(tmp_path):
    file = weights.write(tmp_path / "a.npz", {"x": np.ones(3)}, {"step": 1})
    with pytest.raises(TypeError):
        weights.write(file, {"x": np.zeros(3)}, {"step": object()})

    class Stubborn:
        def __array__(self, *args, **kwargs):
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError):
        weights.write(file, {"x": Stubborn()}, {"step": 2})
    assert weights.read(file)[1]["step"] == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_killing_the_writer_at_eight_random_moments_leaves_a_loadable_file(tmp_path):
    code = textwrap.dedent("""
        import itertools, sys
        import numpy as np
        from helpers import weights
        for step in itertools.count(int(sys.argv[2])):
            arrays = {f"w{i}": np.full((20_000,), step, "float32") for i in range(10)}
            weights.write(sys.argv[1], arrays, {"step": step})
            print(step, flush=True)
    """)
    chance, file, last = random.Random(4), tmp_path / "c.npz", 0
    for _ in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(file), str(last)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.communicate()
        arrays, info = weights.read(file)
        assert info["step"] >= last
        assert all((array == info["step"]).all() for array in arrays.values())  # no mixture
        last = info["step"]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "text", "empty", "pickled"])
def test_damaged_files_are_explained(tmp_path, damage):
    file = weights.write(tmp_path / "a.npz", {"x": np.random.rand(5000)}, {"step": 1})
    data = file.read_bytes()
    if damage == "pickled":
        np.savez(file, x=np.array([object()], dtype=object))
    else:
        middle = len(data) // 2
        file.write_bytes(
            {
                "truncated": data[:middle],
                "flipped": data[:middle] + bytes(b ^ 255 for b in data[middle : middle + 9])
                + data[middle + 9 :],
                "text": b"not a checkpoint",
                "empty": b"",
            }[damage]
        )  # fmt: skip
    with pytest.raises(ValueError, match=r"a\.npz .*train again or fetch it again$"):
        weights.read(file)


def test_other_npz_files_and_missing_files_are_explained(tmp_path):
    np.savez(tmp_path / "other.npz", x=np.ones(2))
    with pytest.raises(ValueError, match="no checkpoint of this course"):
        weights.read(tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError, match="no checkpoint at"):
        weights.read(tmp_path / "none.npz")


def test_keys_do_not_depend_on_how_many_layers_were_made_before():
    def network():
        return keras.Sequential([keras.Input((2,)), keras.layers.Dense(3), keras.layers.Dense(1)])

    first = weights.pack("g", network().variables)
    assert list(first) == list(weights.pack("g", network().variables))
    assert list(first)[0] == "g/00/dense/kernel"


def test_unpack_changes_nothing_unless_everything_fits():
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    before = network.get_weights()
    arrays = weights.pack("g", network.variables)
    wrong = {**arrays, "g/00/dense/kernel": arrays["g/00/dense/kernel"] + 1}
    wrong["g/01/dense/bias"] = np.zeros(4)
    with pytest.raises(ValueError, match=r"g/01/dense/bias has shape \(4,\).*\(3,\) here"):
        weights.unpack("g", network.variables, wrong)
    with pytest.raises(ValueError, match="does not match this one.*g/02/extra"):
        weights.unpack("g", network.variables, {**arrays, "g/02/extra": np.zeros(1)})
    assert all((a == b).all() for a, b in zip(before, network.get_weights()))


def test_path_finds_files_and_folders_and_explains_unknown_names(tmp_path):
    file = tiny().save_checkpoint(tmp_path / "checkpoint.npz", full=False)
    assert checkpoints.path(file) == checkpoints.path(tmp_path) == file
    assert checkpoints.load(tmp_path).sample(2).shape == (2, 8, 8, 3)
    with pytest.raises(ValueError, match="no checkpoint 'knights'"):
        checkpoints.path("knights")


def test_a_checkpoint_without_its_card_says_where_the_card_should_be(tmp_path):
    file = tiny().save_checkpoint(tmp_path / "checkpoint.npz", full=False)
    with pytest.raises(ValueError, match=r"has no card: expected card\.json beside it"):
        checkpoints.card(tmp_path)
    (tmp_path / "card.json").write_text('{"steps": 3}')
    assert checkpoints.card(tmp_path) == checkpoints.card(file) == {"steps": 3}


def test_shipped_files_are_held_against_their_cards(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "FOLDER", tmp_path)
    file = tiny().save_checkpoint(tmp_path / "dots.npz", full=False, dtype="float16")
    card = {"sha256": checkpoints.sha256(file), "data": "dots"}
    (tmp_path / "dots.json").write_text(json.dumps(card))
    assert checkpoints.names() == ["dots"] and checkpoints.card("dots")["data"] == "dots"
    assert checkpoints.load("dots").sample(1).shape == (1, 8, 8, 3)
    (tmp_path / "dots.json").write_text(json.dumps({**card, "sha256": "0" * 64}))
    with pytest.raises(ValueError, match="not the file that its card describes"):
        checkpoints.load("dots")


def test_a_run_without_its_card_is_not_shipped(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "FOLDER", tmp_path / "shipped")
    tiny().save_checkpoint(tmp_path / "run" / "checkpoint.npz", full=False)
    with pytest.raises(FileNotFoundError, match="no card.json: wait for the run's end"):
        checkpoints.ship(tmp_path / "run", "dots")
    (tmp_path / "run" / "card.json").write_text('{"unfinished": {"steps": 3}}')
    with pytest.raises(FileNotFoundError, match="goes on, or was killed"):
        checkpoints.ship(tmp_path / "run", "dots")
    assert not (tmp_path / "shipped").exists()
    (tmp_path / "run" / "card.json").write_text("{}")
    assert checkpoints.ship(tmp_path / "run", "dots").is_file()


# Files from anybody ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """(arrays, info) of a small checkpoint that can be sampled and trained further."""
    return weights.read(tiny().save_checkpoint(tmp_path_factory.mktemp("saved") / "a.npz"))


def changed(info, place, value):
    """A copy of info with one value changed; "generator.width" is the width of the generator."""
    info = json.loads(json.dumps(info))
    *parents, last = place.split(".")
    part = info
    for parent in parents:
        part = part[parent]
    part[last] = value
    return info


def refuses(tmp_path, arrays, info, match):
    """That the file is refused in one sentence with its name."""
    file = weights.write(tmp_path / "theirs.npz", arrays, info)
    with pytest.raises(ValueError, match=match) as error:
        checkpoints.load(file)
    text = str(error.value)
    assert str(file) in text and "\n" not in text and len(text) < 600


ODD = (None, True, -1, 1e9, float("nan"), "x", [], {}, [[[]]] * 5)
FINE = {("seed", -1), ("generator.temperature", 1e9), ("generator.temperature", True)}


@pytest.mark.parametrize("place", [
    "kind", "generator", "discriminator", "recipe", "frozen", "seed", "step", "plan",
    "generator.network", "generator.size", "generator.width", "generator.latent_dim",
    "generator.temperature", "discriminator.network", "discriminator.width",
    *(f"recipe.{key}" for key in gan.RECIPE),
])  # fmt: skip
def test_no_odd_value_in_a_file_gets_past_its_check(saved, place):
    saving.check(saved[1])
    for value in ODD:
        if isinstance(value, list | dict) or (place, value) not in FINE:
            if (place, value) in (("frozen", []), ("frozen", ODD[-1]), ("generator", {}),
                                  ("discriminator", {}), ("recipe", {})):  # fmt: skip
                continue  # empty is fine; what is frozen is sought when there is a network
            with pytest.raises(ValueError):
                saving.check(changed(saved[1], place, value))


@pytest.mark.parametrize("place, value, match", [
    ("generator.size", 4096, "size 4096 does not fit: use 8, 16"),
    ("generator.width", 100_000, "width is a whole number from 1 to 128, got 100000"),
    ("generator.latent_dim", 10**7, "latent_dim is a whole number from 1 to 512"),
    ("generator.palette", 65, "palette is a whole number from 0 to 64"),
    ("generator.size", 16, "draws other sizes than its discriminator sees"),
    ("generator.colour", 3, "a network of kind 'generator' has no setting 'colour'"),
    ("recipe.momentum", 0.9, "unknown setting 'momentum'"),
    ("recipe.batch_size", 10**6, "batch_size takes 1 to 4096, got 1000000"),
    ("recipe.beta_1", 2, "beta_1 takes 0 to 1, got 2"),
    ("recipe.augment", "flip," * 100, "augment takes a str"),
    ("frozen", ["down9"], "freezes a layer that its discriminator does not have"),
    ("seed", 2**60, "seed, step and plan are no whole numbers in range"),
    ("plan", [0, 1, 2], "seed, step and plan"),
])  # fmt: skip
def test_what_a_file_asks_for_is_bounded_and_said(tmp_path, saved, place, value, match):
    arrays, info = saved
    refuses(tmp_path, arrays, changed(info, place, value), match)


@pytest.mark.parametrize("kind, match", [
    ("nan", "are not finite: the training had failed"),
    ("inf", "are not finite"),
    ("too large for float32", "are not finite"),
    ("bool", "holds bool where float32 is needed"),
    ("int", "holds int64 where float32 is needed"),
    ("text", "holds <U1 where float32 is needed"),
    ("counter", r"training/00/step counts from -1 to -1, no run does"),
    ("float counter", r"training/00/step holds float64 where int64"),
    ("missing", r"does not match this one \(first difference: discriminator/00"),
])  # fmt: skip
def test_arrays_that_no_training_wrote_are_refused(tmp_path, saved, kind, match):
    arrays, info = saved
    key, step = (
        next(key for key in arrays if key.startswith("discriminator/00")),
        "training/00/step",
    )
    w = arrays[key]
    change = {
        "nan": {key: np.where(w == w.max(), np.nan, w)},
        "inf": {key: w * np.float32(np.inf)},
        "too large for float32": {key: w.astype(float) + 1e300},
        "bool": {key: w > 0},
        "int": {key: w.astype(int)},
        "text": {key: np.full(w.shape, "a")},
        "counter": {step: np.array(-1)},
        "float counter": {step: np.array(3.0)},
    }.get(kind)
    theirs = {**arrays, **change} if change else {k: v for k, v in arrays.items() if k != key}
    refuses(tmp_path, theirs, info, match)


def test_loading_into_a_gan_names_the_file_too(tmp_path, saved):
    arrays, info = saved
    file = weights.write(tmp_path / "a.npz", arrays, changed(info, "seed", "x"))
    with pytest.raises(ValueError, match=r"a\.npz: its seed"):
        tiny().load_checkpoint(file)


def test_the_line_of_json_is_read_before_the_rest_is_unpacked(tmp_path):
    bomb = {"x": np.zeros(2**22), "info.json": np.array("{}")}
    np.savez_compressed(tmp_path / "a.npz", **bomb)
    with pytest.raises(ValueError, match="no checkpoint of this course"):
        weights.read(tmp_path / "a.npz")
    deep = np.array("[" * 100_000)
    np.savez_compressed(tmp_path / "a.npz", **{"info.json": deep})
    with pytest.raises(ValueError, match="no checkpoint of this course"):
        weights.read(tmp_path / "a.npz")


def test_a_shipped_file_given_by_its_path_is_held_against_its_card_too(tmp_path):
    file = tiny().save_checkpoint(tmp_path / "dots.npz", full=False)
    card = tmp_path / "dots.json"
    card.write_text(json.dumps({"sha256": "0" * 64}))
    with pytest.raises(ValueError, match="not the file that its card describes"):
        checkpoints.load(file)
    card.write_text(json.dumps({"data": "dots"}))  # a card without one, beside a file of one's own
    assert checkpoints.load(file).size == 8


@pytest.mark.parametrize("text", [
    "", "{", "[1]", "[" * 100_000, '{"sha256": 3}', '{"steps": "x"}', '{"seed": true}',
    '{"before": [3]}', '{"scores": null}', "\x00",
])  # fmt: skip
def test_a_damaged_card_is_named_with_its_cure(tmp_path, monkeypatch, text):
    file = tiny().save_checkpoint(tmp_path / "checkpoint.npz", full=False)
    (tmp_path / "card.json").write_text(text)
    with pytest.raises(ValueError, match="card.json .*train again or fetch it again$"):
        checkpoints.card(tmp_path)
    monkeypatch.setattr(checkpoints, "FOLDER", tmp_path)
    (tmp_path / "dots.json").write_text(text)
    file.rename(tmp_path / "dots.npz")
    with pytest.raises(ValueError, match="`git restore data/checkpoints/dots.json`"):
        checkpoints.load("dots")


def test_a_card_is_read_without_tensorflow():
    code = "import sys; from helpers import checkpoints; checkpoints.card('heroes'); "
    code += "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.mark.parametrize("name", checkpoints.names())
def test_every_shipped_checkpoint_loads_and_draws(name):
    model = checkpoints.load(name)
    pictures = model.sample(4)
    assert pictures.dtype == np.uint8 and pictures.std() > 10
    assert checkpoints.path(name).stat().st_size <= 8e6
    assert {"data", "seed", "steps", "seconds", "scores", "command", "before"} <= set(
        checkpoints.card(name)
    )


# What each reached when it was shipped, with a little room: a worse one may not take its place.
HIGHEST_KID = {"heroes": 0.1, "creatures": 0.35, "city_day": 0.28, "city_neon": 0.52, "city_sunset": 0.3,
               "city_ink": 0.45, "city_day_32": 0.25, "general": 0.32, "general_64": 0.27}  # fmt: skip


@pytest.mark.parametrize("name", checkpoints.names())
def test_a_shipped_generator_names_its_source_and_licence(name):
    card = checkpoints.card(name)
    assert card["licence"] and card["attribution"] and card["command"]
    assert card["scores"]["kid"] < HIGHEST_KID[name]
