"""A learner's line and the class's table: what was done comes back, damage is seen."""

import pathlib
import subprocess
import sys

import pytest

import helpers.exercises as exercises
from helpers.exercises import hand_in, record
from tools import class_table, committed

KNOWN = ["00.1", "00.q1", "01.3", "01.q2"]
DONE, TRIES = {"00.1", "00.q1"}, {"00.1": 2, "00.q1": 1, "01.3": 4}
LINE = hand_in.line(DONE, TRIES, KNOWN)


def test_a_line_holds_what_was_done_and_no_name():
    assert LINE == "course progress 1: 00.1+2 00.q1+1 01.3-4 (2 of 4 passed, 7 tries) #" + LINE[-4:]
    (got,), faults = hand_in.read(LINE)
    assert not faults and (got.done, got.tries, got.who) == (frozenset(DONE), TRIES, "")


def test_the_line_that_teachers_and_programmers_read_about_is_that_of_this_course():
    line = hand_in.line(DONE, TRIES, exercises.known())
    assert line in (committed.ROOT / "teach" / "README.md").read_text(encoding="utf-8")
    assert line in hand_in.__doc__


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


def test_no_line_of_a_row_is_lost():
    other = hand_in.line({"01.q2"}, {"01.q2": 1}, KNOWN)
    found, faults = hand_in.read(f"Li: {LINE} Ana: {other}\nJo: {LINE[:-3]} Bo: {LINE}")
    assert [(h.who, len(h.done)) for h in found[:2]] == [("Li", 2), ("Ana", 1)]
    assert len(found) == 3 and len(faults) == 1 and "row 2 was cut" in faults[0]


@pytest.mark.parametrize("glue", ["\n", "\n> ", "\r\n"])
@pytest.mark.parametrize("where", [len(hand_in.START) + 9, len(LINE) - 9])
def test_a_line_that_mail_has_broken_is_put_together(glue, where):
    where = LINE.index(" ", where)
    broken = LINE[:where] + glue + LINE[where + 1 :]
    found, faults = hand_in.read(f"Li: {broken}\nhello\nAna: {LINE}\nJo: {LINE[:where]}\nbye")
    assert [h.who for h in found] == ["Li", "Ana"] and found[0].tries == TRIES
    assert len(faults) == 1 and f"row {4 + broken.count(chr(10))} was cut" in faults[0]


def test_a_line_that_a_terminal_has_broken_within_a_word_is_put_together():
    long = hand_in.line(DONE, {f"0{k}.1": k for k in range(1, 9)}, [f"0{k}.1" for k in range(9)])
    (got,), faults = hand_in.read(f"Li: {long[:33]}\n{long[33:66]}\n{long[66:]}")
    assert len(got.tries) == 9 and got.who == "Li" and not faults


@pytest.mark.parametrize("sign, other", [(":", "："), ("(", "（"), ("#", "＃"), ("-", "–")])
def test_signs_that_an_input_method_changed_are_read(sign, other):
    (got,), faults = hand_in.read("李：" + LINE.replace(sign, other))
    assert (got.who, got.tries, got.done) == ("李", TRIES, frozenset(DONE)) and not faults


def test_a_line_in_other_letters_is_named_and_talk_about_it_is_not():
    found, faults = hand_in.read(f"Li: {LINE.upper()}\nWhere is my course progress?")
    assert not found and len(faults) == 1 and "row 1 was cut or changed" in faults[0]


def test_stars_of_bold_text_are_no_name():
    (got,), _ = hand_in.read(f"Li: **{LINE}**")
    assert got.who == "Li"


@pytest.mark.parametrize(
    "before",
    [
        "10:31 ",
        "[10:31:05] ",
        "[10:31, 30.11.2026] ",
        "2026-11-30 9:05 ",
        "10:31 AM - ",
        "下午3:20 ",
    ],
)
def test_a_chats_clock_is_no_name(before, tmp_path, capsys):
    assert class_table.person(before + "Ana 2") == "Ana 2"
    (tmp_path / "lines.txt").write_text(f"{before}Ana: {LINE}\n11:58 Ana: {LINE}\n", "utf-8")
    assert class_table.main([str(tmp_path / "lines.txt")]) == 0
    out, told = capsys.readouterr()
    assert told == "2 lines of 'Ana': the last one counts\n" and len(out.splitlines()) == 2 + 5


@pytest.mark.parametrize("name", ["Ana", "小明", "3B Li", "12.5 Jo", "10:31x", "AM"])
def test_a_name_stays_as_it_is(name):
    assert class_table.person(name) == name


def test_two_lines_of_nobody_that_are_the_same_are_told(tmp_path, capsys):
    (tmp_path / "lines.txt").write_text(f"{LINE}\nLi: {LINE}\n{LINE}\n")
    class_table.main([str(tmp_path / "lines.txt")])
    assert "2 lines without a name are the same" in capsys.readouterr().err


def test_a_name_is_no_formula_of_a_spreadsheet(tmp_path, capsys):
    (tmp_path / "lines.txt").write_text(f"=1+1: {LINE}\nLi: {LINE}\n")
    class_table.main([str(tmp_path / "lines.txt"), "--csv", str(tmp_path / "t.csv")])
    rows = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in rows] == ["who", "'=1+1", "Li"]


def test_names_in_the_computers_old_coding_are_read(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(class_table.locale, "getencoding", lambda: "gbk")
    (tmp_path / "lines.txt").write_bytes(f"小明：{LINE}".encode("gbk"))
    assert class_table.main([str(tmp_path / "lines.txt")]) == 0
    assert "小明 " in capsys.readouterr().out


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


def test_without_a_file_it_says_what_to_type(capsys):
    with pytest.raises(SystemExit):
        class_table.main([""])
    assert "make class FILE=lines.txt" in capsys.readouterr().err
