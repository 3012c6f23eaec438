"""The book: every link of every committed page leads somewhere in it, and what a book cannot do is said."""

import json
import re

import nbformat
import pytest

from tools import book, book_check, bootstrap, committed, front_page, translate


@pytest.fixture(scope="module")
def found():
    """What `book.pages` gives: all pages as they are committed."""
    return book.pages()


@pytest.fixture
def small(tmp_path):
    """A repository with a file that is no page, and a few pages."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.json").touch()
    pages = {
        "README.md": "# A\n\n## The end\n",
        "notebooks/00_a.ipynb": notebook("# 00\n\n### B, and c?"),
        "notebooks/deeper/index.md": "# D\n",
    }
    return tmp_path, pages


def notebook(*texts):
    """A page of text cells, as a string."""
    cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells))


def test_every_link_of_every_page_leads_somewhere(found):
    assert len(found) >= 28 and {"README.md", "data/README.md"} <= set(found)
    for name, raw in found.items():
        made = book.laid_out(name, raw, found)
        assert not re.search(r"\]\([^)]*/(deeper|solutions)/?\)", made), name
        if name.endswith(".ipynb"):
            nbformat.validate(nbformat.reads(made, as_version=4))


def test_every_notebook_can_be_opened_in_colab(found):
    for name, raw in found.items():
        if name.endswith(".ipynb"):
            assert bootstrap.badge(name) in "\n".join(book.texts_of(name, raw)), name


def test_the_front_pages_links_to_the_book_are_its_pages(found):
    made = front_page.course_map(found["README.md"], book=True)
    links = re.findall(r'href="book/([^"]+)\.html"', made)
    assert len(links) >= 8 and links[0] == "index"
    assert {f"{link}.ipynb" for link in links[1:]} <= set(found)
    assert "book/" not in front_page.course_map(found["README.md"])


def test_the_contents_name_pages_that_there_are(found):
    index = (committed.ROOT / "book" / "index.md").read_text(encoding="utf-8")
    named = re.findall(r"(?m)^(?:[^<\n]*<)?([\w/]+/[\w]+|[A-Z]+)>?$", index)
    assert len(named) >= 6 and {f"{name}.md" for name in named} <= set(found)


@pytest.mark.parametrize(
    "page, link, led",
    [
        ("README.md", "[x](notebooks/00_a.ipynb)", None),
        ("README.md", "[x](#The-end)", None),
        ("README.md", "[`x`](notebooks/deeper/)", "[`x`](notebooks/deeper/index.md)"),
        ("notebooks/00_a.ipynb", "[x](../README.md#The-end)", None),
        ("notebooks/00_a.ipynb", "[x](https://a.org/b)", None),
        ("notebooks/00_a.ipynb", "`[x](nowhere.md)` and\n```\n[x](nowhere.md)\n```", None),
        ("notebooks/00_a.ipynb", '<a href="../README.md">', '<a href="../README.html">'),
        ("README.md", "[x](notebooks/00_a.ipynb#B,-and-c?)", None),
    ],
)
def test_links_to_pages(small, page, link, led):
    root, pages = small
    assert book.linked(page, link, pages, root) == (led or link)


def test_a_link_to_another_file_leads_to_github(small):
    root, pages = small
    for link, kind in (("a.json", "blob/{}/data/a.json"), ("../data", "tree/{}/data")):
        made = book.linked("data/x.md", f"[x]({link})", pages, root)
        assert made == f"[x]({bootstrap.address()}/{kind.format(bootstrap.TAG)})"


@pytest.mark.parametrize(
    "link, sentence",
    [
        ("[x](01_b.ipynb)", "01_b.ipynb leads to notebooks/01_b.ipynb, which is not there"),
        ("[x](../../etc)", "leads to ../etc, which is not there"),
        ("[x](#B)", "names a heading that notebooks/00_a.ipynb has not"),
        ('<a href="gone.md">', "leads to notebooks/gone.md"),
        ("![x](gone.png)", "leads to notebooks/gone.png"),
    ],
)
def test_a_link_to_nowhere_is_named(small, link, sentence):
    root, pages = small
    with pytest.raises(ValueError, match="notebooks/00_a.ipynb: the link to") as error:
        book.linked("notebooks/00_a.ipynb", link, pages, root)
    assert sentence in str(error.value)


def test_what_a_reader_opens_is_folded_and_where_a_panel_was_it_says_so(found):
    cells = [
        cell
        for name, raw in found.items()
        if name.endswith(".ipynb")
        for cell in json.loads(book.laid_out(name, raw, found))["cells"]
    ]
    tags = [set(cell["metadata"].get("tags", ())) for cell in cells]
    opened = [t for t in tags if any(re.match("exercise-|question-", tag) for tag in t)]
    assert len(opened) > 40 and all("hide-cell" in t for t in opened)
    notes = [cell["source"] for cell in cells if cell["id"].endswith("-note")]
    assert len(notes) >= 10
    assert (
        sum('<a href="../../index.html">Steer two generators of the course' in n for n in notes)
        == 3
    )


def test_formulas_side_by_side_stand_one_below_the_other():
    made = book.narrow(
        r"a $$x = 1, \qquad y$$ b $$z$$ $$\begin{aligned} x \qquad y \end{aligned}$$"
    )
    assert made == (
        r"a $$\begin{gathered}x = 1, \\[2pt] y\end{gathered}$$ b $$z$$ "
        r"$$\begin{aligned} x \qquad y \end{aligned}$$"
    )


def test_captions_become_text_and_other_lines_stay(found):
    cell = nbformat.v4.new_code_cell("x", metadata={"mystnb": {"image": {"alt": "a < b · c"}}})
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1\na < b\nd\n"}]
    outputs = book.captioned(cell)["outputs"]
    assert [o.get("text") for o in outputs] == ["1\n", None, "d\n"]
    assert outputs[1]["data"] == {"text/html": '<p class="caption">a &lt; b</p>'}
    plain = nbformat.v4.new_code_cell("x")
    plain["outputs"] = list(outputs)
    assert book.captioned(plain)["outputs"] == outputs


def test_pages_are_laid_out_with_their_pictures(tmp_path):
    (tmp_path / "old.md").touch()
    book.lay_out(tmp_path)
    assert not (tmp_path / "old.md").exists()
    assert (tmp_path / "data" / "gallery" / "heroes.png").is_file()
    assert (tmp_path / "notebooks" / "deeper" / "index.md").is_file()
    assert "teach/*" in (tmp_path / "index.md").read_text()


def test_a_book_in_chinese_has_what_is_translated_and_english_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "BUILD", tmp_path)
    with pytest.raises(ValueError, match="`python -m tools.translate zh --book` writes them"):
        book.pages(to="zh")
    written = translate.write_for_book("zh")
    names = {path.relative_to(book.texts_at("zh")).as_posix() for path in written}
    assert {"README.md", "teach/README.md", "notebooks/09_scaling_out.ipynb"} <= names
    found = book.lay_out(tmp_path / "made", to="zh", others=[None])
    lesson = (tmp_path / "made/notebooks/01_transfer_learning.ipynb").read_text(encoding="utf-8")
    assert "# 01 · 迁移学习" in lesson and "noto.split()" in lesson
    assert "LANGUAGE = None" in lesson and "_zh" not in lesson, "its code and links are the page's"
    assert "笔记本里这里有" in lesson
    assert found["CHANGELOG.md"] == book.pages()["CHANGELOG.md"]
    assert book.title(found["README.md"]).startswith("画风")
    index = (tmp_path / "made" / "index.md").read_text(encoding="utf-8")
    assert '<a href="../book/index.html">English</a>' in index and "# 阅读课程" in index
    assert "# 练习答案" in found["notebooks/solutions/index.md"]


def test_what_the_book_itself_says_is_translated_from_what_it_says():
    english = [committed.ROOT / name for name in ("book/index.md", "book/conf.py", "tools/book.py")]
    said = "\n".join(path.read_text(encoding="utf-8") for path in english)
    headings = " ".join(f"# {heading}" for heading, _ in book.FOLDERS.values())
    for path in (committed.ROOT / "book").glob("*.json"):
        spoken = book.spoken(path.stem)
        assert spoken["language"] and spoken["name"]
        gone = [text for text in spoken["said"] if text not in said + headings]
        assert not gone, f"{path.name} translates what nothing says any more"


def test_chinese_is_found_by_signs_side_by_side():
    assert book.search_words("GAN的生成器, x_1 é") == [
        *("GAN", "的", "生", "成", "器", "的生", "生成", "成器", "x_1", "é")
    ]
    assert book.search_words("") == []


def test_what_a_screen_reader_lacks_is_put_in(tmp_path):
    (tmp_path / "a").mkdir()
    page = tmp_path / "a" / "b.html"
    page.write_text(
        '<p class="caption" role="heading">λ</p><summary aria-label="Toggle hidden content">'
    )
    book.mend(tmp_path)
    book.mend(tmp_path / "a" / "none")
    assert page.read_text() == '<p class="caption" role="heading" aria-level="2">λ</p><summary>'


def test_the_finished_pages_are_looked_at(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "index.html").write_text('<h1 id="top">x</h1><a href="https://a.org">y</a>')
    (tmp_path / "a.png").touch()
    fine = '<a href="../index.html#top">x</a><img src="../a.png" alt="words"><a href="#h">i</a><p id="h">'
    (tmp_path / "book" / "b.html").write_text(fine)
    assert book_check.problems(tmp_path) == []
    bad = (
        '<a href="../index.html#no">1</a><a href="c.html">2</a><img src="../a.png" alt="../a.png">'
        '<script src="https://cdn.org/x.js"></script>'
    )
    (tmp_path / "book" / "b.html").write_text(bad)
    assert book_check.problems(tmp_path) == [
        "book/b.html: the picture ../a.png has no words",
        "book/b.html: fetches https://cdn.org/x.js",
        "book/b.html: ../index.html#no leads nowhere",
        "book/b.html: c.html leads nowhere",
    ]
