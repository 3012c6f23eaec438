"""files: whole or not at all, bounded, and one sentence for whatever is wrong."""

import concurrent.futures
import io
import pathlib
import stat
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from helpers import files

CURE = "fetch it again"
ROOT = pathlib.Path(__file__).resolve().parents[1]


def npz(path, members, compression=zipfile.ZIP_DEFLATED):
    """A zip with the given (name, bytes) pairs, whatever they are."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return path


def npy(array, **options):
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, **options)
    return buffer.getvalue()


def promise(shape, descr="<f4", version=(1, 0)):
    """The header of an array of this shape, and nothing after it."""
    buffer = io.BytesIO()
    header = {"descr": descr, "fortran_order": False, "shape": shape}
    writer = np.lib.format.write_array_header_1_0
    if version == (2, 0):
        writer = np.lib.format.write_array_header_2_0
    writer(buffer, header)
    return buffer.getvalue()


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path):
    path = files.write_bytes(tmp_path / "a.txt", b"old")
    with pytest.raises(RuntimeError), files.replacing(path) as file:
        file.write(b"half of the ne")
        raise RuntimeError
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_what_is_written_is_readable_by_others_and_its_folder_is_made(tmp_path):
    path = files.write_json(tmp_path / "new" / "a.json", {"λ": 3})
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert path.read_bytes() == '{\n "λ": 3\n}\n'.encode()
    assert files.read_json(path, cure=CURE) == {"λ": 3}


def test_arrays_survive_being_written(tmp_path):
    arrays = {
        "a/b": np.arange(6).reshape(2, 3),
        "names": np.array(["x", "λ"]),
        "one": np.float16(2),
    }
    for compress in (True, False):
        path = files.write_npz(tmp_path / "a.npz", arrays, compress=compress)
        found = files.read_npz(path, cure=CURE)
        assert set(found) == set(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
            assert found[name].dtype == array.dtype
    assert set(files.read_npz(path, cure=CURE, only=["one"])) == {"one"}
    assert files.headers(path, cure=CURE)["a/b"] == ((2, 3), np.dtype(np.int64))


def test_two_savers_never_take_the_same_name(tmp_path):
    def save(i):
        return files.write_new(tmp_path, lambda n: f"{n:03}.txt", str(i).encode())

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(save, range(100)))
    assert len(set(paths)) == 100
    assert sorted(int(path.read_text()) for path in tmp_path.iterdir()) == list(range(100))


def test_a_failed_save_frees_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "write_bytes", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        files.write_new(tmp_path, lambda n: f"{n}.txt", b"")
    assert not list(tmp_path.iterdir())


def test_sha256_is_the_standard_one(tmp_path):
    path = files.write_bytes(tmp_path / "a", b"abc")
    assert files.sha256(path).startswith("ba7816bf8f01cfea")


def one_sentence(error, path):
    text = str(error.value)
    assert path.name in text and "\n" not in text and len(text) < 500
    return text


def test_what_is_no_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="a.npz is missing; fetch it again"):
        files.read_npz(tmp_path / "a.npz", cure=CURE)
    with pytest.raises(ValueError, match="is a folder"):
        files.read_npz(tmp_path, cure=CURE)
    files.write_bytes(tmp_path / "empty.npz", b"")
    with pytest.raises(files.Damaged, match="is empty"):
        files.read_npz(tmp_path / "empty.npz", cure=CURE)
    with pytest.raises(files.Damaged, match="has 5 bytes, at most 4"):
        files.read_bytes(files.write_bytes(tmp_path / "long", b"12345"), cure=CURE, most=4)


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    path = files.write_bytes(tmp_path / "a.npz", b"x")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "read_bytes", refuse)  # chmod does not stop root
    with pytest.raises(ValueError, match="may not be read; allow it with `chmod u.r") as error:
        files.read_npz(path, cure=CURE)
    assert not isinstance(error.value, files.Damaged) and "damaged" not in str(error.value)


@pytest.mark.parametrize(
    "text", [b"{", b"\xff", b"[" * 100_000, b"[1]", b"3", b"null", b'{"a": ' + b"9" * 5000 + b"}"]
)
def test_json_that_is_none(tmp_path, text):
    path = files.write_bytes(tmp_path / "card.json", text)
    with pytest.raises(files.Damaged, match=f"{CURE}$") as error:
        files.read_json(path, cure=CURE)
    one_sentence(error, path)


def test_each_row_of_numbers_or_texts_stands_on_one_line_and_reads_back(tmp_path):
    rows = {"rows": [[1, 2.5], [-3, None]], "names": ["a, b", "[\n", "{c}"], "none": [], "of": {}}
    value = {**rows, "records": [{"x": 1, "y": "]\n"}, {"x": [1]}, {"x": "a\n b"}]}
    path = files.write_json(tmp_path / "card.json", value)
    assert files.read_json(path, cure=CURE) == value
    lines = path.read_text("utf-8").splitlines()
    for line in ("  [1, 2.5],", "  [-3, null]", ' "none": [],', '   "x": [1]', '  {"x": "a\\n b"}'):
        assert line in lines, line
    files.write_json(path, {"names": ["a, b", "c"], "scores": {"kid": 1}})
    assert (
        path.read_text("utf-8") == '{\n "names": ["a, b", "c"],\n "scores": {\n  "kid": 1\n }\n}\n'
    )


def test_json_keeps_a_path_whose_bytes_are_no_text(tmp_path):
    value = {"name": "caf\udce9", "città": "水"}
    path = files.write_json(tmp_path / "card.json", value)
    assert files.read_json(path, cure=CURE) == value and "水" in path.read_text("utf-8")


HOSTILE = {
    "text": [("a.txt", b"hello")],
    "twice": [("a.npy", npy(np.ones(2))), ("a.npy", npy(np.ones(3)))],
    "object": [("a.npy", npy(np.array([{}], object), allow_pickle=True))],
    "record": [("a.npy", npy(np.zeros(2, [("x", "f4")])))],
    "complex": [("a.npy", npy(np.zeros(2, "c8")))],
    "date": [("a.npy", npy(np.zeros(2, "M8[s]")))],
    "promise": [("a.npy", promise((2**40,)))],
    "short": [("a.npy", npy(np.ones(9))[:-3])],
    "long": [("a.npy", npy(np.ones(9)) + b"more")],
    "negative": [("a.npy", promise((-1, 4)))],
    "version 2": [("a.npy", promise((0,), version=(2, 0)))],
    "no header": [("a.npy", b"\x93NUMPY\x01\x00\xff\xff")],
    "empty": [("a.npy", b"")],
    "deep": [("a.npy", b"\x93NUMPY\x01\x00\x10\x27" + b"(" * 10_000)],
    "many": [(f"{i}.npy", b"") for i in range(5000)],
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("kind", HOSTILE)
def test_an_archive_that_holds_something_else(tmp_path, kind):
    path = npz(tmp_path / "a.npz", HOSTILE[kind])
    with pytest.raises(files.Damaged, match=f"{CURE}$") as error:
        files.read_npz(path, cure=CURE)
    one_sentence(error, path)


def test_a_compression_that_numpy_does_not_use_is_refused(tmp_path):
    path = npz(tmp_path / "a.npz", [("a.npy", npy(np.zeros(9)))], zipfile.ZIP_LZMA)
    with pytest.raises(files.Damaged, match="a compression that numpy does not use"):
        files.read_npz(path, cure=CURE)


def test_a_small_file_that_unpacks_to_much_is_not_unpacked(tmp_path, monkeypatch):
    path = files.write_npz(tmp_path / "a.npz", {"a": np.zeros(2**20), "b": np.zeros(2**20)})
    assert path.stat().st_size < 20_000
    monkeypatch.setattr(files, "_array", None)  # a call would be a TypeError
    with pytest.raises(files.Damaged, match="would unpack to 16,777,216 bytes, at most 9,000,000"):
        files.read_npz(path, cure=CURE, most=9_000_000)


def test_no_flipped_bit_goes_unnoticed_or_unexplained(tmp_path):
    whole = files.write_npz(tmp_path / "a.npz", {"a": np.arange(50.0), "b": np.ones(7)})
    raw, rng = whole.read_bytes(), np.random.default_rng(0)
    before = files.read_npz(whole, cure=CURE)
    refused = 0
    for place in rng.integers(0, 8 * len(raw), 150):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        path = files.write_bytes(tmp_path / "flipped.npz", flipped)
        try:
            found = files.read_npz(path, cure=CURE)
        except files.Damaged as error:
            refused += "flipped.npz" in str(error)
        else:  # a bit that means nothing: a date, an attribute
            for name in found:
                np.testing.assert_array_equal(found[name], before[name])
    assert refused > 75


def test_nobody_else_in_helpers_or_experiments_writes_or_unpacks_files():
    """One writer, one checksum, one reader; see helpers/files.py."""
    odd = ("mkstemp(", "np.load(", "savez", "hashlib.file_digest")
    for folder in ("helpers", "experiments", "data/build"):
        for path in (ROOT / folder).rglob("*.py"):
            if path != ROOT / "helpers" / "files.py":
                text = path.read_text(encoding="utf-8")
                assert not [word for word in odd if word in text], path


def test_four_processes_saving_at_once_lose_nothing(tmp_path):
    code = "import sys; from helpers import files\n"
    code += "for i in range(25): files.write_new(sys.argv[1], lambda n: f'{n}.txt', sys.argv[2].encode())"
    words = [[sys.executable, "-c", code, str(tmp_path), str(i)] for i in range(4)]
    for process in [subprocess.Popen(w, cwd=ROOT) for w in words]:
        assert process.wait() == 0
    texts = [path.read_text() for path in tmp_path.iterdir()]
    assert len(texts) == 100 and all(texts.count(str(i)) == 25 for i in range(4))
