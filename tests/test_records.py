"""Shards: written whole, read as one stream by however many workers, and named when damaged."""

import json

import numpy as np
import pytest
import tensorflow as tf

from helpers import records

PICTURES = np.random.default_rng(0).integers(0, 256, (50, 8, 8, 3), dtype=np.uint8)


def parts(*arrays):
    return [records.Part(array, array[:3], {"licence": "CC0"}) for array in arrays]


@pytest.fixture
def folder(tmp_path):
    return records.write(parts(PICTURES[:30], PICTURES[30:]), tmp_path / "shards", name="some")


def batches(folder, count, **options):
    stream = records.dataset(folder, 8, **options)
    return np.stack([batch.numpy() for batch in stream.take(count)])


def key(pictures):
    return sorted(picture.tobytes() for picture in pictures.reshape(-1, 8, 8, 3))


def test_every_picture_stands_in_one_shard(folder, tmp_path):
    found = records.card(folder)
    assert found["pictures"] == 50 and [row["pictures"] for row in found["shards"]] == [
        13,
        13,
        12,
        12,
    ]
    assert key(np.concatenate([records.first(folder, 60)])) == key(PICTURES)
    assert (records.held_out(folder) == np.concatenate([PICTURES[:3], PICTURES[30:33]])).all()
    assert found["rights"] == {"licence": "CC0"} and [p.name for p in tmp_path.iterdir()] == [
        "shards"
    ]
    raw = tf.data.TFRecordDataset(str(folder / found["shards"][0]["file"]))
    assert key(np.stack([np.frombuffer(r.numpy(), np.uint8) for r in raw]))  # anybody can read them


def test_shards_of_several_sets_name_the_rights_of_each(tmp_path):
    parts = [
        records.Part(PICTURES[:20], PICTURES[:2], {"licence": "CC0", "attribution": "A"}),
        records.Part(PICTURES[20:40], PICTURES[:2], {"licence": "CC BY 4.0", "attribution": "B"}),
        records.Part(PICTURES[40:], PICTURES[:2], {"licence": "CC0", "source": "C"}),
    ]
    found = records.card(records.write(parts, tmp_path / "shards", name="three"))
    assert found["rights"] == {"licence": "CC0 + CC BY 4.0", "attribution": "A + B", "source": "C"}


def test_a_round_shows_each_picture_of_a_shard_once_and_the_next_in_another_order(folder):
    seen = batches(folder, 13)[:, :2].reshape(-1, 8, 8, 3)  # the first shard's share: 2 of 8
    assert key(seen[:13]) == key(seen[13:]) and (seen[:13] != seen[13:]).any()


def test_the_stream_is_a_function_of_seed_and_step(folder):
    tf.random.set_seed(5)  # which is not to matter
    whole = batches(folder, 20, seed=3)
    tf.random.set_seed(6)
    assert (batches(folder, 20, seed=3) == whole).all()
    for step in (1, 7, 19):  # within the first round, at its end, in the third
        assert (batches(folder, 1, seed=3, step=step)[0] == whole[step]).all()
    assert (batches(folder, 1, seed=4)[0] != whole[0]).any()


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_see_together_what_one_sees(folder, workers):
    own = [batches(folder, 9, worker=k, workers=workers) for k in range(workers)]
    assert (np.concatenate(own, axis=1) == batches(folder, 9)).all()


def test_numbers_that_do_not_go_up_are_explained(folder):
    with pytest.raises(
        ValueError, match="4 shards cannot be shared evenly by 3 workers: .* --shards 3"
    ):
        records.dataset(folder, 8, workers=3)
    with pytest.raises(
        ValueError, match="a batch of 10 cannot take as many .* 4 shards: --batch 8, say"
    ):
        records.dataset(folder, 10)


def test_a_damaged_shard_is_named_with_the_cure(folder, capsys):
    path = folder / records.card(folder)["shards"][2]["file"]
    raw = bytearray(path.read_bytes())
    raw[40] ^= 1
    path.write_bytes(raw)
    records.card(folder)  # its length is right
    with pytest.raises(ValueError, match=f"{path.name} is damaged; copy it again from where it"):
        records.check(folder)
    assert records.main(["--check", str(folder)]) == 1 and path.name in capsys.readouterr().err
    path.write_bytes(raw[:-1])
    with pytest.raises(ValueError, match=f"{path.name} has .* bytes, not .*; copy it again"):
        records.dataset(folder, 8)
    path.unlink()
    with pytest.raises(ValueError, match=f"{path.name} is missing; copy it again"):
        records.dataset(folder, 8)


@pytest.mark.parametrize("text", ["{", "{}", json.dumps({"name": "a", "size": "8"})])
def test_a_damaged_card_is_explained(folder, text):
    (folder / records.CARD).write_text(text)
    with pytest.raises(ValueError, match="shards.json .*(JSON|damaged).*copy it again"):
        records.card(folder)


def test_nothing_half_written_stays(tmp_path):
    with pytest.raises(
        ValueError, match=r"shape \[n, 8, 8, 3\] in every part, got uint8 \[4, 4, 4, 3\]"
    ):
        records.write(parts(PICTURES, PICTURES[:4, :4, :4]), tmp_path / "a", name="x")
    with pytest.raises(ValueError, match="3 pictures do not fill 4 shards: give fewer --shards"):
        records.write(parts(PICTURES[:3]), tmp_path / "a", name="x")
    assert not list(tmp_path.iterdir())
    records.write(parts(PICTURES), tmp_path / "a", name="x")
    with pytest.raises(ValueError, match="is there already: give another --output"):
        records.write(parts(PICTURES), tmp_path / "a", name="x")


def test_the_command_makes_and_checks_shards(tmp_path, capsys):
    output = tmp_path / "shards"
    assert records.main(["creatures", "--shards", "2", "--output", str(output)]) == 0
    assert records.main(["--check", str(output)]) == 0
    told = capsys.readouterr().out
    assert "591 pictures of 32 px in 2 shards, 1.8 MB" in told and "as they were written" in told
    assert records.card(output)["rights"]["licence"].startswith("CC0")
    assert records.main(["--output", str(output)]) == 1
    assert records.main(["creatures", "--shards", "0", "--output", str(output)]) == 1
    assert "holds no shards.json: `python -m helpers.records ART" in _error(tmp_path)


def _error(folder):
    with pytest.raises(ValueError) as error:
        records.card(folder)
    return str(error.value)
