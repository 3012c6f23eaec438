"""A release has a tag, and learners go from tag to tag without losing what they made."""

import json

import pytest

from tests.conftest import git
from tools import bootstrap, publish, update

PAGE = {
    "cells": [
        {"cell_type": "code", "id": "a", "metadata": {"tags": ["bootstrap"]}, "source": ["old"]},
    ],
    "metadata": {},
}


@pytest.fixture
def course(repository):
    """A small course that has all that a release rewrites."""
    (repository / "tools").mkdir()
    (repository / "tools/bootstrap.py").write_text('REPO = "x/y"\nTAG = "main"\n')
    (repository / "notebooks/00_a.ipynb").write_text('{"cells": []}')
    (repository / "notebooks/01_b.ipynb").write_text(json.dumps(PAGE))
    (repository / "CITATION.cff").write_text("version: 0\ndate-released: 2000-01-01\n")
    (repository / "CHANGELOG.md").write_text("# Changes\n\n## v1.1\n\n- more\n\n## v1.0\n\n- all\n")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "all")
    return repository


def release(course, tag="v1.0", repo="art-school/gans"):
    return publish.main([repo, tag], course)


def test_a_release_is_a_commit_with_a_tag_and_its_pages_name_it(course, capsys):
    assert release(course) == 0
    assert git(course, "describe", "--exact-match") == "v1.0"
    assert git(course, "status", "--porcelain") == ""
    assert 'TAG = "v1.0"' in git(course, "show", "v1.0:tools/bootstrap.py")
    page = json.loads(git(course, "show", "v1.0:notebooks/01_b.ipynb"))
    assert "".join(page["cells"][0]["source"]) == bootstrap.source("art-school/gans", "v1.0")
    assert 'version: "1.0"' in git(course, "show", "v1.0:CITATION.cff")
    assert "2000" not in git(course, "show", "v1.0:CITATION.cff")
    assert "git push https://github.com/art-school/gans HEAD v1.0" in capsys.readouterr().out


def test_a_release_writes_the_sites_address():
    text = publish.set_badges(
        f"[Steer]({bootstrap.site()}) or [read]({bootstrap.site()}book/)", "a-b/c.d", "v2.0"
    )
    assert text == "[Steer](https://a-b.github.io/c.d/) or [read](https://a-b.github.io/c.d/book/)"


def test_a_release_without_a_change_is_one_too(course):
    assert release(course) == 0 and release(course, "v1.1") == 0
    assert git(course, "tag") == "v1.0\nv1.1"


def untracked(course):
    (course / "forgotten.py").touch()


def modified(course):
    (course / "README.md").write_text("new")


@pytest.mark.parametrize(
    "change, tag, says",
    [
        (untracked, "v1.0", "commit or remove these first"),
        (modified, "v1.0", "README.md"),
        (lambda course: git(course, "tag", "v1.0"), "v1.0", "there is a release v1.0 already"),
        (lambda course: None, "v1.2", "CHANGELOG.md has no section '## v1.2'"),
        (lambda course: (course / ".git").rename(course / "no"), "v1.0", "not a git checkout"),
    ],
)
def test_what_is_no_release_is_refused_and_changes_nothing(course, change, tag, says, capsys):
    change(course)
    before = (course / "tools/bootstrap.py").read_text()
    assert release(course, tag) == 1
    assert says in capsys.readouterr().err
    assert (course / "tools/bootstrap.py").read_text() == before


# ---- make update


@pytest.fixture(params=["a clone", "a shallow clone of the tag"])
def learner(course, tmp_path, request):
    """A learner's copy of release 1.0, in which two pages were changed; 1.1 has come since."""
    release(course)
    shallow = ["--depth", "1", "-b", "v1.0"] if "shallow" in request.param else []
    root = tmp_path / "learner"
    git(tmp_path, "clone", "-q", *shallow, course.as_uri(), str(root))
    (root / "notebooks/00_a.ipynb").write_text("mine")
    (root / "notebooks/01_b.ipynb").unlink()
    (root / "my_art").mkdir()
    (root / "my_art/progress.json").write_text("half way")
    (course / "notebooks/00_a.ipynb").write_text('{"cells": [], "new": 1}')
    git(course, "commit", "-q", "-a", "-m", "better")
    release(course, "v1.1")
    return root


def test_an_update_goes_to_the_newest_release_and_keeps_what_is_mine(learner, capsys):
    assert update.main(learner) == 0
    assert git(learner, "describe", "--exact-match") == "v1.1"
    assert json.loads((learner / "notebooks/00_a.ipynb").read_text())["new"] == 1
    assert "v1.1" in (learner / "notebooks/01_b.ipynb").read_text()
    (kept,) = (learner / "my_art/pages").iterdir()
    assert kept.read_text() == "mine" and kept.name.startswith("00_a_")
    assert (learner / "my_art/progress.json").read_text() == "half way"
    said = capsys.readouterr().out
    assert f"yours is kept as my_art/pages/{kept.name}" in said and "release v1.1 now" in said
    assert update.main(learner) == 0 and "already" in capsys.readouterr().out


def test_the_second_update_starts_where_the_first_ended(learner, course):
    assert update.main(learner) == 0
    (course / "CHANGELOG.md").write_text("# Changes\n\n## v1.10\n\n## v1.9\n")
    git(course, "commit", "-q", "-a", "-m", "more")
    git(course, "tag", "v1.2-try")  # no release
    release(course, "v1.9")
    release(course, "v1.10")  # the newest, though its letters come first
    assert update.main(learner) == 0
    assert git(learner, "describe", "--exact-match") == "v1.10"


def own_file(learner):
    (learner / "helpers/figures.py").write_text("mine")


def own_commit(learner):
    git(learner, "-c", "user.name=L", "-c", "user.email=l@example.org", "commit", "-qam", "my work")


def no_network(learner):
    git(learner, "remote", "set-url", "origin", (learner / "nowhere").as_uri())


def own_new_page(learner):  # untracked, and of the name that a page of the release will have
    (learner / "notebooks/02_c.ipynb").write_text(json.dumps(PAGE))


@pytest.mark.parametrize(
    "change, says",
    [
        (own_file, "you have changed helpers/figures.py: commit that"),
        (own_commit, "you have commits of your own here: `git merge v1.1`"),
        (no_network, "git fetch says:"),
    ],
)
def test_an_update_that_would_lose_something_stops_first(learner, change, says, capsys):
    change(learner)
    head, page = git(learner, "rev-parse", "HEAD"), (learner / "notebooks/00_a.ipynb").read_text()
    assert update.main(learner) == 1
    assert says in capsys.readouterr().err
    assert git(learner, "rev-parse", "HEAD") == head
    assert (learner / "notebooks/00_a.ipynb").read_text() == page == "mine"


def test_a_new_page_in_the_way_stays_and_git_says_so(learner, course, capsys):
    own_new_page(learner)
    (course / "CHANGELOG.md").write_text("# Changes\n\n## v1.2\n")
    own_new_page(course)
    git(course, "add", ".")
    git(course, "commit", "-q", "-m", "a third page")
    release(course, "v1.2")
    assert update.main(learner) == 1
    said = capsys.readouterr().err
    assert "02_c.ipynb" in said and "yours is kept as my_art/pages/00_a_" in said
    assert (learner / "notebooks/02_c.ipynb").read_text() == json.dumps(PAGE)


def test_without_git_or_a_release_it_says_what_to_do(repository, tmp_path, capsys):
    assert update.main(tmp_path / "nowhere") == 1
    assert "not a git checkout" in capsys.readouterr().err
    git(repository, "remote", "add", "origin", repository.as_uri())
    assert update.main(repository) == 1
    assert "no release to go to yet" in capsys.readouterr().err
