"""What the import contracts of pyproject.toml cannot say: a package's front module is in no circle.

The contracts themselves are held by `make lint`; their kind against circles looks at siblings only.
"""

import grimp

GRAPH = grimp.build_graph("helpers", cache_dir=None)


def test_no_module_imports_the_front_that_imports_it():
    circles = [
        " → ".join((front, *chain))
        for front in GRAPH.modules
        for inner in GRAPH.find_modules_directly_imported_by(front)
        if inner.startswith(front + ".")
        and (chain := GRAPH.find_shortest_chain(importer=inner, imported=front))
    ]
    assert not circles, f"imports in a circle: {circles}; move what both need into a third module"


def test_the_graph_has_seen_the_fronts():
    assert "helpers.gan.networks" in GRAPH.find_modules_directly_imported_by("helpers.gan")
