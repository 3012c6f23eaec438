"""The command line: what it leaves behind, how it goes on, and its errors of one sentence."""

import os
import shutil
import subprocess

import keras
import numpy as np
import pytest
from PIL import Image

from helpers import checkpoints, gan, places, train, weights
from helpers.gan import networks, transfer
from helpers.train import cards, options, parents, saver
from tests.train.conftest import SMALL, StopAfter, card, run


def test_a_run_leaves_everything_behind(folder, tmp_path):
    output = tmp_path / "out"
    assert run(folder, *SMALL, "--steps", 4, "--seed", 3, "--output", output) == 0
    assert {path.name for path in output.iterdir()} == {
        "checkpoint.npz", "card.json", "samples.png", "samples.npz", "training.npz",
    }  # fmt: skip
    found = card(output)
    assert found["steps"] == 4 and found["seed"] == 3 and found["scores"] == {"kid": 0.5}
    assert found["data"].endswith("9 pictures, 8 px") and "--steps 4" in found["command"]
    assert found["sha256"] == checkpoints.sha256(output / "checkpoint.npz")
    assert {"cores", "processor", "load_average"} <= set(found["machine"])
    with np.load(output / "samples.npz", allow_pickle=False) as file:
        assert file["images"].shape == (5, 8, 8, 3) and file["images"].dtype == np.uint8
        assert (file["images"] == checkpoints.load(output).sample(5)).all()
    assert min(Image.open(output / "samples.png").size) > 8


def test_a_run_from_a_training_file_starts_at_step_0_from_its_average(folder, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    assert run(folder, *SMALL, "--steps", 4, "--freeze-discriminator", 1, "--output", first) == 0
    start = ["--init", first / "training.npz", "--samples", 5, "--output", second]
    assert run(folder, *start, "--steps", 0) == 0
    assert card(second)["steps"] == 0
    drawn = checkpoints.load(second / "training.npz").sample(5, averaged=False)
    assert (drawn == checkpoints.load(first / "training.npz").sample(5)).all()
    assert run(folder, *start, "--steps", 2, "--overwrite") == 0
    assert card(second)["steps"] == 2  # not 4, with nothing trained
    assert all(
        layer.trainable for layer in checkpoints.load(second / "training.npz").discriminator.layers
    )


def test_repainting_draws_the_start_in_the_folder_s_colours(folder, tmp_path):
    for index, file in enumerate(sorted(folder.iterdir())):
        picture = Image.new("RGB", (8, 8), "white")
        picture.paste((200, 40, 10), (index % 4, index // 4, 8, 8))
        picture.save(file)
    assert run(folder, *SMALL, "--steps", 3, "--output", tmp_path / "a") == 0
    start = ["--init", tmp_path / "a", "--steps", 0, "--samples", 5, "--repaint"]
    assert run(folder, *start, "--output", tmp_path / "b") == 0
    for name in ("a", "b"):
        drawn = np.load(tmp_path / name / "samples.npz")["images"]
        # Every pixel lies between white, which stays, and the folder's one colour, or it does not.
        shares = (255 - drawn) / (255.0 - np.array([200, 40, 10]))
        assert (np.ptp(shares, axis=-1).max() < 0.03) == (name == "b")


def test_zero_steps_only_draws(folder, tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    assert run(folder, *SMALL, "--steps", 3, "--output", first) == 0
    assert run(folder, "--init", first, "--steps", 0, "--samples", 5, "--output", second) == 0
    assert card(second)["steps"] == 0 and card(second)["init"] == str(first)
    before, after = (np.load(place / "samples.npz")["images"] for place in (first, second))
    assert (before == after).all()


def test_a_run_resumed_after_an_interrupt_ends_where_the_straight_one_does(
    folder, tmp_path, monkeypatch
):
    straight, halves = tmp_path / "straight", tmp_path / "halves"
    words = [folder, *SMALL, "--freeze-discriminator", 1, "--steps", 6, "--output"]
    assert run(*words, straight) == 0
    with monkeypatch.context() as patch:
        patch.setattr(saver, "Saver", lambda *_: StopAfter(3))
        assert run(*words, halves) == 130
    assert card(halves)["steps"] == 3
    assert run(folder, "--steps", 6, "--resume", "--samples", 5, "--output", halves) == 0
    first, second = (weights.read(place / "training.npz")[0] for place in (straight, halves))
    assert card(halves)["steps"] == 6
    assert card(halves)["command"] == card(straight)["command"].replace("straight", "halves")
    for key, array in first.items():
        np.testing.assert_array_equal(array, second[key], err_msg=key)


def test_seconds_stop_a_run_and_count_training_alone(folder, tmp_path):
    assert run(folder, *SMALL, "--seconds", 0.3, "--output", tmp_path / "out") == 0
    found = card(tmp_path / "out")
    assert 0.3 <= found["seconds"] < 30 and found["steps"] >= 2


def test_a_card_names_the_runs_that_it_went_on_from(folder, tmp_path):
    first, second, third = (tmp_path / name for name in "abc")
    assert run(folder, *SMALL, "--steps", 3, "--output", first) == 0
    assert run(folder, "--init", first, "--steps", 2, "--output", second) == 0
    assert run(folder, "--init", second, "--steps", 1, "--output", third) == 0
    assert run(folder, "--resume", "--steps", 2, "--output", third) == 0
    found = [card(place) for place in (first, second, third)]
    assert [len(c["before"]) for c in found] == [0, 1, 2]
    assert [c["steps"] for c in found[2]["before"]] == [3, 2]
    assert [c["command"] for c in found[2]["before"]] == [c["command"] for c in found[:2]]
    assert found[2]["init"] == str(second) and found[2]["steps"] == 2
    assert "--steps 1" in found[2]["command"] and len(found[2]["resumed"]) == 1
    assert "--resume --steps 2" in found[2]["resumed"][0]
    assert run(folder, "--init", third, "--steps", 1, "--output", tmp_path / "d") == 0
    assert card(tmp_path / "d")["before"][-1]["resumed"] == found[2]["resumed"]
    (second / "card.json").unlink()
    assert (
        run(folder, "--init", second / "checkpoint.npz", "--steps", 1, "--output", tmp_path / "e")
        == 0
    )
    assert card(tmp_path / "e")["before"] == []


def test_interrupt_saves_and_ends_cleanly(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(saver, "Saver", lambda *_: StopAfter(3))
    assert run(folder, *SMALL, "--steps", 50, "--output", tmp_path / "out") == 130
    said = capsys.readouterr()
    assert "Interrupted after step 3" in said.out and "Stopped after step 3." in said.err
    assert "--resume goes on from step 3" in said.err
    assert card(tmp_path / "out")["steps"] == 3 and card(tmp_path / "out")["scores"] == {}
    assert checkpoints.load(tmp_path / "out").sample(1).shape == (1, 8, 8, 3)


def test_the_rate_follows_from_the_start_unless_given(folder, tmp_path):
    assert run(folder, *SMALL, "--steps", 1, "--output", tmp_path / "a") == 0
    assert run(folder, "--init", tmp_path / "a", "--steps", 1, "--output", tmp_path / "b") == 0
    assert run(folder, "--init", tmp_path / "a", "--steps", 1, "--learning-rate", 0.25,
               "--output", tmp_path / "c") == 0  # fmt: skip
    new, started, given = (card(tmp_path / name)["recipe"]["generator_rate"] for name in "abc")
    assert started == new / 2 and given == 0.25


def test_the_batch_is_the_recipe_s_and_the_augmentation_suits_the_pictures_unless_given(
    folder, tmp_path
):
    for name, words in {
        "a": [],
        "b": ["--batch", 3, "--augment", "cutout"],
        "c": ["--augment", "none"],
    }.items():
        assert run(folder, *SMALL, *words, "--steps", 1, "--output", tmp_path / name) == 0
    recipes = [card(tmp_path / name)["recipe"] for name in "abc"]
    assert [recipe["batch_size"] for recipe in recipes][1] == 3
    assert [recipe["augment"] for recipe in recipes] == ["edge_translation", "cutout", ""]


def test_r1_and_the_palette_are_the_recipe_s_unless_given(folder, tmp_path):
    words = {"a": [], "b": ["--r1", 0.5], "c": ["--r1", 0, "--palette", 0]}
    for name, more in words.items():
        assert run(folder, *SMALL, *more, "--steps", 1, "--output", tmp_path / name) == 0
    recipes = [card(tmp_path / name)["recipe"] for name in "abc"]
    assert [recipe["r1"] for recipe in recipes] == [0.1, 0.5, 0]
    specs = [checkpoints.load(tmp_path / name).generator.spec["palette"] for name in "abc"]
    assert specs == [16, 16, 0]
    on = ["--init", tmp_path / "c", "--r1", 0.5, "--steps", 1, "--output", tmp_path / "d"]
    assert run(folder, *on) == 0  # a parent that knew no penalty: now one every fourth step
    assert card(tmp_path / "d")["recipe"]["penalty_every"] == 4


def test_mixed_precision_goes_on_in_float32_and_is_scored_in_it(folder, tmp_path, monkeypatch):
    scored = []
    monkeypatch.setattr(cards, "score", lambda model, *_: scored.append(model) or {})
    for precision in ("mixed_bfloat16", "mixed_float16"):
        output = tmp_path / precision
        assert run(folder, *SMALL, "--steps", 2, "--precision", precision, "--output", output) == 0
        full, small = (
            weights.read(output / f"{name}.npz")[0] for name in ("training", "checkpoint")
        )
        kinds = [{array.dtype.name for array in arrays.values()} for arrays in (full, small)]
        assert "float32" in kinds[0] and "float16" not in kinds[0] and kinds[1] == {"float16"}
        assert {layer.compute_dtype for layer in scored[-1].averaged_generator.layers} == {
            "float32"
        }
        assert (
            keras.config.dtype_policy().name == precision
        )  # as the run asked, not as the file was read


def test_take_trains_on_fewer(folder, tmp_path):
    assert run(folder, *SMALL, "--steps", 1, "--take", 5, "--output", tmp_path / "o") == 0
    assert card(tmp_path / "o")["data"].endswith("5 pictures, 8 px")


def test_folder_pictures_come_in_two_parts(folder):
    trained, held_out = train.folder_pictures(folder, 8)
    assert trained.shape == (9, 8, 8, 3) and held_out.shape == (6, 8, 8, 3)
    assert not {one.tobytes() for one in trained} & {one.tobytes() for one in held_out}


@pytest.mark.parametrize(
    "words, sentence",
    [
        (["heros", "--steps", 1], "unknown art set"),
        (["heroes", "--steps", 1, "--licence", "mine"], "--licence is for pictures of your own"),
        (["ART", "--steps", -1], "--steps takes 0 or more, got -1"),
        (["ART", "--seconds", "nan"], "--seconds takes a positive number"),
        (["ART", "--steps", 1, "--take", 0], "--take takes 1 or more"),
        (["ART", "--steps", 1, "--size", 8, "--take", 99], "--take 99 is more than the 9"),
        (["ART", "--steps", 1, "--size", 33], "size 33 does not fit"),
        (
            ["ART", "--steps", 0, "--size", 16, "--discriminator", "projected"],
            "needs 4 or more: take pictures of 32 px or more",
        ),
        (
            ["ART", "--steps", 0, "--discriminator", "projected", "--freeze-discriminator", 1],
            "frozen already",
        ),
        (["ART", "--steps", 1, "--learning-rate", 2], "--learning-rate takes a number"),
        (["ART", "--steps", 1, "--r1", -1], "--r1 takes a number of 0 or more, got -1"),
        (["ART", "--steps", 1, "--batch", 0], "--batch takes 1 or more"),
        (["ART", "--steps", 1, "--augment", "blur"], "unknown augmentation 'blur'"),
        (["ART", "--steps", 1, "--freeze-discriminator", 9], "cannot freeze 9 layers"),
        (["ART", "--steps", 1, "--resume"], "nothing to resume"),
        (["ART", "--steps", 1, "--init", "nobody"], "no checkpoint 'nobody'"),
        (
            ["ART", "--steps", 1, "--repaint"],
            "--repaint changes the colours of a trained generator",
        ),
        (["ART", "--steps", 1, "--init", "FREE", "--repaint"], "only a palette can be repainted"),
        (["ART", "--steps", 1, "--init", "a", "--resume"], "--init starts a run and --resume"),
        (["ART", "--steps", 1, "--init", ""], "--init is empty"),
        (["ART", "--steps", 1, "--size", 0], "--size takes 8 or more, got 0"),
        (["ART", "--steps", 1, "--width", 0], "--width takes 1 or more, got 0"),
        (["ART", "--steps", 1, "--width", 99999], "--width takes at most 512, got 99999"),
        (["ART", "--steps", 1, "--seed", 10**20], "--seed takes at most"),
        (["ART", "--steps", 1, "--resume", "--overwrite"], "--resume keeps a run and --overwrite"),
        (["ART", "--steps", 1, "--resume", "--freeze-discriminator", 0], "keeps its frozen layers"),
    ],
)
def test_errors_are_one_sentence(folder, tmp_path, capsys, words, sentence):
    if "FREE" in words:
        gan.make(8, width=4, palette=0).save_checkpoint(tmp_path / "free.npz")
    words = [{"ART": folder, "FREE": tmp_path / "free.npz"}.get(word, word) for word in words]
    assert run(*words, "--output", tmp_path / "out") == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("error: ") and sentence in said and "\n" not in said
    assert not (tmp_path / "out").exists()


def test_other_sizes_than_the_file_s_are_an_error(folder, tmp_path, capsys):
    assert run(folder, *SMALL, "--steps", 0, "--output", tmp_path / "a") == 0
    assert run(folder, "--size", 16, "--init", tmp_path / "a", "--steps", 1) == 1
    assert "--size 16 does not fit" in capsys.readouterr().err


def test_bad_folders_are_an_error(tmp_path, capsys):
    (tmp_path / "few").mkdir()
    assert run(tmp_path / "few", "--steps", 1) == 1
    assert "holds no picture that can be read" in capsys.readouterr().err
    for index in range(12):
        (tmp_path / "few" / f"{index}.png").write_text("no picture")
    assert run(tmp_path / "few", "--steps", 1) == 1
    assert "0.png: is no picture, whatever its name says" in capsys.readouterr().err
    for index in range(9):
        Image.new("L", (8, 8), 28 * index).save(tmp_path / "few" / f"{index}.png")
    assert run(tmp_path / "few", "--steps", 1) == 1
    text = capsys.readouterr().err
    assert "holds 9 pictures; at least 10" in text and "10.png: is no picture" in text


def test_copies_of_one_picture_are_too_few_to_train_on(tmp_path, capsys):
    for index in range(12):
        Image.linear_gradient("L").save(tmp_path / f"{index}.png")
    assert run(tmp_path, "--size", 8, "--steps", 1) == 1
    assert "12 pictures, and they are copies of 1; at least 3 different" in capsys.readouterr().err


def test_length_is_needed_and_only_one(capsys):
    for words in (["heroes"], ["heroes", "--steps", "1", "--seconds", "1"]):
        with pytest.raises(SystemExit):
            train.main(words)
        assert "--seconds" in capsys.readouterr().err


PROJECTED = ["--size", 32, "--width", 4, "--samples", 5, "--discriminator", "projected"]


def test_a_projected_discriminator_is_trained_named_and_gone_on_with(folder, tmp_path, capsys):
    output, kind = tmp_path / "out", ["--discriminator", "projected"]
    assert run(folder, *PROJECTED, "--steps", 1, "--output", output) == 0
    found = card(output)
    assert found["discriminator"] == "projected" and found["recipe"]["loss"] == "hinge"
    assert (
        found["recipe"]["discriminator_rate"] == gan.RECIPE["discriminator_rate"]
        and found["recipe"]["r1"] == 0
    )
    assert networks.kind_of(checkpoints.load(output).discriminator) == "projected"
    assert run(folder, *kind, "--steps", 2, "--resume", "--output", output) == 0
    assert card(output)["steps"] == 2 and card(output)["discriminator"] == "projected"
    again = [folder, "--discriminator", "pixels", "--steps", 3, "--resume", "--output", output]
    assert run(*again) == 1
    assert "--discriminator pixels is not what the run in" in capsys.readouterr().err
    on = ["--init", output, "--steps", 0, "--samples", 5, "--output"]
    for name, words in (("a", []), ("b", kind), ("c", ["--discriminator", "pixels"])):
        assert run(folder, *words, *on, tmp_path / name) == 0
    parent, *children = (checkpoints.load(tmp_path / name) for name in ("out", "a", "b", "c"))
    heads = [model.discriminator.get_weights() for model in (parent, *children)]
    assert all((a == b).all() for pair in (heads[1:3]) for a, b in zip(heads[0], pair))
    kinds = [card(tmp_path / name)["discriminator"] for name in "abc"]
    assert kinds == ["projected", "projected", "pixels"] and len(heads[3]) != len(heads[0])
    recipes = [card(tmp_path / name)["recipe"] for name in "abc"]
    assert [recipe["generator_rate"] for recipe in recipes] == [1.5e-3, 1.5e-3, 2e-3]
    assert [recipe["r1"] for recipe in recipes] == [0, 0, gan.RECIPE["r1"]]


def test_pixels_are_looked_at_unless_told_otherwise(folder, tmp_path):
    assert run(folder, *SMALL, "--steps", 0, "--output", tmp_path / "a") == 0
    assert card(tmp_path / "a")["discriminator"] == "pixels"


def test_one_s_own_pictures_bring_their_rights_and_their_augmentation(folder, tmp_path):
    words = [folder, *SMALL, "--steps", 1]
    rights = {"source": "drawn by me in 2024", "licence": "CC BY 4.0", "attribution": "Me"}
    more = [word for name, text in rights.items() for word in (f"--{name}", text)]
    assert run(*words, *more, "--output", tmp_path / "a") == 0
    found = card(tmp_path / "a")
    assert {name: found[name] for name in rights} == rights and found["count"] == 15
    assert found["recipe"]["augment"] == "edge_translation" == found["suits"]["augment"]
    assert found["read"]["kept"] + found["read"]["mended"] == 15
    usual = [word for word in SMALL if word not in ("--palette", "16")]
    assert run(folder, *usual, "--steps", 1, "--output", tmp_path / "c") == 0
    spec = checkpoints.load(tmp_path / "c").generator.spec
    assert (
        spec["palette"] == 16 == card(tmp_path / "c")["suits"]["palette"]
    )  # they fill their frame
    assert run(*words, "--augment", "cutout", "--output", tmp_path / "b") == 0
    found = card(tmp_path / "b")
    assert found["recipe"]["augment"] == "cutout" and found["licence"] == "not stated"
    again = [folder, "--resume", "--steps", 2, "--samples", 5, "--output", tmp_path / "b"]
    assert run(*again) == 0 and card(tmp_path / "b")["recipe"]["augment"] == "cutout"


def test_the_output_never_lands_among_the_inputs(folder, tmp_path, monkeypatch, capsys):
    """Pictures in my_art/ and a run in my_art/mine: the next run sees the same pictures."""
    mine = folder / "mine"
    words = [folder, *SMALL, "--steps", 1, "--output"]
    assert run(*words, mine) == 0
    before = card(mine)["art"]["sha256"]
    assert run(*words, tmp_path / "b") == 0 and card(tmp_path / "b")["art"]["sha256"] == before
    (
        mine / "card.json"
    ).unlink()  # and a sheet that has lost its run is known by what it says of itself
    assert run(*words, tmp_path / "c") == 0 and card(tmp_path / "c")["art"]["sha256"] == before
    monkeypatch.setattr(places, "ROOT", tmp_path)
    (tmp_path / "my_art").mkdir()
    folder.rename(tmp_path / "my_art" / "own")
    monkeypatch.chdir(tmp_path)
    assert run("my_art/own", *SMALL, "--steps", 1) == 0
    assert (tmp_path / "my_art" / "own_gan" / "checkpoint.npz").is_file()
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert run("my_art/own", *SMALL, "--steps", 1, "--output", "my_art/new") == 0
    assert checkpoints.load("my_art/new").sample(1).any()
    assert os.listdir(tmp_path / "notebooks") == []


def test_a_zip_is_trained_on(folder, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "mine"), "zip", folder)
    assert run(archive, *SMALL, "--steps", 1, "--output", tmp_path / "o") == 0
    assert card(tmp_path / "o")["art"]["pictures"] == 9


def test_the_command_line_works_from_anywhere(folder, tmp_path):
    line = train.command_line(
        folder, steps=1, size=8, width=4, output=tmp_path / "o 1", resume=False
    )
    assert "--resume" not in line and str(folder) in line
    there = {"shell": True, "cwd": tmp_path, "capture_output": True, "text": True}
    done = subprocess.run(f"{line} --help", **there)
    assert done.returncode == 0 and "Train a GAN" in done.stdout
    with pytest.raises(ValueError, match="no option 'step'; any of: .*steps"):
        train.command_line("heroes", step=3)


def test_the_card_says_whether_samples_are_copies(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(gan.GAN, "sample", lambda self, n, **_: np.load(tmp_path / "copy.npy")[:n])
    pictures, _ = train.folder_pictures(folder, 8)
    np.save(tmp_path / "copy.npy", np.resize(pictures, (1000, 8, 8, 3)))
    assert run(folder, *SMALL, "--steps", 1, "--output", tmp_path / "o") == 0
    found = card(tmp_path / "o")["copies"]
    assert found["copied"] == found["same"] == found["of"] == 100 and found["verdict"].endswith(
        "or stop earlier"
    )
    assert "100 of 100 samples are nearly copies (100 the same picture)" in capsys.readouterr().out


def raced(monkeypatch, best):
    """Puts a finished race in the place of one that trains; returns what it is called with."""
    asked = []

    def race(train, chooser, **options):
        asked.append((train, chooser, options))
        found = parents.Race([], 100, 20, (best,), best)
        found.rows = [parents.Row(best, 0.1, 0.0, 0.2, train[:2])]
        if best not in parents.SCRATCH:
            found.rows.append(parents.Row("pixels", 0.9, 0.8, 1.0, train[:2]))
        return found

    monkeypatch.setattr(parents, "race", race)
    return asked


def test_auto_starts_from_what_the_race_chose(tmp_path, folder, monkeypatch, capsys):
    asked = raced(monkeypatch, "projected")
    output = tmp_path / "mine"
    words = ("--init", "auto", "--steps", 1, "--samples", 5, "--output", output)
    assert run(folder, *words) == 0
    assert card(output)["discriminator"] == "projected" and card(output)["init"] is None
    assert "The race names projected" in capsys.readouterr().out
    (images, chooser, options), *more = asked
    assert images.shape[1:] == (32, 32, 3) and len(images) + 2 * len(chooser) == 15 and not more
    assert options == {"seed": 0}


def test_auto_takes_a_parent_with_the_colours_of_the_pictures(tmp_path, folder, monkeypatch):
    raced(monkeypatch, "heroes")
    output = tmp_path / "mine"
    words = ("--init", "auto", "--steps", 1, "--samples", 5, "--seed", 4, "--output", output)
    assert run(folder, *words) == 0
    found = card(output)
    assert (found["init"], found["discriminator"]) == ("heroes", "projected")
    assert found["recipe"]["generator_rate"] == 2e-3 and found["before"]


@pytest.mark.parametrize("words, kind", [
    ((), "projected"), (("--size", 64), "projected"), (("--size", 16), None), (("--width", 4), None),
    (("--palette", 0), None), (("--discriminator", "pixels"), "pixels"), (("--init", "heroes"), None),
])  # fmt: skip
def test_own_pictures_get_the_discriminator_for_few_unless_told(tmp_path, folder, words, kind):
    words = [folder, "--steps", 1, "--output", tmp_path / "out", *words]
    asked = options.parser().parse_args([str(word) for word in words])
    options.check(asked)
    assert asked.discriminator == kind
    asked = options.parser().parse_args(
        ["heroes", "--steps", "1", "--output", str(tmp_path / "out")]
    )
    options.check(asked)
    assert asked.discriminator is None


def test_ones_own_pictures_start_from_the_general_parent_unless_told_otherwise(folder, tmp_path):
    assert run(folder, "--steps", 1, "--samples", 5, "--output", tmp_path / "a") == 0
    found = card(tmp_path / "a")
    assert (found["init"], found["discriminator"]) == ("general", "projected")
    assert found["recipe"]["generator_rate"] == transfer.RATE  # as lesson 07 and `parents.start`
    old, new = (
        checkpoints.load(one).discriminator.get_weights() for one in ("general", tmp_path / "a")
    )
    assert not any(np.allclose(a, b, atol=0.01) for a, b in zip(old, new) if a.ndim == 4)
    assert "CC BY 4.0" in str(found["before"])  # what the parent learnt from goes with the child
    assert checkpoints.load(tmp_path / "a").generator.spec["width"] == 48

    def chosen(*words):
        words = [*words, "--steps", 1, "--output", tmp_path / "out"]
        asked = options.parser().parse_args([*map(str, words)])
        options.check(asked)
        return asked.init, asked.repaint, asked.discriminator

    assert chosen(folder) == ("usual", False, "projected")  # what it is, the pictures will say
    assert chosen(folder, "--init", "nothing") == (None, False, "projected")
    assert chosen(folder, "--size", 64) == ("usual", False, "projected")
    assert chosen(folder, "--width", 8) == chosen("heroes") == (None, False, None)
    assert chosen("heroes", "--init", "nothing") == (None, False, None)
    assert chosen(folder, "--init", "heroes") == ("heroes", False, None)


def test_without_a_general_parent_ones_own_pictures_start_from_nothing(
    folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(parents, "usual", lambda size: "projected")
    assert run(folder, "--steps", 1, "--samples", 5, "--output", tmp_path / "a") == 0
    assert "Starts from nothing; --init names another." in capsys.readouterr().out
    assert card(tmp_path / "a")["init"] is None
    assert card(tmp_path / "a")["discriminator"] == "projected"


def test_nothing_has_no_colours_to_change(folder, tmp_path, capsys):
    words = (folder, "--init", "nothing", "--repaint", "--steps", 1, "--output", tmp_path / "out")
    assert run(*words) == 1 and "--repaint changes the colours" in capsys.readouterr().err


def test_auto_and_a_network_of_ones_own_do_not_go_together(tmp_path, folder, capsys):
    words = (folder, "--init", "auto", "--width", 4, "--steps", 1, "--output", tmp_path / "out")
    assert run(*words) == 1 and "leave --width out" in capsys.readouterr().err
