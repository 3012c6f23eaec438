"""Looks at finished HTML: no link to nowhere, no picture without words, nothing from a network."""

import html.parser
import pathlib
import urllib.parse

FETCHED = {
    ("script", "src"),
    ("img", "src"),
    ("link", "href"),
    ("source", "src"),
    ("iframe", "src"),
}


class Page(html.parser.HTMLParser):
    """What a page links to, what it fetches, which anchors it has, and which pictures say nothing."""

    def __init__(self, text):
        super().__init__()
        self.links, self.fetched, self.anchors, self.silent = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.anchors |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        words = (given.get("alt") or "").strip()
        if tag == "img" and words in (
            "",
            given.get("src"),
        ):  # Sphinx says the file's name, for want of words
            self.silent.append(given.get("src"))
        self.fetched += [given[name] for kind, name in FETCHED if kind == tag and given.get(name)]


def problems(site):
    """What is wrong in a folder of HTML pages.

    Args:
        site: the folder; links may go anywhere in it.

    Returns:
        list of sentences; [] when all is well.
    """
    paths = sorted(pathlib.Path(site).rglob("*.html"))
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in paths}
    found = []
    for path, page in pages.items():
        name = path.relative_to(pathlib.Path(site).resolve()).as_posix()
        found += [f"{name}: the picture {src} has no words" for src in page.silent]
        found += [f"{name}: fetches {link}" for link in page.fetched if _elsewhere(link)]
        links = [*page.links, *page.fetched]
        found += [
            f"{name}: {link} leads nowhere" for link in links if not _leads(link, path, pages)
        ]
    return found


def _elsewhere(link):
    return urllib.parse.urlsplit(link).netloc != ""


def _leads(link, path, pages):
    """Whether a link on a page leads somewhere; other sites are not asked."""
    parts = urllib.parse.urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = (path.parent / urllib.parse.unquote(parts.path)).resolve() if parts.path else path
    anchor = urllib.parse.unquote(parts.fragment)
    if target not in pages:
        return target.is_file()
    return not anchor or anchor in pages[target].anchors
