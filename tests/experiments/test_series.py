"""The log of a long series."""

import pytest

from experiments import series


def test_a_log_gives_back_its_rows_in_order(tmp_path):
    place = tmp_path / "new" / "runs.jsonl"
    assert series.rows(place) == []
    for row in ({"seed": 1, "name": "größer\n"}, {"seed": 0}):
        series.add(place, row)
    assert series.rows(place) == [{"seed": 1, "name": "größer\n"}, {"seed": 0}]
    assert len(place.read_text().splitlines()) == 2


def test_a_line_that_was_cut_short_is_named(tmp_path):
    place = tmp_path / "runs.jsonl"
    place.write_text('{"seed": 0}\n{"seed": 1, "ki')
    with pytest.raises(
        ValueError, match=r"runs\.jsonl, line 2 is no row: .*Remove that line; its run"
    ):
        series.rows(place)
