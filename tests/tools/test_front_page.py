"""The front page of the site: the map is README's, and the explorer is above it."""

import re

import pytest

from tests.explorer.conftest import gan_with
from tools import committed, front_page

README = (committed.ROOT / "README.md").read_text(encoding="utf-8")


def test_every_lesson_of_the_readme_is_on_the_map():
    made = front_page.course_map(README)
    items = re.findall(r"<li>.*?</li>", made)
    assert len(items) == 10
    linked = re.findall(r'href="[^"]*/blob/[^"]*/(notebooks/[\w.]+)"', made)
    assert [name for name in linked if not (committed.ROOT / name).is_file()] == []
    assert len(linked) == len(re.findall(r"(?m)^\| \[\d\d ", README)) >= 7
    assert (
        ">00 Start here</a>: see the art, meet your machine" in items[0]
        and "45 minutes" in items[0]
    )


def test_words_of_the_readme_are_text():
    row = "| [00 A & <b>](notebooks/a.ipynb) | do <i>this</i> | 5 |"
    assert "00 A &amp; &lt;b&gt;</a>: do &lt;i&gt;this&lt;/i&gt; <span" in front_page.course_map(
        row
    )
    with pytest.raises(ValueError, match="README.md has no table of lessons"):
        front_page.course_map("no table")


def test_the_page_holds_the_explorer_and_the_map(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(front_page, "GENERATORS", {"small": gan_with(1)})
    text = front_page.main(tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert text.index('id="explorer"') < text.index('id="map-title"') < text.index('id="card"')
    assert front_page.LEAD in text and f"<h1>{front_page.TITLE}</h1>" in text
    assert re.search(r"index\.html: 0\.\d MB", capsys.readouterr().out)
