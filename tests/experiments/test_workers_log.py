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


def test_a_throughput_is_firm_only_with_all_turns_on_a_quiet_machine():
    def rows(turns, load):
        took = {1: 10.0, 2: 15.0, 4: 40.0}
        return [
            {"kind": "speed", "workers": n, "turn": k, "ms_a_step": took[n] + k, "load": load}
            for k in range(turns)
            for n in took
        ]

    found = workers.throughput(rows(3, 2.0), cores=2)
    assert found["firm"] and found["times_as_long"] == {2: [1.5, 1.45, 1.42], 4: [4.0, 3.73, 3.5]}
    assert not workers.throughput(rows(3, 8.0), cores=2)["firm"]
    assert not workers.throughput(rows(2, 2.0), cores=2)["firm"]
    half = rows(2, 2.0)[:-1]  # its last turn stopped before four processes
    assert workers.throughput(half, cores=2)["times_as_long"] == {2: [1.5, 1.45], 4: [4.0]}
    assert not workers.throughput([], cores=2)["firm"]
