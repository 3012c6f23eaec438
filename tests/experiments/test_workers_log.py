"""Where an experiment on workers goes on: from its log, or from the committed rows; only what is here is resumed."""

import json

from experiments import workers
from helpers import results


def test_a_log_that_is_not_there_begins_with_the_committed_rows_and_a_log_that_is_there_stays(
    tmp_path,
):
    log = tmp_path / "new" / "log.jsonl"
    assert workers.begun(log) == results.card("09_workers")["rows"] == workers.begun(log)
    log.write_text(json.dumps({"kind": "kill"}) + "\n")
    assert workers.begun(log) == [{"kind": "kill"}]


def test_only_what_was_killed_and_left_its_file_here_is_resumed(tmp_path):
    row = {"kind": "resume", "workers": 4, "try": 1}
    kill = {"kind": "kill", "workers": 4, "try": 1, "exit": 1}
    elsewhere = [kill | {"file": "whole"}]
    assert not workers.resumable(tmp_path, row, elsewhere)
    assert not workers.resumable(tmp_path, row, [])  # not killed yet
    assert workers.resumable(tmp_path, row, [kill | {"file": "none"}])  # nothing is missing
    folder = workers.folder_of(tmp_path, row)
    folder.mkdir()
    (folder / "training.npz").touch()
    assert workers.resumable(tmp_path, row, elsewhere)
    assert not workers.resumable(tmp_path, row, [kill | {"file": "whole", "try": 2}])
    # The victim had ended before it was killed: the run is over.
    assert not workers.resumable(tmp_path, row, [kill | {"file": "whole", "exit": 0}])


def test_turns_compare_one_two_and_four_processes_one_after_the_other():
    rows = [row for row in workers.planned() if row["kind"] == "speed"]
    assert [row["workers"] for row in rows] == [1, 2, 4] * workers.SPEED_TURNS
    assert [row["turn"] for row in rows] == sorted(row["turn"] for row in rows)
    said = ["[0] state abc seconds 2.5 steps 210", "[1] state abc seconds 2.0 steps 210"]
    assert workers.pace(workers.ended(said))["ms_a_step"] == 10.0  # the first ten are traced
