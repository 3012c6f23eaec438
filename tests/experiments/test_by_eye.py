"""Labels by eye: each pass has its own order, and letters come back to their pictures."""

import numpy as np
import pytest

from experiments import by_eye


def test_a_letter_comes_back_to_the_picture_that_it_was_given_to(tmp_path):
    truth = np.random.default_rng(0).choice(list("seu"), 48)
    for number in (0, 1):
        shown = np.concatenate([truth[rows] for rows in by_eye.pages(number, 48)])
        file = tmp_path / f"{number}.txt"
        file.write_text("\n".join(" ".join(shown[i : i + 6]) for i in range(0, 48, 6)))
        assert (by_eye.in_order(file, number, 48) == truth).all()
    assert (by_eye.order(0, 48) != by_eye.order(1, 48)).any()


@pytest.mark.parametrize("letters", ["s e u", "x" * 48])
def test_letters_that_cannot_be_are_refused(tmp_path, letters):
    file = tmp_path / "a.txt"
    file.write_text(letters)
    with pytest.raises(ValueError, match="expected 48 letters, each of 'seu'"):
        by_eye.in_order(file, 0, 48)
