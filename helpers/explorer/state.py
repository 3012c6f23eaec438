"""What the latent explorer shows, as a few numbers, and those as a line of text.

state = explorer.State.from_text("art2.eyJn….0f3a9c21")
brighter = dataclasses.replace(state, truncation=0.7)
"""

import base64
import dataclasses
import functools
import json
import numbers
import re
import zlib

SEEDS, REACH, PSI, CHOICES = 9999, 6.0, 1.5, 50  # bounds of a state, and so of the sliders
WALL = 16
_VERSION, _LONGEST = 2, 12000  # 2: directions by name and mark
_DIRECTIONS, _MARK = 50, 100.0


@dataclasses.dataclass(frozen=True)
class State:
    """A picture as a few numbers; make one with `Scene.start`, change it with `dataclasses.replace`.

    Attributes:
        generator: name of the generator in the scene.
        weights: fingerprint of its weights, 8 hexadecimal digits.
        seed: 0 … 9999, of the first latent.
        path: the variations chosen since, ((number 0 … 15, spread 0 … 1), …), at most 50.
        steps: the directions gone along, ((name, how far −6 … 6, mark −100 … 100), …), at most 50;
            `Scene.along` takes one. The mark tells directions of one name apart.
        truncation: ψ, 0 … 1.5.
        blend: share of the child in every layer, 0 … 1.
        swap: blocks that come from the child whole, such as ("32 px",).

    Raises:
        ValueError: a value is of another type or out of bounds.
    """

    generator: str
    weights: str
    seed: int = 0
    path: tuple = ()
    steps: tuple = ()
    truncation: float = 1.0
    blend: float = 0.0
    swap: tuple = ()

    def __post_init__(self):
        keep = functools.partial(
            object.__setattr__, self
        )  # the way to set fields of a frozen class
        _words("generator", self.generator, 80)
        _words("weights", self.weights, 8)
        keep("seed", _number("seed", self.seed, 0, SEEDS, whole=True))
        keep("path", tuple(choice(step) for step in _list("path", self.path, CHOICES)))
        keep("steps", tuple(_step(step) for step in _list("steps", self.steps, _DIRECTIONS)))
        keep("truncation", _number("truncation", self.truncation, 0, PSI))
        keep("blend", _number("blend", self.blend, 0, 1))
        keep("swap", tuple(_words("a swapped block", x, 20) for x in _list("swap", self.swap, 20)))

    def to_text(self):
        """The state as a short line of plain letters, for `from_text` on any machine."""
        return _wrap(json.dumps(dataclasses.asdict(self), separators=(",", ":")))

    @classmethod
    def from_text(cls, text):
        """The state that `to_text` wrote; the text is only ever read as data.

        Args:
            text: a line such as "art2.eyJn….0f3a9c21".

        Returns:
            State, equal to the one that was written, to the last bit.

        Raises:
            ValueError: the text is empty, too long, damaged, of another version or something else.
        """
        fields = _unwrap(text)
        known = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(fields, dict) or set(fields) != known:
            raise ValueError(
                "this text is well formed, but holds something else than a picture's state"
            )
        return cls(**fields)


def _wrap(body):
    """JSON → text. The checksum finds a letter lost on the way, which might else be another picture."""
    data = body.encode()
    letters = base64.urlsafe_b64encode(data).decode().rstrip("=")
    return f"art{_VERSION}.{letters}.{zlib.crc32(data):08x}"


def _unwrap(text):
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"there is no text: paste the line that starts with art{_VERSION}.")
    if len(text) > _LONGEST:
        raise ValueError(
            f"the text has {len(text):,} letters, a picture's has at most {_LONGEST:,}: "
            "paste one line only"
        )
    match = re.fullmatch(r"art([0-9]{1,4})\.([A-Za-z0-9_-]+)\.([0-9a-f]{8})", text.strip())
    if not match:
        raise ValueError(
            f"{text.strip()[:24]!r}… is no picture's text, or a part is missing: "
            f"copy the whole line, art{_VERSION}.… with two dots"
        )
    version, letters, checksum = match.groups()
    if int(version) != _VERSION:
        newer = int(version) > _VERSION
        what = "update the course" if newer else "only the older course that wrote it can read it"
        raise ValueError(
            f"the text is of version {int(version)}, this course reads {_VERSION}: {what}"
        )
    try:
        data = base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
        if f"{zlib.crc32(data):08x}" != checksum:
            raise ValueError("checksum")
        return json.loads(data.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):  # RecursionError: brackets nested thousands deep
        raise ValueError(
            "the text was damaged on its way, or was not written by the explorer: copy it again"
        ) from None


def _no_number(word):
    raise ValueError(f"{word} is no number that a state may hold")


def _number(name, value, low, high, whole=False):
    kind = numbers.Integral if whole else numbers.Real
    if not isinstance(value, kind) or isinstance(value, bool) or not low <= value <= high:
        what = "a whole number" if whole else "a number"
        raise ValueError(f"{name} is {short(value)}: expected {what} from {low:g} to {high:g}")
    return int(value) if whole else float(value)


def _step(step):
    if not isinstance(step, (list, tuple)) or len(step) != 3:
        raise ValueError(f"a step is {short(step)}: expected (direction, how far, mark)")
    name, amount, mark = step
    return (
        _words("a direction", name, 80),
        _number("a step's length", amount, -REACH, REACH),
        _number("a mark", mark, -_MARK, _MARK),
    )


def _words(name, value, longest):
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise ValueError(f"{name} is {short(value)}: expected 1 to {longest} letters")
    return value


def _list(name, value, longest):
    if not isinstance(value, (list, tuple)) or len(value) > longest:
        raise ValueError(f"{name} is {short(value)}: expected a list of at most {longest}")
    return value


def choice(step):
    """A step of a path, (variation, spread), or a ValueError that says what is wrong with it."""
    if not isinstance(step, (list, tuple)) or len(step) != 2:
        raise ValueError(f"a step of the path is {short(step)}: expected (variation, spread)")
    number = _number("a variation", step[0], 0, WALL - 1, whole=True)
    return number, _number("a spread", step[1], 0, 1)


def short(value):
    """A value as it may stand in a message: its repr, cut off."""
    words = repr(value)
    return words if len(words) < 40 else words[:40] + "…"
