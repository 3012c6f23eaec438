"""Gives back the committed page of a lesson: `python -m tools.reset 05` (also `make reset N=05`).

What stood there before is kept in my_art/pages/. Standard library only.
"""

import datetime
import pathlib
import sys

from tools import committed


def keep(path, folder):
    """Moves a changed page out of the way; returns where it went."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.datetime.now().strftime("%Y-%m-%d_%H%M%S")
    place = folder / f"{path.stem}_{stamp}.ipynb"
    path.replace(place)
    return place


def reset(name, root):
    """Restores one page; returns a sentence on what happened."""
    path, page = root / "notebooks" / name, committed.text(name, root)
    if path.is_file() and path.read_text(encoding="utf-8") == page:
        return f"notebooks/{name} is the committed page already."
    kept = keep(path, root / "my_art" / "pages").relative_to(root) if path.is_file() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return f"notebooks/{name} is the committed page again" + (
        f"; yours is kept as {kept}." if kept else "."
    )


def main(argv, root=committed.ROOT):
    if not committed.has_git(root):
        print(
            "This folder was unpacked from a zip, so it holds no second copy of a page: download "
            "the course again beside it and copy the page from there (keep yours under another "
            "name). Or get it with `git clone`: then `make reset` works.",
            file=sys.stderr,
        )
        return 1
    names = [
        n
        for n in committed.names(root)
        for number in argv
        if pathlib.Path(n).name.startswith(f"{number}_")
    ]
    if not names:
        lessons = ", ".join(sorted({pathlib.Path(n).name[:2] for n in committed.names(root)}))
        print(f"Which page? For example: make reset N=05. There are: {lessons}", file=sys.stderr)
        return 1
    for name in names:
        print(reset(name, root))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
