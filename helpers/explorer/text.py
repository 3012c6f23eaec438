"""The line of text that stands for a picture: letters and digits, read as data and as nothing else.

This is the grammar for whoever writes or reads such lines in another language. A line of today is

    art3.FIELDS.CHECKSUM            a picture that grew from a seed
    art3.FIELDS.LATENT.CHECKSUM     a picture that grew from a latent of its own

FIELDS is a JSON object in UTF-8, then base64url (RFC 4648, section 5) without "=". It has exactly
these keys, in any order:

    generator   text, 1 to 80 letters: the generator's name where the line was written
    weights     text, 1 to 8 letters: first 8 hexadecimal digits of the SHA-256 of its weights
    noise       "philox-1": how latents come from seeds, see below
    seed        whole number, 0 to 9999; of no effect where the line has a LATENT
    path        [[variation, spread], …], at most 50; a whole number 0 to 15, a number 0 to 1
    steps       [[direction, how far, mark], …], at most 50; text of 1 to 80 letters, a number -6 to 6,
                a number -100 to 100: the direction's scalar product with `philox-1`'s first latent of
                seed 0, rounded to hundredths
    truncation  number, 0 to 1.5
    blend       number, 0 to 1: the child's share in every block that `swap` and `shares` do not name
    swap        [block, …], at most 20 texts of 1 to 20 letters: blocks that are the child's whole
    shares      [[block, share], …], at most 20: blocks with a share of their own, 0 to 1. No block
                stands twice in `shares`, nor in both lists

No number is NaN or infinite. LATENT is a row of 1 to 1,024 float32, little-endian, as base64url
without "=". Each is finite and lies within -1000 to 1000; there are as many as the generator's latent
has. CHECKSUM is the CRC-32 (that of zip and PNG) of the letters before the last dot, "art3." included,
as 8 small hexadecimal digits. A line has at most 12,000 letters; blanks around it do not count.

**From the fields to the latent.** Start with LATENT, or with `philox-1`'s latent of `seed`. Each step
of `path` turns it: with `before` the steps before this one, the text

    Python's json.dumps([start, before + [[variation, spread]]])

is hashed with SHA-256, the first 7 hexadecimal digits are a seed, and the latent goes by `spread`
along the great circle (slerp) to that seed's latent. `start` is the number `seed`, or the letters of
LATENT. (Python puts ", " between parts, writes a whole spread as 1.0 or 0.0, others with the fewest
digits that give the number back, and uses an exponent, as in 1e-05, below .0001.) Then the latent is
multiplied by `truncation`; last comes `how far` times the unit vector of each direction.

**philox-1.** Philox4x32 with 10 rounds (Salmon et al., Parallel random numbers: as easy as 1, 2, 3,
SC 2011), as TensorFlow's `stateless_normal(…, seed=[seed, 28], alg="philox")` uses it. First the seed
is scrambled: one block with counter (seed mod 2³², ⌊seed / 2³²⌋, 28, 0) and key (0x3ec8f720, 0x02461e29)
gives four words m0 … m3. Then block i, with counter (i, 0, m2, m3) and key (m0, m1), gives numbers
4i … 4i + 3 of the latent. Of two words a, b of a block (the first and second; the third and fourth)
u = max((a mod 2²³) / 2²³, 1e-7) and v = 2π (b mod 2²³) / 2²³ give two numbers, √(−2 ln u) · sin v and
√(−2 ln u) · cos v, rounded to float32. Which libraries compute logarithm and sine shows in the sixth
digit: one step of 255 in a picture. tests/latents/philox.py has all this in 30 lines of NumPy.

**Older lines.** `art2.FIELDS.CHECKSUM` has no `noise` (it is "philox-1") and no `shares` (there are
none), and its checksum is that of FIELDS before base64. art1 was never given out.
"""

import base64
import json
import re
import zlib

import numpy as np

VERSION, NOISE = 3, "philox-1"
LONGEST, NUMBERS = 12000, 1024  # letters of a line, numbers of a latent
_OLD = 2  # directions by name and mark; no latents, no shares
_PARTS = re.compile(r"art([0-9]{1,4})\.([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]+))?\.([0-9a-f]{8})")


def wrap(fields, latent=()):
    """The line for a state's fields.

    Args:
        fields: dictionary for JSON, `noise` and the latent left out.
        latent: float32 numbers, or nothing.

    Returns:
        str, such as "art3.eyJn….0f3a9c21".
    """
    data = json.dumps(fields | {"noise": NOISE}, separators=(",", ":")).encode()
    head = f"art{VERSION}.{_letters(data)}" + (f".{latent_letters(latent)}" if latent else "")
    # The checksum finds a letter lost on the way, which might else be another picture.
    return f"{head}.{zlib.crc32(head.encode()):08x}"


def unwrap(text):
    """What a line says, not yet held against what a state may hold.

    Args:
        text: a line of version 2 or 3.

    Returns:
        (fields, latent): a dictionary without `noise`, or None where the text holds none with a
        `noise`; and a tuple of floats, () for none.

    Raises:
        ValueError: the text is empty, too long, damaged, of another version or something else.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"there is no text: paste the line that starts with art{VERSION}.")
    if len(text) > LONGEST:
        raise ValueError(
            f"the text has {len(text):,} letters, a picture's has at most {LONGEST:,}: "
            "paste one line only"
        )
    match = _PARTS.fullmatch(text.strip())
    if not match:
        raise ValueError(
            f"{text.strip()[:24]!r}… is no picture's text, or a part is missing: "
            f"copy the whole line, from art{VERSION} to the last dot and the 8 letters after it"
        )
    version, letters, latent, checksum = match.groups()
    check_version(int(version))
    try:
        data = _bytes(letters)
        head = data if int(version) == _OLD else text.strip().rpartition(".")[0].encode()
        if f"{zlib.crc32(head):08x}" != checksum or (latent and int(version) == _OLD):
            raise ValueError("checksum")
        fields = json.loads(data.decode(), parse_constant=_no_number)
        numbers = _numbers(latent) if latent else ()
    except (ValueError, RecursionError):  # RecursionError: brackets nested thousands deep
        raise ValueError(
            "the text was damaged on its way, or was not written by the explorer: copy it again"
        ) from None
    return _known_noise(_as_today(fields) if int(version) == _OLD else fields), numbers


def check_version(version):
    """Raises ValueError for a version that is not read here."""
    if version in (_OLD, VERSION):
        return
    what = "only the older course that wrote it can read it"
    if version > VERSION:
        what = "update the course"
    raise ValueError(
        f"the text is of version {version}, this course reads {_OLD} and {VERSION}: {what}"
    )


def latent_letters(latent):
    """A latent as letters: float32, little-endian, base64url without "="."""
    return _letters(np.asarray(latent, "<f4").tobytes())


def _as_today(fields):
    """The fields of an older line as this version has them."""
    new = {"noise": NOISE, "shares": []}
    return None if not isinstance(fields, dict) or fields.keys() & new else fields | new


def _known_noise(fields):
    """The fields without `noise`; None where they say nothing of it."""
    noise = fields.pop("noise", None) if isinstance(fields, dict) else None
    if isinstance(noise, str) and noise != NOISE:
        raise ValueError(
            f"the text takes its noise from {noise[:40]!r}, this course knows {NOISE!r}: "
            "update the course"
        )
    return fields if noise == NOISE else None


def _numbers(letters):
    return tuple(np.frombuffer(_bytes(letters), "<f4").tolist())


def _letters(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(letters):
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


def _no_number(word):
    raise ValueError(f"{word} is no number that a state may hold")
