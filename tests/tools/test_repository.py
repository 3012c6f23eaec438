"""The files that GitHub and people with an editor read: they can be read, and say what they must."""

import re

import pytest
import yaml

from tools import book, bootstrap, committed

ROOT = committed.ROOT
FILES = [
    "CITATION.cff",
    ".github/workflows/ci.yml",
    ".github/workflows/site.yml",
    ".github/ISSUE_TEMPLATE/something_fails.yml",
]


def read(name):
    """The file's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def load(name):
    """What the YAML says."""
    return yaml.safe_load(read(name))


def test_none_of_these_files_goes_unread():
    found = {p.relative_to(ROOT).as_posix() for p in (ROOT / ".github").rglob("*.y*ml")}
    assert found == {name for name in FILES if name.startswith(".github")}


@pytest.mark.parametrize("name", FILES)
def test_it_is_yaml_with_something_in_it(name):
    assert isinstance(load(name), dict)


def test_the_workflow_runs_the_one_command_and_the_systems_that_the_readme_names():
    workflow = load(FILES[1])
    when = workflow[True]  # YAML's word for `on`
    assert {"push", "schedule"} <= set(when) and re.fullmatch(
        r"\d+ \d+ \* \* [0-6]", when["schedule"][0]["cron"]
    )
    jobs = workflow["jobs"]
    assert {"run": "bash .ci/run"} in jobs["everything"]["steps"]
    systems = jobs["core"]["strategy"]["matrix"]["os"]
    for system in re.search(
        r"(Linux) is tested; (macOS)[\w\s]* and (Windows) should work", read("README.md")
    ).groups():
        assert system == "Linux" or any(s.startswith(system.lower()) for s in systems), system
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert {"run": "python tools/setup.py"} in jobs["core"]["steps"]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", s["uses"]) for s in steps if "uses" in s)


def test_a_release_publishes_what_make_book_makes():
    workflow = load(".github/workflows/site.yml")
    assert set(workflow[True]) == {"push", "workflow_dispatch"}
    assert workflow[True]["push"] == {"tags": ["v*"]}  # no branches: a release alone
    steps = workflow["jobs"]["site"]["steps"]
    assert {"run": "make book"} in steps
    where = [s["with"]["path"] for s in steps if "upload-pages-artifact" in s.get("uses", "")]
    assert [committed.ROOT / path for path in where] == [book.SITE]
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", s["uses"]) for s in steps if "uses" in s)


def test_the_form_asks_for_lesson_machine_and_versions():
    fields = {
        field["id"]: field for field in load(".github/ISSUE_TEMPLATE/something_fails.yml")["body"]
    }
    assert all(
        fields[name]["validations"]["required"] for name in ("lesson", "machine", "versions")
    )
    lessons = [name[:2] for name in committed.names() if "/" not in name]
    offered = [option[:2] for option in fields["lesson"]["attributes"]["options"]]
    assert offered[: len(lessons)] == lessons, "the lessons in the issue form are those there are"


def test_the_citation_names_what_a_reader_cites():
    citation = load("CITATION.cff")
    needed = {"cff-version", "message", "title", "authors", "version", "date-released", "license"}
    assert needed <= set(citation)
    assert citation["repository-code"] == bootstrap.address()
    assert f"v{citation['version']}" == bootstrap.TAG


def test_the_changelog_has_the_release_of_the_pages():
    assert f"\n## {bootstrap.TAG}\n" in read("CHANGELOG.md")


def test_each_module_of_helpers_stands_in_the_layers_that_contributors_read():
    names = {p.stem for p in (ROOT / "helpers").glob("[!_]*") if p.name != "__pycache__"}
    layers = read("CONTRIBUTING.md").split("## The layers of helpers/")[1].split("\n## ")[0]
    assert names <= set(re.findall(r"\w+", layers)), names - set(re.findall(r"\w+", layers))


@pytest.mark.skipif(not committed.has_git(), reason=committed.NO_GIT)
def test_the_commits_that_blame_looks_through_are_there():
    if committed.git("rev-parse", "--is-shallow-repository").strip() == "true":
        pytest.skip("a shallow clone has no history to look through")
    for commit in re.findall(r"(?m)^[0-9a-f]{40}$", read(".git-blame-ignore-revs")):
        assert committed.git("cat-file", "-e", commit) is not None, commit
