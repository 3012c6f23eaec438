"""Brings the course to its newest release: `python -m tools.update` (also `make update`).

Pages that you changed are kept in my_art/pages/; what is in my_art/ stays as it is. Standard
library only.
"""

import pathlib
import re
import subprocess
import sys

from tools import committed, reset


class Stop(Exception):
    """Why there is no update, and what to do; nothing has been changed."""


def git(*words, root):
    """What git prints, or Stop with what it says."""
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True)
    if done.returncode:
        raise Stop(f"git {words[0]} says: {done.stderr.strip()}")
    return done.stdout


def numbers(tag):
    """(1, 10) of "v1.10": releases in their order, in which v1.10 comes after v1.9."""
    return tuple(map(int, tag[1:].split(".")))


def newest(root):
    """The tag of the newest release."""
    tags = [t for t in git("tag", root=root).split() if re.fullmatch(committed.RELEASE, t)]
    if not tags:
        raise Stop("there is no release to go to yet")
    return max(tags, key=numbers)


def is_in(older, newer, root):
    """Whether one commit is part of another's history."""
    return committed.git("merge-base", "--is-ancestor", older, newer, root=root) is not None


def changed_files(root):
    """Paths of the course's own files that differ from what is committed."""
    rows = git("diff", "--name-only", "-z", "HEAD", root=root)
    return [path for path in rows.split("\0") if path]


def check(tag, changed, root):
    """Stop where an update would lose or mix something."""
    if not is_in("HEAD", tag, root):
        raise Stop(f"you have commits of your own here: `git merge {tag}` puts both together")
    if other := [path for path in changed if not path.startswith("notebooks/")]:
        raise Stop(
            f"you have changed {', '.join(other)}: commit that (`git commit -a`) and then "
            f"`git merge {tag}`, or give it up with `git checkout HEAD -- {other[0]}`"
        )


def set_aside(changed, root):
    """Gives back the committed pages and keeps the changed ones; returns a sentence for each."""
    said = []
    for path in map(pathlib.Path, changed):
        if (root / path).is_file():
            kept = reset.keep(root / path, root / "my_art" / "pages").relative_to(root)
            said.append(f"{path.as_posix()}: yours is kept as {kept.as_posix()}")
        git("checkout", "HEAD", "--", path.as_posix(), root=root)
    return said


def update(root):
    """Fetches the releases and goes to the newest; returns sentences on what happened."""
    if not committed.has_git(root):
        raise Stop(
            "This is not a git checkout. Download the course anew and copy your my_art/ into it."
        )
    git("fetch", "-q", "--tags", root=root)
    tag = newest(root)
    if is_in(tag, "HEAD", root):
        return [f"This is release {tag}, the newest, already."]
    changed = changed_files(root)
    check(tag, changed, root)
    said = set_aside(changed, root)
    try:
        git("merge", "-q", "--ff-only", tag, root=root)
    except Stop as stop:
        raise Stop("\n".join([*said, str(stop)])) from None
    return [
        *said,
        f"This is release {tag} now; CHANGELOG.md says what is new. my_art/ is as it was.",
    ]


def main(root=committed.ROOT):
    try:
        print(*update(root), sep="\n")
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
