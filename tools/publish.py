"""Makes a release: `make publish REPO=owner/name TAG=v1.0`.

Rewrites REPO and TAG in tools/bootstrap.py, the bootstrap cell and the Colab badges of all
notebooks, the badges of README.md and the version in CITATION.cff; commits that, and tags it.
Nothing leaves this computer: the last line says what to push. Standard library only.
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys

from tools import bootstrap, committed

ROOT = pathlib.Path(__file__).resolve().parent.parent


def checked(repo, tag):
    """The address in order, or a ValueError that says what one looks like."""
    if not re.fullmatch(bootstrap.REPO_PATTERN, repo):
        raise ValueError(
            f"{repo!r} is no address: make publish REPO=owner/name, as in github.com/owner/name"
        )
    if not re.fullmatch(committed.RELEASE, tag):
        raise ValueError(f"{tag!r} is no release: make publish REPO=owner/name TAG=v1.0")
    return repo, tag


def check_state(tag, root=ROOT):
    """A release is made of what is committed, once, and says what is new; else a ValueError."""
    if not committed.has_git(root):
        raise ValueError("this is not a git checkout: a release is a commit with a tag")
    if changed := committed.git("status", "--porcelain", root=root).strip():
        raise ValueError(f"commit or remove these first, or they are in no release:\n{changed}")
    if committed.git("rev-parse", "-q", "--verify", f"refs/tags/{tag}", root=root):
        raise ValueError(
            f"there is a release {tag} already, and people have it: take the next number"
        )
    news = root / "CHANGELOG.md"
    if not news.is_file() or f"\n## {tag}\n" not in news.read_text(encoding="utf-8"):
        raise ValueError(
            f"CHANGELOG.md has no section '## {tag}': say there what changes for users"
        )


def set_constants(text, repo, tag):
    """The text of tools/bootstrap.py with another address in it."""
    text = re.sub(r'(?m)^REPO = ".*"$', f'REPO = "{repo}"', text, count=1)
    return re.sub(r'(?m)^TAG = ".*"$', f'TAG = "{tag}"', text, count=1)


def set_badges(text, repo, tag):
    """Markdown with every Colab badge opening the page at its new address, and links to the course's site."""
    text = bootstrap.SITE.sub(bootstrap.site(repo), text)
    return bootstrap.BADGE.sub(lambda hit: bootstrap.badge(hit[1], repo, tag), text)


def set_version(text, repo, tag):
    """The text of CITATION.cff with this release in it, as of today."""
    text = re.sub(r"(?m)^version: .*$", f'version: "{tag.removeprefix("v")}"', text)
    text = re.sub(r"(?m)^date-released: .*$", f"date-released: {datetime.date.today()}", text)
    return re.sub(r"(?m)^repository-code: .*$", f"repository-code: {bootstrap.address(repo)}", text)


def as_lines(text):
    """A string in the form in which notebooks keep it."""
    return text.splitlines(keepends=True)


def set_page(raw, repo, tag):
    """The text of a notebook with the new address in its bootstrap cell and badges."""
    nb = json.loads(raw)
    for cell in nb["cells"]:
        if bootstrap.is_bootstrap(cell):
            cell["source"] = as_lines(bootstrap.source(repo, tag))
        elif cell["cell_type"] == "markdown":
            cell["source"] = as_lines(set_badges("".join(cell["source"]), repo, tag))
    # The same form as nbformat's, so that nothing else in the file changes.
    return (
        json.dumps(nb, ensure_ascii=False, indent=1, sort_keys=True, separators=(",", ": ")) + "\n"
    )


def rewrite(path, change, repo, tag):
    """Applies `change` to the file's text, in one move; returns whether it changed anything."""
    before = path.read_text(encoding="utf-8")
    after = change(before, repo, tag)
    if after != before:
        part = path.with_suffix(".part")
        part.write_text(after, encoding="utf-8")
        os.replace(part, path)
    return after != before


def publish(repo, tag, root=ROOT):
    """Rewrites all files; returns the paths that changed."""
    changes = {root / "tools" / "bootstrap.py": set_constants, root / "README.md": set_badges}
    changes[root / "CITATION.cff"] = set_version
    changes.update({page: set_page for page in sorted((root / "notebooks").rglob("[0-9]*.ipynb"))})
    changes = {
        p: c for p, c in changes.items() if ".ipynb_checkpoints" not in p.parts and p.is_file()
    }
    return [p for p, change in changes.items() if rewrite(p, change, repo, tag)]


def release(tag, root=ROOT):
    """Commits what has been rewritten and gives that commit the tag."""
    words = [["add", "--update"], ["commit", "-q", "--allow-empty", "-m", f"Release {tag}"]]
    for line in (*words, ["tag", "-a", tag, "-m", f"Release {tag}"]):
        subprocess.run(["git", "-C", str(root), *line], check=True)


def main(argv, root=ROOT):
    repo, tag = (argv + ["", ""])[:2]
    try:
        checked(repo, tag)
        check_state(tag, root)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    changed = publish(repo, tag, root)
    release(tag, root)
    print(*(f"changed {p.relative_to(root)}" for p in changed), sep="\n")
    print(
        f"Release {tag} is made here; the pages point at {bootstrap.address(repo)}. To give it out:"
    )
    print(f"    git push {bootstrap.address(repo)} HEAD {tag}")
    print(
        f"GitHub then makes {bootstrap.site(repo)}, if Settings, Pages says 'Source: GitHub Actions'."
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
