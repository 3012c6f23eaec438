"""Which worker a process is, as each launcher says it; and several of them on this machine."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers import workers

ROOT = Path(__file__).resolve().parents[1]
SLURM = {
    "SLURM_PROCID": "2",
    "SLURM_NTASKS": "3",
    "SLURM_JOB_NODELIST": "gpu[09-10]",
    "SLURM_TASKS_PER_NODE": "2,1",
    "SLURM_JOB_ID": "40123",
}
KUBERNETES = {
    "JOB_COMPLETION_INDEX": "1",
    "COURSE_WORKERS": "2",
    "COURSE_HOSTS": "gan-{}.gan",
}


def test_tf_config_is_read_as_tensorflow_reads_it():
    worker = workers.Worker(1, ("one:2222", "two:2222"))
    assert workers.find({"TF_CONFIG": worker.tf_config(), **SLURM}) == worker
    told = json.loads(worker.tf_config())
    assert told["cluster"] == {"worker": ["one:2222", "two:2222"]}
    assert told["task"] == {"type": "worker", "index": 1}
    assert not worker.chief and worker._replace(index=0).chief


def test_slurm_fills_its_nodes_one_after_the_other():
    worker = workers.find(SLURM)
    assert worker == (2, ("gpu09:20123", "gpu09:20124", "gpu10:20123"))
    assert workers.find(SLURM | {"SLURM_PROCID": "0"}).hosts == worker.hosts


def test_an_indexed_job_of_kubernetes_finds_its_pods_by_name():
    assert workers.find(KUBERNETES) == (1, ("gan-0.gan:2222", "gan-1.gan:2222"))


@pytest.mark.parametrize(
    "nodes, names",
    [
        ("one", ["one"]),
        ("a,b-2", ["a", "b-2"]),
        ("gpu[01-03,7],big", ["gpu01", "gpu02", "gpu03", "gpu7", "big"]),
        ("r[9-11]n", ["r9n", "r10n", "r11n"]),
    ],
)
def test_node_lists_are_expanded(nodes, names):
    assert workers.expand(nodes) == names


@pytest.mark.parametrize(
    "environ, words",
    [
        ({}, "nothing says which worker this is: set TF_CONFIG, or start with Slurm's srun"),
        ({"TF_CONFIG": "{"}, 'TF_CONFIG cannot be read; it looks like {"cluster"'),
        ({"TF_CONFIG": '{"cluster": {"worker": [1]}, "task": {"type": "worker", "index": 0}}'}, "TF_CONFIG cannot"),
        ({"TF_CONFIG": '{"cluster": {"chief": ["a"]}, "task": {"type": "chief", "index": 0}}'}, "TF_CONFIG cannot"),
        (SLURM | {"SLURM_PROCID": "3"}, "SLURM_PROCID: this is worker 3, and there are 3, counted from 0"),
        (SLURM | {"SLURM_NTASKS": "4"}, r"SLURM_NTASKS=4 does not fit 2 nodes with \[2, 1\] tasks"),
        (SLURM | {"SLURM_NTASKS": "two"}, "SLURM_NTASKS is 'two', expected a whole number"),
        (SLURM | {"SLURM_JOB_NODELIST": ""}, "SLURM_PROCID is set, and SLURM_JOB_NODELIST is not"),
        (SLURM | {"SLURM_JOB_NODELIST": "gpu[1-2"}, "is no node list of Slurm"),
        (SLURM | {"SLURM_TASKS_PER_NODE": "2x"}, "SLURM_TASKS_PER_NODE is '2x'"),
        (KUBERNETES | {"COURSE_HOSTS": "gan"}, r"COURSE_HOSTS is 'gan': it needs \{\}"),
        (KUBERNETES | {"COURSE_WORKERS": "1"}, "this is worker 1, and there are 1"),
        ({"TF_CONFIG": workers.Worker(0, ("a:1", "a:1")).tf_config()}, "two workers have one address"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(environ, words):
    with pytest.raises(ValueError, match=words):
        workers.find(environ)


def test_tasks_of_equal_nodes_are_written_once():
    each = {
        "SLURM_JOB_NODELIST": "a[1-3],b",
        "SLURM_TASKS_PER_NODE": "2(x3),1",
        "SLURM_NTASKS": "7",
    }
    hosts = [host.split(":")[0] for host in workers.find(SLURM | each).hosts]
    assert hosts == ["a1", "a1", "a2", "a2", "a3", "a3", "b"]


def started(*words):
    return subprocess.run(
        [sys.executable, "-m", "helpers.workers", *words],
        cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def test_several_on_this_machine_each_know_who_they_are():
    code = (
        "import os, sys; from helpers import workers; w = workers.find(os.environ);"
        "print('a', end='\\r'); print(w.index, len(set(w.hosts))); sys.exit(3 * w.index)"
    )
    done = started("2", "-c", code)
    assert sorted(done.stdout.splitlines()) == ["[0] 0 2", "[1] 1 2"] and done.returncode == 3


def test_whoever_does_not_hear_that_another_has_failed_is_killed(capfd, monkeypatch):
    """As workers that still wait for each other: TensorFlow would let them wait for an hour."""
    monkeypatch.setattr(workers, "GRACE", 1)
    monkeypatch.setattr(workers.signal, "signal", lambda *_: None)
    code = (
        "import os, sys, time; from helpers import workers;"
        "sys.exit(7) if workers.find(os.environ).index == 1 else time.sleep(50)"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    before = time.monotonic()
    assert workers.start(3, ["-c", code], environ) == -9
    assert time.monotonic() - before < 20
    said = capfd.readouterr().out
    assert "Worker 1 ended with code 7. 1 seconds later these had not stopped" in said
    assert "are killed: 0, 2. Start all again, with --resume" in said


def test_whoever_stops_by_itself_has_the_time_for_it():
    code = (
        "import os, sys, time; from helpers import workers; i = workers.find(os.environ).index;"
        "time.sleep(1.5 * (1 - i)); print('saved'); sys.exit(5 + i)"
    )
    done = started("2", "-c", code)
    assert sorted(done.stdout.splitlines()) == ["[0] saved", "[1] saved"] and done.returncode == 5


def test_a_wrong_count_is_refused():
    assert started("many", "-m", "helpers.train").returncode == 2


def test_it_needs_nothing_but_python():
    code = "import sys, helpers.workers; sys.exit('numpy' in sys.modules or 'tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ).returncode == 0
