"""A learner's line and the class's table: what was done comes back, damage is seen."""

import pathlib
import subprocess
import sys

import pytest

import helpers.exercises as exercises
from helpers.exercises import hand_in, record
from tools import class_table

KNOWN = ["00.1", "00.q1", "01.3", "01.q2"]
DONE, TRIES = {"00.1", "00.q1"}, {"00.1": 2, "00.q1": 1, "01.3": 4}
LINE = hand_in.line(DONE, TRIES, KNOWN)


def test_a_line_holds_what_was_done_and_no_name():
    assert LINE == "course progress 1: 00.1+2 00.q1+1 01.3-4 (2 of 4 passed, 7 tries) #" + LINE[-4:]
    (got,), faults = hand_in.read(LINE)
    assert not faults and (got.done, got.tries, got.who) == (frozenset(DONE), TRIES, "")


def test_someone_who_has_done_nothing_has_a_line_too():
    (got,), _ = hand_in.read(hand_in.line(set(), {}, KNOWN))
    assert got.done == frozenset() and got.tries == {}


def test_a_number_that_the_course_no_longer_has_is_left_out():
    assert "99.1" not in hand_in.line({"99.1"}, {"99.1": 3}, KNOWN)


def test_lines_are_found_in_a_chat_with_the_names_before_them():
    chat = f'10:31 Ana:  "{LINE}"\nhello\n> 小明; {LINE}   thanks!\n'
    found, faults = hand_in.read(chat)
    assert [h.who for h in found] == ["10:31 Ana", "小明"] and not faults


@pytest.mark.parametrize("bad", [LINE[:-3], LINE.replace("+2", "+9"), LINE.replace("01.3-4", "")])
def test_a_line_that_was_cut_or_changed_is_named_and_the_others_are_read(bad):
    found, faults = hand_in.read(f"{LINE}\n{bad}\n{LINE}")
    assert len(found) == 2 and len(faults) == 1 and "row 2 was cut or changed" in faults[0]


@pytest.mark.parametrize("before", ["小明：", "Jo — ", "\ufeffLi: ", "- `", "* Ana, "])
def test_a_name_is_read_without_what_stands_around_it(before):
    (got,), faults = hand_in.read(before + LINE)
    assert got.who == before.strip("：— \ufeff:-`,") and not faults


def test_spaces_of_a_web_page_are_spaces():
    (got,), faults = hand_in.read("Li: " + LINE.replace(" ", "\u00a0"))
    assert got.who == "Li" and got.tries == TRIES and not faults


def test_a_line_of_another_release_is_named():
    found, faults = hand_in.read(LINE.replace("progress 1:", "progress 2:"))
    assert not found and "row 1 was printed by another release" in faults[0]


def test_two_lines_of_one_name_are_told(capsys, tmp_path):
    (tmp_path / "lines.txt").write_text(f"Li: {LINE}\nAna: {LINE}\nLi: {LINE}\n小明：{LINE}\n")
    assert class_table.main([str(tmp_path / "lines.txt")]) == 0
    out, told = capsys.readouterr()
    assert told == "2 lines of 'Li': the last one counts\n"
    rows = [row for row in out.split("\n\n")[0].splitlines()]
    assert len({class_table.width(row) for row in rows}) == 1 and len(rows) == 4


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_whoever_has_read_enough_ends_it_quietly(tmp_path):
    lines, table = tmp_path / "lines.txt", tmp_path / "table.csv"
    lines.write_text("".join(f"learner {number}: {LINE}\n" for number in range(3000)))
    words = [sys.executable, "-m", "tools.class_table", str(lines), "--csv", str(table)]
    root = pathlib.Path(class_table.__file__).parents[1]
    with subprocess.Popen(words, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ran:
        ran.stdout.read(50)
        ran.stdout.close()
        assert ran.stderr.read() == b""
    assert len(table.read_text("utf-8-sig").splitlines()) == 3001


def test_the_page_as_it_stands_is_no_try(fresh, capsys):
    exercises.question("00.q1", "?")
    exercises.check("00.1", None)
    assert record.tries().get("00.q1") is None
    exercises.question("00.q1", "A")
    exercises.question("00.q1", "D")
    assert record.tries()["00.q1"] == 2


def test_summary_prints_one_line_of_what_was_done(fresh, capsys):
    exercises.question("00.q1", exercises._find("00.q1").right)
    capsys.readouterr()
    exercises.summary()
    (got,), _ = hand_in.read(capsys.readouterr().out)
    assert got.done == {"00.q1"} and got.tries == {"00.q1": 1}


def test_a_file_of_before_tries_were_counted_has_one_each(fresh):
    fresh.write_text('{"done": ["00.1"]}')
    assert record.tries() == {"00.1": 1} and record.done() == {"00.1"}


def test_thirty_lines_become_a_table(tmp_path, capsys):
    lines = [
        f"learner {k}: {hand_in.line({'00.1'} if k % 3 else set(), {'00.1': 1 + k % 4}, KNOWN)}"
        for k in range(30)
    ]
    (tmp_path / "class.txt").write_text("\n".join([*lines, lines[4], LINE[:-3]]), encoding="utf-16")
    assert class_table.main([str(tmp_path / "class.txt"), "--csv", str(tmp_path / "t.csv")]) == 1
    out, err = capsys.readouterr()
    assert "row 32 was cut" in err
    assert out.count("learner ") == 30  # one line a name
    assert out.splitlines()[-1].split() == ["00.1", "30", "20", "2"]
    table = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == 31 and table[1] == "learner 0,0,0,1"


def test_the_hardest_exercise_comes_first(capsys):
    easy = hand_in.HandIn("a", frozenset({"00.1"}), {"00.1": 1, "00.2": 5})
    assert [row[0] for row in class_table.exercises([easy])] == ["exercise", "00.2", "00.1"]


@pytest.mark.parametrize(
    "content, told", [("nothing here", "no whole line that begins with"), (None, "cannot be read")]
)
def test_a_file_without_lines_is_an_error(tmp_path, content, told, capsys):
    if content:
        (tmp_path / "f").write_text(content)
    with pytest.raises(SystemExit):
        class_table.main([str(tmp_path / "f")])
    assert told in capsys.readouterr().err
