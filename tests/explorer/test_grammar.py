"""The line of text read by the words of helpers/explorer/text.py alone, without the course's code."""

import base64
import dataclasses
import hashlib
import json
import zlib

import numpy as np
import pytest

from tests.explorer.test_scene import full
from tests.latents.philox import normals


def read(line):
    """(fields, letters of the latent or None) of a line whose checksum is right."""
    version, *parts, checksum = line.split(".")
    head = {"art3": line.rpartition(".")[0].encode(), "art2": decoded(parts[0])}[version]
    assert f"{zlib.crc32(head):08x}" == checksum
    return json.loads(decoded(parts[0])), parts[1] if len(parts) == 2 else None


def decoded(letters):
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


def latent(line, unit_vectors, count):
    """float64 [count]: the latent of a line, its directions given as {name: unit vector}."""
    fields, letters = read(line)
    z = np.frombuffer(decoded(letters), "<f4") if letters else normals(fields["seed"], count)
    start, path = letters or fields["seed"], fields["path"]
    for i in range(1, len(path) + 1):
        before = [[number, float(spread)] for number, spread in path[:i]]
        digits = hashlib.sha256(json.dumps([start, before]).encode()).hexdigest()[:7]
        z = around(z.astype(float), normals(int(digits, 16), count).astype(float), path[i - 1][1])
    z = z * fields["truncation"]
    return z + sum(amount * unit_vectors[name] for name, amount, _ in fields["steps"])


def around(a, b, t):
    """The great circle from a to b."""
    omega = np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    return (np.sin((1 - t) * omega) * a + np.sin(t * omega) * b) / np.sin(omega)


@pytest.mark.parametrize("start", ["seed", "latent"])
def test_the_latent_follows_from_the_text(scene, start):
    state, source = full(scene), scene.sources["a → b"]
    state = dataclasses.replace(state, path=((3, 0.4), (15, 1 / 3), (0, 1), (2, 0.0), (1, 2e-5)))
    if start == "latent":
        state = dataclasses.replace(state, latent=np.linspace(-1, 2, 6))
    vectors = dict(zip(source.labels, source.directions.astype(float)))
    found = latent(state.to_text(), vectors, 6)
    assert np.allclose(found, scene.latent(state), rtol=0, atol=1e-5)
    assert np.abs(found - scene.latent(dataclasses.replace(state, path=()))).max() > 0.1


def test_a_mark_is_the_product_with_the_first_latent(scene):
    source = scene.sources["a"]
    marks = (source.directions @ normals(0, 6)).round(2)
    assert np.allclose(source.marks, marks, rtol=0, atol=0.011)


def test_an_old_line_says_the_same(scene):
    fields, _ = read(full(scene).to_text())
    old = {key: fields[key] for key in fields if key not in ("noise", "shares")}
    data = json.dumps(old).encode()
    line = f"art2.{base64.urlsafe_b64encode(data).decode().rstrip('=')}.{zlib.crc32(data):08x}"
    state = type(full(scene)).from_text(line)
    assert state == full(scene) and read(line)[0] == old
