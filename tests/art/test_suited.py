"""What suits a set: each measurement on pictures made for it."""

import numpy as np
import pytest
from PIL import Image

from helpers import art
from helpers.art import suited


def cut_outs(count, page=(255, 255, 255), hand=0.0, seed=0):
    """Boxes on a page; with `hand` a dark mark of that strength at the right of each."""
    rng = np.random.default_rng(seed)
    images = np.full((count, 32, 32, 3), page, np.uint8)
    for image in images:
        x, y = rng.integers(7, 17, 2)  # centred on the page, on average
        image[y : y + 9, x : x + 9] = rng.integers(0, 200, 3)
        if hand:
            image[12:20, 24:28] = (image[12:20, 24:28] * (1 - hand)).astype(np.uint8)
    return images


def full_bleed(count, seed=0):
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (count, 4, 4, 3), dtype=np.uint8)
    return np.stack([np.asarray(Image.fromarray(one).resize((32, 32), 2)) for one in small])


def test_pictures_on_white_are_shifted_over_white_and_others_keep_their_edge():
    white, black, full = (
        art.suits(images)
        for images in (cut_outs(40), cut_outs(40, page=(20, 20, 30)), full_bleed(40))
    )
    assert white.augment == "translation" and white.page == (255, 255, 255) and white.on_paper == 1
    assert black.augment == "edge_translation" and black.page == (20, 20, 30)
    assert full.augment == "edge_translation" and full.page is None and full.on_paper < 0.2
    assert {found.palette for found in (white, black, full)} == {suited.PALETTE}
    assert (
        "a white one" in str(white)
        and "not white" in str(black)
        and "fill their frame" in str(full)
    )


def test_a_scan_s_paper_of_nearly_white_counts_as_white():
    assert art.suits(cut_outs(20, page=(250, 249, 243))).augment == "translation"
    assert art.suits(cut_outs(20, page=(250, 240, 200))).augment == "edge_translation"


def test_a_hand_is_found_and_none_is_invented():
    found = art.suits(cut_outs(60, hand=0.8))
    assert not found.mirror and found.handed > 2 * found.chance and "no mirroring" in str(found)
    calm = [art.suits(cut_outs(60, seed=seed), seed=seed).mirror for seed in range(20)]
    assert sum(calm) >= 16  # one in twenty is taken for handed by chance
    assert art.suits(np.full((5, 8, 8, 3), 7, np.uint8)).mirror


def test_the_residual_is_what_sixteen_colours_leave():
    few = cut_outs(3)[0]
    many = full_bleed(1)[0]
    assert suited.residual_of(few) < 0.5 < suited.residual_of(many)
    assert suited.residual_of(many, 64) < suited.residual_of(many, 4)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_any_number_of_pictures_will_do(count):
    found = art.suits(cut_outs(count))
    assert found.count == min(count, 200) and set(found.card()) >= {"palette", "augment", "mirror"}


def test_the_set_s_card_says_what_suits_it(tmp_path):
    for index, image in enumerate(cut_outs(12)):
        Image.fromarray(image).save(tmp_path / f"{index}.png")
    found, report = art.from_folder(tmp_path, 32, show=False)
    assert found.card["suits"]["augment"] == "translation" == report.suits.augment
    for sentence in report.suits.reasons():
        assert sentence in str(report) and "augment=" in str(report) and "fit=" in str(report)
