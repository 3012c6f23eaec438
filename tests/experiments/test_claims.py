"""`make claims` says at its end which claims changed."""

import subprocess

import pytest

from experiments import claims
from helpers import results


def git(folder, *words):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


def rows(**kids):
    """Rows of arms with these KIDs, a seed each."""
    return [
        {"arm": arm.replace("_", " "), "seed": seed, "kid": kid}
        for arm, values in kids.items()
        for seed, kid in enumerate(values)
    ]


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A clone with one counted card and one with rows, committed; gives a function that writes a card."""
    folder = tmp_path / "data" / "results"
    monkeypatch.setattr(claims, "ROOT", tmp_path)
    monkeypatch.setattr(claims, "FOLDER", folder)

    def write(name, **card):
        results.write(name, {"command": "python", **card}, folder=folder)

    write(
        "05_claims",
        claims={"a child is nearer": {"larger": [1, 2, 3], "smaller": [0, 0, 0], "holds_in": 3}},
    )
    write("04_start", rows=rows(plain=[0.5, 0.6], palette=[0.3, 0.2], palette_and_start=[0.2, 0.3]))
    git(tmp_path, "init", "-q"), git(tmp_path, "add", "-A"), git(tmp_path, "commit", "-qm", "x")
    return write


def said(capsys):
    return capsys.readouterr().out.splitlines()


def test_nothing_changed(course, capsys):
    assert claims.main([]) == 0
    assert said(capsys) == ["no claim changed", "4 claims, 0 changed since HEAD"]


def test_a_claim_that_holds_in_fewer_seeds_is_named(course, capsys):
    course(
        "04_start", rows=rows(plain=[0.5, 0.1], palette=[0.3, 0.2], palette_and_start=[0.2, 0.3])
    )
    assert claims.main([]) == 1
    assert said(capsys)[0] == (
        "changed: 04 · a palette scores better than three channels: 1 of 2 was 2 of 2"
    )


def test_other_numbers_alone_change_no_claim(course, capsys):
    course(
        "04_start", rows=rows(plain=[0.9, 0.8], palette=[0.4, 0.2], palette_and_start=[0.3, 0.6])
    )
    assert claims.main([]) == 0


def test_what_is_new_and_what_is_gone_is_named(course, capsys):
    course("05_claims", claims={"new": {"larger": [1], "smaller": [0], "holds_in": 1}})
    course("06_claims", claims={"other": {"better": [1, 1], "worse": [0, 2], "holds_in": 1}})
    assert claims.main([]) == 3
    assert said(capsys)[:3] == [
        "changed: 05 · a child is nearer: not there was 3 of 3",
        "changed: 05 · new: 1 of 1 was not there",
        "changed: 06 · other: 1 of 2 was not there",
    ]


def test_an_unknown_revision_is_explained(course):
    with pytest.raises(
        SystemExit, match="no revision 'v9' to compare with: this needs the course as"
    ):
        claims.main(["--against", "v9"])


def test_every_result_with_a_reader_has_claims():
    """No reader has lost its card, and each finds all its arms."""
    found = {name: claims.claims(name, results.card(name)) for name in results.names()}
    for name in claims.READ:
        assert found[name], name
    assert all(0 <= held <= of for pairs in found.values() for held, of in pairs.values())
    assert len(found["06_claims"]) == 16 and found["06_claims"]["06 · ψ = .7 raises density"] == (
        5,
        10,
    )


def test_the_claims_of_lesson_04s_first_gan_are_read():
    found = claims.claims("04_start", results.card("04_start"))
    assert found["04 · the first GAN: no sign of copying"] == (10, 10)


def test_the_six_arms_are_compared_seed_by_seed():
    rows = [
        ("both", 0, 600, 0.5),
        ("both", 1, 600, 0.7),
        ("both", 0, 100, 0.1),
        ("scratch", 1, 600, 0.6),
    ]
    rows += [(arm, 1, 600, 0.5) for arm in ("discriminator", "generator", "projected")]
    card = {
        "steps": [100, 600],
        "rows": [dict(zip(("arm", "seed", "steps", "kid"), r)) for r in rows],
    }
    found = claims.of_six_arms(card)
    assert found["both copied is nearer than scratch"] == (0, 1)  # one seed has both, and 600 steps
    assert found["projected D is nearer than both"] == (1, 1)


def test_no_card_names_a_folder_of_one_machine():
    for name in results.names():
        words = results.card(name)["command"].split()
        assert not [word for word in words if word.startswith(("/", "~"))], name


def test_make_claims_ends_with_the_comparison():
    makefile = (results.ROOT / "Makefile").read_text()
    recipe = makefile.split("\nclaims:")[1].split("\n\n")[0].splitlines()[1:]
    made = {line.split("experiments.")[1] for line in recipe}
    assert recipe[-1].endswith("experiments.claims") and {"claims_05", "start", "failures"} <= made
