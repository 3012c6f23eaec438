"""The translations that the course has were made from the English that it has."""

from tools import committed, translate

CURE = """
Pages and checkers show English there until somebody translates it anew. Whoever cannot is done with
    python -m tools.translate {0} --drop
and commits translations/{0}.json."""


def test_no_translation_of_the_course_is_stale():
    for path in sorted((committed.ROOT / "translations").glob("*.json")):
        old = translate.listed(translate.read(path.stem))
        assert not old, "\n".join(old) + CURE.format(path.stem)
