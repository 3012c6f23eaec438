"""The article's listing: it fails as printed, and what is said about it."""

import pytest

from helpers.gan import listing, networks


def test_neither_network_builds_as_printed(capsys):
    assert listing.attempt(lambda: listing.build(listing.GENERATOR)) is None
    assert listing.attempt(lambda: listing.build(listing.DISCRIMINATOR)) is None
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("ValueError: The total size of the tensor must be unchanged")
    assert second == "NameError: name 'Flatten' is not defined"


def test_mended_they_build_and_do_not_fit_together(capsys):
    generator = listing.build(listing.GENERATOR, dense=4096)
    judge = listing.build(listing.DISCRIMINATOR, "Flatten", dense=4096)
    assert generator.output_shape == (None, 32, 32, 3) and judge.input_shape == (None, 784)
    kinds = [type(layer).__name__ for layer in networks.article_generator().layers]
    assert [k for k in kinds if k != "Activation"] == [type(x).__name__ for x in generator.layers]
    import tensorflow as tf

    listing.attempt(lambda: judge(generator(tf.zeros([1, 100]))))
    said = capsys.readouterr().out
    assert said.startswith("ValueError: Expected shape (None, 784)") and len(said) < 200


def test_what_works_is_returned_and_says_nothing(capsys):
    assert listing.attempt(lambda: 3) == 3
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("text, said", [("", "RuntimeError: \n"), ("x" * 900, "x" * 150 + "\n")])
def test_other_errors_are_cut(text, said, capsys):
    def fails():
        raise RuntimeError(text)

    listing.attempt(fails)
    assert capsys.readouterr().out.endswith(said)
