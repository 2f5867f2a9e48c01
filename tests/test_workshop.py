"""Result folders from end to end, small and coarse: whole, the same again byte for byte, or absent."""

from __future__ import annotations

import errno
import importlib
import json
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
import shapely
from PIL import Image
from svgelements import Path as SvgPath

from illusionprint import data, errors, workshop
from illusionprint.anagram import Anagram, read_png
from illusionprint.errors import BadValue, RunFailed
from illusionprint.products import poster
from illusionprint.spec import PuzzleSpec
from illusionprint.stages.result import whole, whole_file
from illusionprint.vocabulary import is_picture

#: Where a stage of a photograph's run is called: the module, and the name there.
CALLED = {
    "picture": (importlib.import_module("illusionprint.products.photographs"), "picture"),
    **{stage: (importlib.import_module("illusionprint.products._delivery"), f"write_{name}") for stage, name in (("layout", "sheets"), ("prove", "proof"))},
}

ALWAYS = {
    "puzzle.toml",
    "anagram.png",
    "anagram.json",
    "seen-1.png",
    "seen-2.png",
    "arrangement.json",
    "cut.svg",
    "print.pdf",
    "guide.pdf",
    "proof.json",
    "proof.html",
}
TARGETS, VECTORS, LABELS = {"target-1.png", "target-2.png"}, {"anagram.svg"}, {"labels-1.csv", "labels-2.csv"}  # labels: of boards
SMALL = {"size": "80mm", "dpi": 40}
DRAWN = {
    "other seed": PuzzleSpec.of("jigsaw", ("rabbit", "duck"), seed=1, grid="4x4", size="200mm", dpi=40, cast=4),
    "cutout": PuzzleSpec.of("jigsaw", ("cutout.png", "duck"), grid="3x4", cast=4, **SMALL),
    "svg": PuzzleSpec.of("jigsaw", ("star.svg", "duck"), grid="3x3", cast=4, **SMALL),
}
QUICK = {
    "photographs": PuzzleSpec.of("jigsaw", ("hills.jpg", "rings.png"), grid="4x6", size="120x80mm", dpi=40, search=0),
    "turned photographs": PuzzleSpec.of("rotate_180", ("hills.jpg", "rings.png"), size="90x60mm", dpi=40, search=4),
    "negate": PuzzleSpec.of("negate", ("hills.jpg", "rings.png"), search=4, **SMALL),
    "rotate_90": PuzzleSpec.of("rotate_90", ("hills.jpg", "candle"), size="90x60mm", dpi=40, search=4),
    "photograph and word": PuzzleSpec.of("jigsaw", ("hills.jpg", "duck"), search=4, **SMALL),
    "hybrid": PuzzleSpec.of("hybrid", ("hills.jpg", "rings.png"), size="90x60mm", dpi=40),
    "patches": PuzzleSpec.of("jigsaw", ("rabbit", "duck"), model="patches", steps=3, **SMALL),
}
SHIPPED = data.names("puzzles")


def shipped(name: str) -> PuzzleSpec:
    return PuzzleSpec.load(data.find("puzzles", name)).replace(dpi=40)


SOME = ("rabbit-duck", "pig-peach", "lion-rose", "owl-sailboat", "cat-butterfly", "parachute-balloon", "penguin-whale")  # all of them are `slow`
FEWER = ("pig-peach", "lion-rose", "owl-sailboat", "parachute-balloon", "penguin-whale")  # of these few castings are tried
SPECS = {**DRAWN, **QUICK, **{n: shipped(n).replace(cast=4 if n in FEWER else 0) for n in SOME}}
AT_300_DPI = ("plain", "flat", "mosaic", "stained-glass", "halftone", "engraving")
FILLED = ("plain", "flat", "halftone")  # finishes that are outlines at 40 dpi, where the lines of others are too thin
VECTOR = {"other seed", "svg", *(n for n in SHIPPED if shipped(n).pictures.finish in FILLED)}  # pictures of drawings that are outlines


def hills() -> np.ndarray:
    """A synthetic photograph: soft hills under a sky, with grain."""
    y, x = np.mgrid[:300, :400] / 300
    grain = np.random.default_rng(3).normal(0, 0.04, (300, 400, 1))
    land = (y > 0.5 + 0.15 * np.sin(5 * x))[..., None]
    return _bytes(np.where(land, [0.25, 0.45, 0.2], [0.5, 0.7, 0.95]) * (0.7 + 0.5 * y[..., None]) + grain)


def rings() -> np.ndarray:
    y, x = np.mgrid[:360, :360] / 360 - 0.5
    ring = (np.cos(40 * np.hypot(x, y)) > 0)[..., None]
    return _bytes(np.where(ring, [0.9, 0.8, 0.6], [0.35, 0.1, 0.1]) + np.random.default_rng(4).normal(0, 0.03, (360, 360, 1)))


def _bytes(x: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(x, 0, 1) * 255).astype(np.uint8)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A working folder with pictures; the tests of this file run in it."""
    folder = tmp_path_factory.mktemp("place")
    Image.fromarray(hills()).save(folder / "hills.jpg", quality=92)
    Image.fromarray(rings()).save(folder / "rings.png")
    y, x = np.mgrid[:240, :200]
    disc = np.where(((y - 120) ** 2 + (x - 100) ** 2 < 90**2)[..., None], np.uint8([200, 40, 30, 255]), np.uint8(0))
    Image.fromarray(disc.astype(np.uint8)).save(folder / "cutout.png")
    (folder / "star.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><path fill='#d22' d='M5 0L6.2 4H10L7 6.2L8 10L5 7.6L2 10L3 6.2L0 4H3.8Z'/></svg>"
    )
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.fixture(scope="module")
def jobs(place):
    """name -> future of a Result; all are made at once on two processes, each of which the tests wait for when they need it."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield {name: pool.submit(workshop.make, spec, place / "out" / name.replace(" ", "-")) for name, spec in SPECS.items()}
        pool.shutdown(cancel_futures=True)


@pytest.fixture(scope="module")
def made(jobs):
    return lambda name: jobs[name].result(timeout=600)


@pytest.fixture(scope="module")
def tiny(place, tmp_path_factory) -> Path:
    """A small result of two photographs, made once."""
    return workshop.make(TINY, tmp_path_factory.mktemp("tiny")).folder


@pytest.fixture
def photo(tiny, tmp_path) -> Path:
    """A copy of it of one's own, to be harmed."""
    return shutil.copytree(tiny, tmp_path / "out" / tiny.parent.name / tiny.name)


TINY = PuzzleSpec.of("jigsaw", ("hills.jpg", "rings.png"), grid="2x2", size="60mm", dpi=20, search=0)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# The result folder


@pytest.mark.parametrize("name", SPECS)
def test_a_result_is_whole_and_its_proof_passes(name, made):
    result, spec = made(name), SPECS[name]
    files = {p.name for p in result.folder.iterdir()}
    always = ALWAYS | (LABELS if spec.kind == "jigsaw" else set())
    assert files == (always if name in ("patches", "hybrid") else always | TARGETS | (VECTORS if name in VECTOR else set()))
    assert result.errors == 0 and workshop.findings(result.folder)[1] == 0
    assert not [p for p in result.folder.parent.iterdir() if p.name.startswith(".")]
    facts = json.loads((result.folder / "anagram.json").read_text())
    assert facts["prompts"] == list(spec.pictures.prompts) and facts["kind"] == spec.kind and facts["seed"] == spec.seed


@pytest.mark.parametrize("name", SPECS)
def test_sizes_agree_in_every_file(name, made):
    folder = made(name).folder
    table = json.loads((folder / "arrangement.json").read_text())
    with Image.open(folder / "anagram.png") as printed, Image.open(folder / "seen-2.png") as two:
        size, dpi = printed.size, printed.info["dpi"][0]
        assert two.size == (size[::-1] if SPECS[name].kind == "rotate_90" else size)
    assert np.array(size) / dpi * 25.4 == pytest.approx(table["size_mm"], rel=6e-4)  # PNG holds whole pixels a metre
    assert dpi == pytest.approx(SPECS[name].sheet.dpi, rel=0.12)  # whole pixels a piece
    with pikepdf.open(folder / "print.pdf") as pdf:
        x0, y0, x1, y1 = (float(v) * 25.4 / 72 for v in pdf.pages[0].TrimBox)
        assert (x1 - x0, y1 - y0) == pytest.approx(table["size_mm"], abs=0.02)
    assert len(table["pieces"]) == table["rows"] * table["cols"] and len(table["assemblies"]) == 2
    for kind in ("target-1.png", "target-2.png"):
        if (folder / kind).exists():
            with Image.open(folder / kind) as target, Image.open(folder / kind.replace("target", "seen")) as seen:
                assert target.size == seen.size


@pytest.mark.parametrize("name", ["negate", "rotate_90", "cat-butterfly", "penguin-whale"])
def test_what_a_rigid_view_shows_by_plain_numpy(name, made):
    folder = made(name).folder
    one, two = (np.asarray(Image.open(folder / f)) for f in ("anagram.png", "seen-2.png"))
    moved = {"negate": 255 - one, "rotate_90": np.rot90(one, -1), "flip": one[::-1], "rotate_180": one[::-1, ::-1]}[SPECS[name].kind]
    assert moved.shape == two.shape and np.abs(moved.astype(int) - two).max() <= (1 if name == "negate" else 0)


def put_together(folder: Path, table: dict) -> np.ndarray:
    """Picture 2 from anagram.png and arrangement.json alone: each pixel's centre goes where its piece's matrix sends it."""
    one = np.asarray(Image.open(folder / "anagram.png"))
    h, w = one.shape[:2]
    per_mm = w / table["size_mm"][0]
    y, x = (np.mgrid[:h, :w] + 0.5) / per_mm
    out = np.zeros_like(one)
    for piece in table["pieces"]:
        outline = SvgPath(piece["outline"])
        polygon = shapely.Polygon([(p.x, p.y) for s in list(outline)[1:] for p in map(s.point, np.linspace(0, 1, 24, endpoint=False))])
        inside = shapely.contains_xy(polygon, x, y)
        a, b, c, d, e, f = piece["moves"][1]
        to_x, to_y = a * x[inside] + c * y[inside] + e, b * x[inside] + d * y[inside] + f
        out[np.clip((to_y * per_mm).astype(int), 0, h - 1), np.clip((to_x * per_mm).astype(int), 0, w - 1)] = one[inside]
    return out


@pytest.mark.parametrize("name", ["photographs", "patches", "lion-rose", "cutout"])
def test_pieces_of_the_print_moved_by_arrangement_json_give_picture_two(name, made):
    folder = made(name).folder
    table, two = json.loads((folder / "arrangement.json").read_text()), np.asarray(Image.open(folder / "seen-2.png"))
    agree = (put_together(folder, table) == two).all(-1).mean()
    assert agree > 0.99, agree
    order = [p["moves"] for p in table["pieces"]]
    for piece, moves in zip(table["pieces"], order[1:] + order[:1]):
        piece["moves"] = moves
    assert (put_together(folder, table) == two).all(-1).mean() < agree - 0.1  # the check can fail


# The same again


@pytest.mark.parametrize("name", ["rabbit-duck", "photographs", "turned photographs", "hybrid", "patches"])
def test_a_former_results_puzzle_gives_the_same_bytes(name, made, tmp_path):
    folder = made(name).folder
    again = workshop.make(PuzzleSpec.load(folder / "puzzle.toml"), tmp_path).folder
    first, second = bytes_of(folder), bytes_of(again)
    assert set(first) == set(second) and [n for n in first if first[n] != second[n]] == []
    (again / "anagram.json").write_bytes(second["anagram.json"] + b" ")
    assert bytes_of(again) != first  # the comparison can fail


def test_seeds_give_different_designs(made):
    one, two = (np.asarray(Image.open(made(n).folder / "anagram.png"), float) for n in ("rabbit-duck", "other seed"))
    assert one.shape == two.shape and np.abs(one - two).mean() > 3
    assert made("other seed").folder.name == "1"


# Stages on a finished result


def test_another_sheet_keeps_the_picture(photo):
    before = bytes_of(photo)
    assert workshop.relayout(photo, {"template": "a3"}) == photo
    after = bytes_of(photo)
    changed = {n for n in before if before[n] != after[n]}
    assert set(after) == set(before) and {"puzzle.toml", "print.pdf"} <= changed <= {"puzzle.toml", "print.pdf", "cut.svg", "proof.json", "proof.html"}
    assert PuzzleSpec.load(photo / "puzzle.toml").sheet.template == "a3" and workshop.findings(photo)[1] == 0
    with pikepdf.open(photo / "print.pdf") as pdf:
        assert sorted(float(v) * 25.4 / 72 for v in pdf.pages[0].MediaBox[2:]) == pytest.approx([297, 420], abs=0.1)
    workshop.relayout(photo, {"template": "auto"})
    assert bytes_of(photo) == before


def test_a_sheet_that_is_too_small_is_said_and_changes_nothing(photo):
    before = bytes_of(photo)
    for changes in ({"template": "a99"}, {"machine": "lazer"}):
        with pytest.raises(errors.UnknownName):
            workshop.relayout(photo, changes)
    assert bytes_of(photo) == before


def test_a_proof_can_be_made_again_and_finds_damage(photo):
    before = bytes_of(photo)
    lines, wrong = workshop.reprove(photo)
    assert wrong == 0 and "no errors" in lines[-1] and bytes_of(photo) == before
    Image.fromarray(255 - np.asarray(Image.open(photo / "seen-2.png"))).save(photo / "seen-2.png")
    assert workshop.findings(photo)[1] > 0 and (photo / "proof.json").read_bytes() == before["proof.json"]
    lines, wrong = workshop.reprove(photo)
    assert wrong and "error" in lines[0] and (photo / "proof.json").read_bytes() != before["proof.json"]


@pytest.mark.parametrize("name", sorted(ALWAYS - {"anagram.json", "proof.json", "proof.html", "guide.pdf", "puzzle.toml"}))
@pytest.mark.parametrize("harm", ["absent", "empty", "{"])
def test_a_damaged_result_is_a_finding_or_one_message(photo, name, harm):
    (photo / name).unlink() if harm == "absent" else (photo / name).write_text("" if harm == "empty" else harm)
    try:
        assert workshop.findings(photo)[1] > 0
    except BadValue as error:
        assert str(photo) in str(error)
    if name == "arrangement.json":
        with pytest.raises(BadValue, match="arrangement.json"):
            workshop.relayout(photo, {"template": "a3"})


def test_posters_of_a_result_and_of_a_picture(photo, place, tmp_path):
    of_result, of_picture = poster.poster(photo, "A3"), poster.poster(Path("hills.jpg"), "30x40cm", title="Hills", out=tmp_path / "new" / "hills.pdf")
    assert of_result == photo / "poster.pdf" and of_picture == tmp_path / "new" / "hills.pdf"
    for file, size in ((of_result, (297, 420)), (of_picture, (300, 400))):
        with pikepdf.open(file) as pdf:
            x0, y0, x1, y1 = (float(v) * 25.4 / 72 for v in pdf.pages[0].TrimBox)
            assert (x1 - x0, y1 - y0) == pytest.approx(size, abs=0.1)
    with pytest.raises(BadValue, match="no ground"):
        poster.poster(Path("cutout.png"), "A3")
    assert {p.name for p in of_picture.parent.iterdir()} == {"hills.pdf"}


def test_names_are_plain():
    assert PuzzleSpec.of("jigsaw", ("Horse Face!", "../a/b c.JPG"), grid="3x3").folder == "jigsaw-3x3-horse-face-b-c"
    assert PuzzleSpec.of("rotate_180", ("???", "x" * 300), model="owner/Some Model").folder == f"rotate-180-picture-{'x' * 40}-some-model"


# Whole or absent


def ends_at(stage: str, error: BaseException, monkeypatch, seen=lambda: None):
    def end(*_, **__):
        seen()
        raise error

    monkeypatch.setattr(*CALLED[stage], end)


STOPS = [RuntimeError("a defect"), KeyboardInterrupt(), MemoryError(), OSError(errno.ENOSPC, "No space left on device"), BadValue("x")]


@pytest.mark.parametrize("stage", ["picture", "layout", "prove"])
@pytest.mark.parametrize("error", STOPS, ids=lambda e: type(e).__name__)
def test_a_run_that_stops_leaves_nothing(stage, error, place, tmp_path, monkeypatch):
    ends_at(stage, error, monkeypatch)
    with pytest.raises(RunFailed if isinstance(error, OSError) else type(error)):
        workshop.make(TINY, tmp_path / "new" / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", STOPS, ids=lambda e: type(e).__name__)
def test_an_older_result_stands_until_the_new_one_is_whole(error, photo, monkeypatch):
    before, looked = bytes_of(photo), []
    with monkeypatch.context() as m:
        ends_at("prove", error, m, lambda: looked.append(bytes_of(photo)))
        with pytest.raises(BaseException):
            workshop.make(TINY, photo.parent.parent)
    assert looked == [before] and bytes_of(photo.parent) == {f"0/{n}": b for n, b in before.items()}
    (photo / "seen-2.png").write_bytes(b"older")
    workshop.make(TINY, photo.parent.parent)
    assert bytes_of(photo.parent) == {f"0/{n}": b for n, b in before.items()}  # replaced, and nothing beside it


@pytest.mark.parametrize(
    "name", ["anagram.png", "seen-2.png", "arrangement.json", "puzzle.toml", "cut.svg", "print.pdf", "guide.pdf", "proof.json", "proof.html"]
)
def test_a_disk_that_is_full_at_any_file(name, place, tmp_path, monkeypatch):
    full = fill_at(name, monkeypatch)
    with pytest.raises(RunFailed, match="the disk is full"):
        workshop.make(TINY, tmp_path / "out")
    assert full == [name] and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "run", [lambda f: workshop.relayout(f, {"template": "a3"}), workshop.reprove, lambda f: poster.poster(f, "A3")], ids=["layout", "proof", "poster"]
)
def test_a_disk_that_is_full_for_later_stages(run, photo, monkeypatch):
    before = bytes_of(photo.parent)
    with monkeypatch.context() as m:
        for name in ("proof.html", ".poster.pdf.part"):
            fill_at(name, m)
        with pytest.raises(RunFailed, match="the disk is full"):
            run(photo)
    assert bytes_of(photo.parent) == before
    run(photo)


def fill_at(name: str, monkeypatch) -> list[str]:
    """Half of a file of that name is written, then the disk is full."""
    reached: list[str] = []

    def full(path) -> None:
        if isinstance(path, (str, Path)) and Path(path).name == name:
            reached.append(name)
            with open(path, "wb") as file:
                file.write(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    def wrap(owner, method, path_at):
        real = getattr(owner, method)

        def write(*args, **kwargs):
            full(args[path_at])
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, method, write)

    for owner, method, path_at in ((Path, "write_bytes", 0), (Path, "write_text", 0), (Image.Image, "save", 1)):
        wrap(owner, method, path_at)
    return reached


@pytest.mark.parametrize("code, says", [(errno.EROFS, "read-only"), (errno.EACCES, "no permission"), (errno.EDQUOT, "quota"), (errno.EIO, "error")])
def test_a_place_that_takes_nothing(code, says, place, tmp_path, monkeypatch):
    def refused(self, *_, **__):
        raise OSError(code, os.strerror(code), str(self))

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(RunFailed, match=says):
        workshop.make(TINY, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(place, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunFailed, match="no permission"):
        workshop.make(TINY, tmp_path)
    tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_way_stays(place, tmp_path):
    (tmp_path / "file").write_text("mine")
    for out in ("file", "file/deeper"):
        with pytest.raises(RunFailed, match="a file stands where a folder is needed"):
            workshop.make(TINY, tmp_path / out)
    target = tmp_path / TINY.folder / "0"
    target.parent.mkdir()
    target.write_text("mine too")
    with pytest.raises(RunFailed, match="a file stands"):
        workshop.make(TINY, tmp_path)
    assert bytes_of(tmp_path) == {"file": b"mine", f"{TINY.folder}/0": b"mine too"}


@pytest.mark.parametrize("step", [1, 2])
def test_an_interrupt_in_the_very_last_step_brings_the_older_result_back(step, tmp_path, monkeypatch):
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "file").write_text("older")
    real, calls = Path.rename, []

    def rename(self, to):
        calls.append(to)
        if len(calls) == step:
            raise KeyboardInterrupt
        return real(self, to)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "0") as folder:
        (folder / "file").write_text("newer")
    assert bytes_of(tmp_path) == {"0/file": b"older"} and len(list(tmp_path.iterdir())) == 1


def test_parents_that_others_filled_stay(tmp_path):
    with pytest.raises(ValueError), whole(tmp_path / "a" / "b" / "0"):
        (tmp_path / "a" / "other").write_text("x")
        raise ValueError
    assert bytes_of(tmp_path) == {"a/other": b"x"} and not (tmp_path / "a" / "b").exists()


def test_one_file_is_whole_or_as_before(tmp_path):
    file = tmp_path / "new" / "x.pdf"
    with pytest.raises(KeyboardInterrupt), whole_file(file) as part:
        part.write_text("half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with whole_file(file) as part:
        part.write_text("one")
    with pytest.raises(RunFailed, match="the disk is full"), whole_file(file) as part:
        part.write_text("half")
        raise OSError(errno.ENOSPC, "")
    assert bytes_of(tmp_path) == {"new/x.pdf": b"one"}


# Polished by a model


def test_a_model_takes_up_the_drawn_picture(place, tmp_path):
    """The board, the targets and the detail stay the drawn ones; what changes at the model's size changes more the more steps it has."""
    spec = PuzzleSpec.of("jigsaw", ("hills.jpg", "duck"), grid="3x3", search=0, **SMALL)
    drawn, *polished = (
        Anagram.load(workshop.draw(spec.replace(**some), tmp_path).folder)
        for some in ({}, *({"model": "patches", "steps": 8, "polish": p} for p in (0.2, 0.8)))
    )
    apart = [np.abs(p.pixels.astype(float) - drawn.pixels).mean() for p in polished]
    assert 0.2 < apart[0] < 0.8 * apart[1]
    assert all(np.array_equal(*pair) for p in polished for pair in zip(p.targets, drawn.targets))
    fine = [x.astype(float) - cv2.GaussianBlur(x.astype(np.float32), (0, 0), 1) for x in (drawn.pixels, polished[0].pixels)]
    assert np.corrcoef(fine[0].ravel(), fine[1].ravel())[0, 1] > 0.5
    assert polished[0].facts["way"] == "polished" and polished[0].facts["sampling"]["strength"] == 0.2 and "casting" in polished[0].facts
    assert {p.name for p in tmp_path.iterdir()} == {"jigsaw-3x3-hills-duck", "jigsaw-3x3-hills-duck-patches-polished"}


def test_a_sampled_board_is_fitted(monkeypatch):
    """Both coarse predictions conflict far less on its board than on a random one (a planted fault), and the picture to begin with is near both."""
    from illusionprint.jigsaw import random_arrangement, squares
    from illusionprint.spec import ModelSpec
    from illusionprint.stages import sampling
    from illusionprint.views import apply_view, later_views

    cut = squares(5, 6, 20_000)
    soft = [cv2.GaussianBlur(np.random.default_rng(k).random((60, 60, 3)).astype(np.float32), (0, 0), 10) for k in (0, 1)]
    made = [np.clip((x - x.mean()) / x.std() * 0.2 + 0.5, 0, 1) for x in soft]
    monkeypatch.setattr(sampling, "_painted", lambda model, prompts, views, seed, progress: (made[int(prompts[0])], {}))
    board, start = sampling._fitted(ModelSpec("none"), "jigsaw", ("0", "1"), cut, 0, None)
    a, b = (sampling._up(x, cut.size_px(sampling.COARSE_PX)) for x in made)

    def apart(board):
        return np.mean((apply_view(later_views("jigsaw", 2, board)[0], a) - b) ** 2)

    assert apart(board) < 0.6 * apart(random_arrangement(cut, np.random.default_rng(0)))
    (v,) = later_views("jigsaw", 2, board)
    assert np.mean((start - a) ** 2) < 0.5 * apart(board) and np.mean((apply_view(v, start) - b) ** 2) < 0.5 * apart(board)


@pytest.mark.parametrize("some, says", [({"polish": 0.4}, "name one with --model"), ({"polish": 1.5, "model": "patches"}, "0 .none. to 1")])
def test_what_cannot_be_polished(some, says):
    with pytest.raises(BadValue, match=says):
        PuzzleSpec.of("jigsaw", ("cat", "duck"), **some)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1", "I;16"])
def test_pictures_are_read_as_pillow_reads_them(mode, tmp_path, rng):
    """A lot of rows after the other; planted: a row too few."""
    x = Image.fromarray(rng.integers(0, 255, (601, 7, 3), np.uint8))
    x = Image.fromarray(rng.integers(0, 65535, (601, 7), np.uint16)) if mode == "I;16" else x.convert(mode)
    x.save(tmp_path / "a.png", **({"transparency": 3} if mode == "P" else {}))
    with Image.open(tmp_path / "a.png") as image:
        wanted = np.asarray(image.convert("RGB"))
    found = read_png(tmp_path / "a.png")
    assert found.dtype == np.uint8 and np.array_equal(found, wanted) and not np.array_equal(found[1:], wanted[:-1])


# At full resolution


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["negate", "rotate_90", "rotate_270"])
def test_drawings_under_the_other_views(kind, tmp_path):
    result = workshop.make(PuzzleSpec.of(kind, ("moon", "candle"), **SMALL), tmp_path)
    assert result.errors == 0 and {p.name for p in result.folder.iterdir()} == ALWAYS | TARGETS | VECTORS


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_puzzles_at_full_resolution(name, tmp_path):
    spec = PuzzleSpec.load(data.find("puzzles", name))
    begin = time.perf_counter()
    result = workshop.make(spec, tmp_path)
    print(f"{name}: {time.perf_counter() - begin:.1f} s, {result.errors} errors")
    assert spec.sheet.dpi == 300 and result.errors == 0
    more = {f"{kind}-{k}.png" for kind in ("seen", "target") for k in range(3, len(spec.pictures.prompts) + 1)}
    more |= {f"labels-{k}.csv" for k in range(1, len(spec.pictures.prompts) + 1)} if spec.kind == "jigsaw" else set()
    photographs = any(is_picture(p) for p in spec.pictures.prompts)
    more |= VECTORS if spec.pictures.finish in AT_300_DPI and not photographs else set()
    sheets = len(json.loads((result.folder / "anagram.json").read_text()).get("layers", ()))
    more |= {f"layer-{k}.svg" for k in range(1, sheets + 1)} | {"layers.svg", "layers.pdf"} if spec.pictures.finish == "paper-cut" else set()
    assert {p.name for p in result.folder.iterdir()} == ALWAYS | TARGETS | more and (sheets > 3) == (spec.pictures.finish == "paper-cut")


def test_upright_drawings_are_never_mirrored():
    from illusionprint.door import plan_of
    from illusionprint.stages import casting

    plans = {pose: plan_of(PuzzleSpec.of("jigsaw", ("rabbit", "duck"), grid="2x2", size="80mm", cast=4, pose=pose)) for pose in ("free", "upright")}
    mirrored = {pose: any(p.pose.mirror for c in casting.cast(plan.brief) for p in c.parts) for pose, plan in plans.items()}
    assert mirrored == {"free": True, "upright": False}
