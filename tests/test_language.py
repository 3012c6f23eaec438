"""Checkers speak the reader's language where a translation has the text, English elsewhere."""

import json

import pytest

import helpers.exercises as exercises
from helpers import figures, language, widgets


@pytest.fixture
def zz(tmp_path, monkeypatch):
    """A small language of its own; gives a function that sets its texts."""
    monkeypatch.setattr(language, "FOLDER", tmp_path)
    monkeypatch.setattr(language, "_current", None)

    def texts(**extra):
        held = {"a red fox": "ein roter Fuchs", "{} of {}": "{1} hat {0}", "three": "drei", **extra}
        (tmp_path / "zz.json").write_text(json.dumps({"strings": held}))
        language._strings.cache_clear()
        language.use("zz")

    texts()
    yield texts
    language._strings.cache_clear()


def test_a_text_is_said_in_the_language_chosen(zz):
    assert language.say("a red fox") == "ein roter Fuchs"
    assert language.say("a blue fox") == "a blue fox"
    language.use("en")
    assert language.say("a red fox") == "a red fox"


def test_what_varies_is_taken_over_and_said_too(zz):
    assert language.say("three of a red fox") == "ein roter Fuchs hat drei"
    assert language.say("3 of 4\nlines") == "4\nlines hat 3"


def test_of_two_patterns_the_one_with_more_letters_counts(zz):
    zz(**{"{} of {} heroes": "{} von {} Helden"})
    assert language.say("3 of 4 heroes") == "3 von 4 Helden"


def test_braces_in_what_varies_are_left_alone(zz):
    assert language.say("{x} of {0}") == "{0} hat {x}"


def test_a_translation_with_too_few_places_is_an_error(zz):
    zz(**{"{} and {}": "nur {}"})
    with pytest.raises(ValueError, match="as many places"):
        language.say("1 and 2")


def test_the_same_place_twice_or_a_place_too_many_is_an_error():
    assert language.numbered("{} of {}", "{1}，{0}") == "{1}，{0}"
    for wrong in ("{0} {0}", "{} {} {}", "{1} {2}"):
        with pytest.raises(ValueError, match="as many places"):
            language.numbered("{} of {}", wrong)


def test_the_braces_of_a_formula_are_no_places(zz):
    zz(
        **{
            r"$\frac{1}{2}$ a": r"$\frac{1}{2}$ ein",
            "at $x_{12}$: {}": "bei $x_{12}$".replace("12", "n") + ": {}",
        }
    )
    assert language.say(r"$\frac{1}{2}$ a") == r"$\frac{1}{2}$ ein"
    assert language.say("at $x_{12}$: 7") == "bei $x_{n}$: 7"


def test_the_environment_chooses(zz, monkeypatch):
    monkeypatch.delenv(language.VARIABLE, raising=False)
    for lang, name in (
        ("zz_ZZ.UTF-8", "zz"),
        ("zz", "zz"),
        ("en_US.UTF-8", "en"),
        ("C", "en"),
        ("", "en"),
    ):
        monkeypatch.setenv("LANG", lang)
        language.use()
        assert language.current() == name
    monkeypatch.setenv(language.VARIABLE, "en")
    monkeypatch.setenv("LANG", "zz_ZZ")
    language.use()
    assert language.current() == "en"


def test_the_languages_are_looked_up_once_and_not_for_each_text(zz, monkeypatch):
    monkeypatch.setattr(language, "known", lambda: pytest.fail("looked into the folder again"))
    assert language.say("a red fox") == "ein roter Fuchs"


def test_an_unknown_language_is_named(zz):
    with pytest.raises(ValueError, match="no language 'klingon'; one of: en, zz"):
        language.use("klingon")


@pytest.fixture
def chinese(monkeypatch):
    monkeypatch.setattr(language, "_current", "zh")


def test_checkers_claims_and_panels_speak_chinese(chinese, capsys):
    exercises.claim("x", True)
    exercises.check("00.q1", "?")
    out = capsys.readouterr().out
    assert "成立: x" in out and "✗ 00.q1 还没有" in out
    exercises.check("00.q1", "A")
    assert "A: 那是同时在两个数据集上训练" in capsys.readouterr().out


def test_every_translation_has_as_many_places_as_its_source():
    for name in language.known()[1:]:
        language._strings(name)


def test_a_panel_labels_in_the_language(zz):
    assert widgets.button("a red fox").description == "ein roter Fuchs"


def test_the_named_ticks_of_a_figure_speak(zz, monkeypatch):
    monkeypatch.setattr(figures, "_publish", lambda *_: None)
    fig, ax = figures.new()
    ax.set_xticks([0, 1], ["a red fox", 7])
    ax.set_ylabel("a red fox")
    figures.show(fig, alt="a figure")
    assert [t.get_text() for t in ax.get_xticklabels()] == ["ein roter Fuchs", "7"]
    assert ax.get_ylabel() == "ein roter Fuchs"
