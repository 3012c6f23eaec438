"""machine: what this computer is, and the minutes to expect."""

import pytest

from helpers import machine

REFERENCE = {"matrix_speed": 100.0, "seconds": {"00": 30.0, "04": 90.0}}


def test_versions_name_everything_a_bug_report_needs():
    assert {"Python", "TensorFlow", "Keras", "ipywidgets", "processor cores", "GPU"} <= set(
        machine.versions()
    )


def test_matrix_speed_counts_two_operations_for_each_product(monkeypatch):
    clock = iter(x / 1000 for x in range(0, 10**6, 500))  # every look at the clock costs 0.5 s
    monkeypatch.setattr(machine.time, "perf_counter", lambda: next(clock))
    assert machine.matrix_speed(size=64) == pytest.approx(2 * 64**3 / 0.5 / 1e9)


def test_a_server_that_many_share_is_not_measured_again(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_SPEED", "205.5")
    monkeypatch.setattr(machine.time, "perf_counter", None)  # nothing looks at the clock
    assert machine.matrix_speed() == 205.5
    assert "once for this server" in capsys.readouterr().out


@pytest.mark.parametrize("told", ["fast", "0", "-3", "nan", "inf"])
def test_a_told_speed_that_is_none(monkeypatch, told):
    monkeypatch.setenv("COURSE_SPEED", told)
    with pytest.raises(ValueError, match="COURSE_SPEED is '.*': expected a positive number"):
        machine.matrix_speed()


def test_half_the_speed_takes_twice_the_minutes():
    assert machine.minutes_to_expect(50.0, REFERENCE) == {"00": 1.0, "04": 3.0}


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_impossible_speeds(speed):
    with pytest.raises(ValueError, match="expected a positive number of GFLOP/s"):
        machine.minutes_to_expect(speed, REFERENCE)


def test_the_shipped_timings_can_be_read():
    shipped = machine.timings()
    assert shipped["matrix_speed"] > 0 and all(s > 0 for s in shipped["seconds"].values())
