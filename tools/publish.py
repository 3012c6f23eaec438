"""Writes the course's public address into every page: `make publish REPO=owner/name TAG=v1.0`.

Rewrites REPO and TAG in tools/bootstrap.py, the bootstrap cell and the Colab badges of all
notebooks, and the badges of README.md. Standard library only.
"""

import importlib
import json
import os
import pathlib
import re
import sys

from tools import bootstrap

ROOT = pathlib.Path(__file__).resolve().parent.parent


def checked(repo, tag):
    """The address in order, or a ValueError that says what one looks like."""
    if not re.fullmatch(bootstrap.REPO_PATTERN, repo):
        raise ValueError(
            f"{repo!r} is no address: make publish REPO=owner/name, as in github.com/owner/name"
        )
    if not re.fullmatch(r"\w[\w./-]*", tag):
        raise ValueError(f"{tag!r} is no branch or tag: make publish REPO=owner/name TAG=v1.0")
    return repo, tag


def set_constants(text, repo, tag):
    """The text of tools/bootstrap.py with another address in it."""
    text = re.sub(r'(?m)^REPO = ".*"$', f'REPO = "{repo}"', text, count=1)
    return re.sub(r'(?m)^TAG = ".*"$', f'TAG = "{tag}"', text, count=1)


def set_badges(text, repo, tag):
    """Markdown with every Colab badge opening the page at its new address."""
    return bootstrap.BADGE.sub(lambda hit: bootstrap.badge(hit[1], repo, tag), text)


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
    changes.update({page: set_page for page in sorted((root / "notebooks").rglob("[0-9]*.ipynb"))})
    changes = {
        p: c for p, c in changes.items() if ".ipynb_checkpoints" not in p.parts and p.is_file()
    }
    return [p for p, change in changes.items() if rewrite(p, change, repo, tag)]


def main(argv):
    repo, tag = (argv + ["", ""])[:2]
    try:
        repo, tag = checked(repo, tag or bootstrap.TAG)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    changed = publish(repo, tag)
    importlib.reload(bootstrap)
    print(*(f"changed {p.relative_to(ROOT)}" for p in changed), sep="\n")
    print(f"The pages now point at {bootstrap.address()} ({bootstrap.TAG}). Commit them, then:")
    print(f"    git tag {tag} && git push origin HEAD {tag}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
