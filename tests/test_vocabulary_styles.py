"""Styles by rule, styles that the user adds, published sets through npm (a stand-in here: no network), and cut-out photographs."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import re
import tarfile
import time
import xml.etree.ElementTree as xml
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from illusionprint import vocabulary
from illusionprint.cli import main
from illusionprint.errors import BadValue, Missing, RunFailed, UnknownName
from illusionprint.vocabulary import (
    Cutout,
    Drawing,
    Photo,
    _icon_sets,
    _segmentation,
    _styles,
    _svg_outlines,
    add_folder,
    add_icon_set,
    extract_subject,
    find,
    load_style,
    subjects,
)
from illusionprint.vocabulary._flat_shapes import flat_shapes, hex_colour, luminance
from illusionprint.vocabulary.duotone import _tones
from illusionprint.vocabulary.flat import _few, _lab
from illusionprint.vocabulary.twemoji import Twemoji

RULED = ("ink", "outline", "duotone", "flat")
SOME = subjects()[::41]
DISC = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="30" fill="#08f"/></svg>'


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch) -> Path:
    """The user's data folder, empty."""
    monkeypatch.setattr(_styles, "styles_folder", lambda: tmp_path / "data" / "styles")
    return tmp_path / "data" / "styles"


def alone(svg: str, margin: float = 1 / 15, size: int = 96) -> np.ndarray:
    return Drawing("", "", "", "", svg, margin).rgba((size, size))


def on_white(rgba: np.ndarray) -> np.ndarray:
    return rgba[..., :3] + 1 - rgba[..., 3:]


def rms(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.sqrt(((a - b) ** 2).mean()))


# Styles by rule


def rebuilt(svg: str, fault: str = "") -> str:
    d = flat_shapes(svg)
    order = d.shapes[::-1] if fault == "order" else d.shapes
    return d.svg("".join(s.drawn("888888" if fault == "colour" else s.fill) for s in order))


def test_a_drawing_taken_apart_and_put_together_is_the_same():
    differ = [s.name for s in SOME if rms(alone(rebuilt(Twemoji().svg(s.code))), alone(Twemoji().svg(s.code))) > 0.004]
    assert differ == []
    owl = Twemoji().svg("1F989")
    assert rms(alone(rebuilt(owl, "order")), alone(owl)) > 0.05 and rms(alone(rebuilt(owl, "colour")), alone(owl)) > 0.05


def test_what_groups_pass_on():
    d = flat_shapes(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20"><g fill="#F00" opacity=".5" transform="translate(1 2)"><g transform="scale(2)">'
        '<circle cx="1" cy="1" r="1"/></g><path fill="#00f" opacity=".5" d="M0 0H5V4Z"/></g><ellipse cx="5" cy="5" rx="1" ry="2"/></svg>'
    )
    assert d.box == (0, 0, 10, 20) and [s.fill for s in d.shapes] == ["ff0000", "0000ff", "000000"]
    assert [s.opacity for s in d.shapes] == [0.5, 0.25, 1] and 'transform="translate(1 2) scale(2)"' in d.shapes[0].geometry
    assert [s.area for s in d.shapes] == pytest.approx([4 / 200, 20 / 200, 8 / 200])


@pytest.mark.parametrize("name", RULED)
def test_a_style_by_rule_draws_every_subject_and_says_that_it_was_adapted(name):
    style = load_style(name)
    assert style.licence == Twemoji.licence and "adapted" in style.credit and "Twitter" in style.credit
    assert _styles.drawing_count(style) == len(subjects())
    for s in SOME:
        a = alone(style.svg(s.code), style.margin)
        assert 0.02 < a[..., 3].mean() < 0.95 and not (a[[0, -1]].any() or a[:, [0, -1]].any()), s.name
    assert style.svg("1F999-1F999") is None


@pytest.mark.parametrize("name", RULED)
def test_a_style_by_rule_keeps_the_silhouette(name):
    """What was covered stays so, and grows by no more than the style's line."""
    style = load_style(name)
    wide = {"ink": 1 / 21, "outline": 1 / 22}.get(name, 0.0) / 2 * (1 - 2 * Twemoji.margin) * 96
    for s in SOME[::3]:
        before, after = (alone(x.svg(s.code))[..., 3] > 0.5 for x in (Twemoji(), style))
        grown = grow(before, math.ceil(wide) + 1)
        assert (after & ~grown).sum() == 0, s.name
        assert (before & ~after).mean() < (0.02 if name == "flat" else 0.001), s.name
        assert wide == 0 or (after & ~before).any()
    assert (alone(load_style("outline").svg("1F989"))[..., 3] > 0.5)[~grow(alone(Twemoji().svg("1F989"))[..., 3] > 0.5, 0)].any()


def grow(mask: np.ndarray, px: int) -> np.ndarray:
    import cv2

    return cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1))) > 0 if px else mask


def test_ink_is_black_and_white_and_outline_is_dark_at_the_rim():
    for s in SOME[::3]:
        colours = set(re.findall(r'(?:fill|stroke)="#(\w+)"', load_style("ink").svg(s.code)))
        assert colours <= {"16181d", "ffffff"}, s.name
    owl = alone(load_style("outline").svg("1F989"))
    rim = (owl[..., 3] > 0.99) & ~(alone(Twemoji().svg("1F989"))[..., 3] > 0.01)
    assert rim.sum() > 50 and owl[rim][:, :3].max() < 0.25
    assert alone(Twemoji().svg("1F989"))[..., :3][rim].max() == 0  # the plain drawing has nothing there


def test_duotone_has_two_inks_and_keeps_the_order_of_lightness():
    d, style = flat_shapes(Twemoji().svg("1F989")), load_style("duotone")
    to = {s.fill: t.fill for s, t in zip(d.shapes, flat_shapes(style.svg("1F989")).shapes)}
    ranked = sorted(to, key=luminance)
    assert [luminance(to[c]) for c in ranked] == sorted(luminance(c) for c in to.values()) and len(set(to.values())) == len(to)
    inks = np.array([[0x1F, 0x2A, 0x55], [0xF2, 0x6B, 0x4E], [0xFF, 0xF0, 0xD6]], float)
    for colour in to.values():
        c = np.array([int(colour[i : i + 2], 16) for i in (0, 2, 4)], float)
        assert min(from_line(c, inks[0], inks[1]), from_line(c, inks[1], inks[2])) < 1
    assert min(from_line(np.array([0, 255, 0.0]), inks[k], inks[k + 1]) for k in (0, 1)) > 100


def from_line(c: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    t = np.clip((c - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
    return float(np.linalg.norm(c - a - t * (b - a)))


@given(st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=12, unique=True))
def test_tones_are_different_and_rising(values):
    tones = list(_tones(sorted((f"{v:06x}" for v in values), key=luminance)).values())
    assert all(0 <= t <= 1 for t in tones) and all(b > a for a, b in zip(tones, tones[1:]))


@settings(max_examples=30)
@given(st.lists(st.integers(0, 0xFFFFFF), min_size=1, max_size=10, unique=True))
def test_few_colours_are_the_drawings_own_and_not_alike(values):
    area = {f"{v:06x}": float(k + 1) for k, v in enumerate(values)}
    to = _few(area)
    kept = set(to.values())
    assert set(to) == set(area) and kept <= set(area) and all(to[c] == c for c in kept)
    assert all(math.dist(_lab(a), _lab(b)) > 14 for a in kept for b in kept if a != b)


@settings(max_examples=40)
@given(st.integers(0, 0xFFFFFF))
def test_lab_is_scikit_images(value):
    """OpenCV approximates, and is off by up to 0.43."""
    from skimage.color import rgb2lab

    rgb = np.array([[[value >> 16, value >> 8 & 255, value & 255]]]) / 255
    assert _lab(f"{value:06x}") == pytest.approx(rgb2lab(rgb)[0, 0], abs=0.05)


def test_colours_as_files_write_them():
    assert [hex_colour(c) for c in ("#FFF", "#a1B2c3", "white", "none")] == ["ffffff", "a1b2c3", "ffffff", ""]


def test_flat_never_has_more_colours_or_shapes_and_often_fewer():
    before, after = ([flat_shapes(x.svg(s.code)).shapes for s in SOME] for x in (Twemoji(), load_style("flat")))
    colours = [(len({x.fill for x in a}), len({x.fill for x in b})) for a, b in zip(before, after)]
    assert all(len(b) <= len(a) for a, b in zip(before, after)) and all(b <= a for a, b in colours)
    assert sum(b < a for a, b in colours) > len(SOME) / 4


# The one-colour font


def test_noto_line_draws_the_fonts_outlines():
    """Oracle: FreeType's rendering of the same glyph by Pillow."""
    pytest.importorskip("manimgx_fonts")
    from importlib.resources import files

    import cv2
    from PIL import ImageDraw, ImageFont

    style, font = load_style("noto_line"), ImageFont.truetype(str(files("manimgx_fonts") / "NotoEmoji[wght].ttf"), 512)

    def freetype(code: str) -> np.ndarray:
        page = Image.new("L", (900, 900), 255)
        ImageDraw.Draw(page).text((150, 150), chr(int(code, 16)), font=font, fill=0)
        return cropped(1 - np.asarray(page, np.float32) / 255)

    codes = ("1F989", "26F5", "1F430", "2615")
    ours = [cropped(1 - on_white(alone(style.svg(c), 0.0, 640))[..., 0]) for c in codes]
    theirs = [freetype(c) for c in codes]
    error = [[rms(cv2.resize(a, b.shape[::-1], interpolation=cv2.INTER_AREA), b) for b in theirs] for a in ours]
    assert _styles.drawing_count(style) > 1200
    assert max(error[k][k] for k in range(4)) < 0.2 and min(error[i][k] for i in range(4) for k in range(4) if i != k) > 0.4


def cropped(ink: np.ndarray) -> np.ndarray:
    return ink[np.ix_(ink.max(1) > 0.1, ink.max(0) > 0.1)]


def test_noto_line_has_sequences_and_an_opaque_body():
    pytest.importorskip("manimgx_fonts")
    style = load_style("noto_line")
    assert style.svg("1F43B-200D-2744-FE0F") != style.svg("1F43B") and style.svg("1F989-1F989") is None
    a = alone(style.svg("1F43B"), style.margin)
    inside = a[48, 40:56]
    assert (inside[:, 3] == 1).all() and inside[:, :3].max() == 1  # white, not see-through


def test_noto_line_without_its_font_says_what_to_install(monkeypatch):
    import sys

    from illusionprint.vocabulary import noto_line

    monkeypatch.setitem(sys.modules, "manimgx_fonts", None)
    noto_line._font.cache_clear()
    with pytest.raises(Missing, match=r"illusionprint\[noto\]"):
        find("duck", ("noto_line",))
    noto_line._font.cache_clear()


@pytest.mark.parametrize("name", [*RULED, "noto_line"])
def test_every_style_has_vectors(name):
    """The reader of outlines knows all that the styles are made of."""
    if name == "noto_line":
        pytest.importorskip("manimgx_fonts")
    style = load_style(name)
    for s in SOME[::6]:
        d = Drawing(s.name, name, "", "", style.svg(s.code), style.margin)
        assert _svg_outlines.svg_outlines(d, vocabulary.Pose(), (100.0, 100.0), 0.05).children, s.name


# Words choose a style


@pytest.mark.parametrize(
    "word, rest, style",
    [
        ("an ink drawing of an owl", "an owl", "ink"),
        ("a line drawing of a cat", "a cat", "ink"),
        ("flat owl", "owl", "flat"),
        ("duotone sailboat", "sailboat", "duotone"),
        ("outline of a duck", "a duck", "outline"),
        ("a drawing of a horse", "a horse", None),
        ("flat shoe", "flat shoe", None),
        ("owl", "owl", None),
        ("ink zzyzx", "ink zzyzx", None),
        ("Ink Owl", "owl", "ink"),
    ],
)
def test_style_words(word, rest, style):
    assert vocabulary.split_style(word) == (rest, style)
    if "zzyzx" not in word:
        assert [d.style for d in find(word, ("twemoji",))] == [style or "twemoji"] and find(word)[0].subject == vocabulary.lookup(rest).name


# The user's own folder


def own(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", " ").replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def png(alpha: bool = True) -> bytes:
    a = np.zeros((40, 60, 4), np.uint8)
    a[5:35, 10:50] = (200, 30, 30, 255)
    if not alpha:
        a[..., 3] = 255
    out = io.BytesIO()
    Image.fromarray(a).save(out, "PNG")
    return out.getvalue()


def test_a_folder_becomes_a_style(tmp_path, home):
    folder = own(tmp_path / "My Shapes", owl_svg=DISC, my__logo_png=png(), notes_txt="not a drawing")
    assert add_folder(folder, "CC0") == ("my_shapes", 2) and "my_shapes" in vocabulary.styles()
    (owl,) = find("a small owl", ("my_shapes",))
    assert isinstance(owl, Drawing) and owl.licence == "CC0" and "my_shapes" in owl.credit and owl.subject == "owl"
    assert rms(owl.rgba((64, 64)), alone(DISC, 0.0, 64)) < 1e-6
    (logo,) = find("My logo", ("twemoji", "my_shapes"))
    assert (
        isinstance(logo, Cutout)
        and logo.style == "my_shapes"
        and logo.subject == "my logo"
        and logo.rgba((60, 60))[30, 30, 0] == pytest.approx(200 / 255, abs=0.01)
    )
    assert [d.style for d in find("owl", ("twemoji", "my_shapes"))] == ["twemoji", "my_shapes"]
    with pytest.raises(Missing, match="'duck' in my_shapes"):
        find("duck", ("my_shapes",))
    (folder / "owl.svg").write_text(DISC.replace("#08f", "#f00"))
    add_folder(folder, "CC0")  # again: the new one takes its place
    assert find("owl", ("my-shapes",))[0].rgba((64, 64))[32, 32, 0] == 1 and [p.name for p in home.iterdir()] == ["my_shapes"]


@pytest.mark.parametrize(
    "files, options, says",
    [
        ({}, {}, "holds 0 SVG or PNG"),
        ({"readme_txt": "no"}, {}, "holds 0"),
        ({"owl_svg": DISC, "duck_svg": "<svg"}, {}, "duck.svg' as SVG"),
        ({"owl_svg": DISC, "duck_png": b"no"}, {}, "duck.png' as a picture"),
        ({"owl_png": png(False)}, {}, "no transparency"),
        ({"owl_svg": DISC, "Owl_png": png()}, {}, "same subject"),
        ({"owl_svg": DISC}, {"licence": " "}, "--licence"),
        ({"owl_svg": DISC}, {"name": "twemoji"}, "taken"),
        ({"owl_svg": DISC}, {"name": "noto"}, "taken"),
        ({"owl_svg": DISC}, {"name": "../x"}, "name is letters"),
        ({"owl_svg": DISC + " " * 5_000_000}, {}, "bytes"),
    ],
)
def test_a_folder_that_is_refused_leaves_nothing(tmp_path, home, files, options, says):
    with pytest.raises(BadValue, match=re.escape(says)):
        add_folder(own(tmp_path / "mine", **files), **{"licence": "CC0", **options})
    assert not home.exists() or not list(home.iterdir())


def test_no_such_folder(tmp_path):
    with pytest.raises(BadValue, match="no folder"):
        add_folder(tmp_path / "absent", "CC0")


def test_a_full_disk_leaves_the_older_style(tmp_path, home, monkeypatch):
    add_folder(own(tmp_path / "mine", owl_svg=DISC), "CC0")
    real = Path.write_bytes
    monkeypatch.setattr(Path, "write_bytes", lambda self, data: (_ for _ in ()).throw(OSError("no space")) if ".adding" in str(self) else real(self, data))
    with pytest.raises(RunFailed, match="no space"):
        add_folder(own(tmp_path / "mine", owl_svg=DISC.replace("30", "40")), "CC0")
    assert [p.name for p in home.iterdir()] == ["mine"] and find("owl", ("mine",))[0].svg == DISC


def test_an_altered_or_damaged_style_is_refused(tmp_path, home):
    add_folder(own(tmp_path / "mine", owl_svg=DISC), "CC0")
    drawing = next((home / "mine").glob("*.svg"))
    drawing.write_text(DISC.replace("#08f", "#f00"))
    with pytest.raises(Missing, match="not what was added"):
        find("owl", ("mine",))
    (home / "mine" / "style.json").write_text("{")
    with pytest.raises(Missing, match="damaged"):
        find("owl", ("mine",))
    assert any(row[0] == "mine" and "damaged" in row[3] for row in vocabulary.style_table())


@pytest.mark.parametrize(
    "licence, asks",
    [
        ("CC-BY-SA-4.0", True),
        ("Creative Commons ShareAlike", True),
        ("GPL-3.0", True),
        ("LGPL", True),
        ("CC-BY-4.0", False),
        ("MIT", False),
        ("all rights mine", False),
        ("USA public domain", False),
        ("OFL-1.1", False),
    ],
)
def test_which_licences_are_share_alike(licence, asks):
    assert vocabulary.is_share_alike(licence) is asks


# Published sets, through a stand-in for npm

ICONS = {
    "prefix": "x",
    "width": 10,
    "height": 10,
    "icons": {
        "duck": {"body": '<path fill="#0f0" d="M0 0h10v10H0z"/>'},
        "owl": {"body": '<path fill="#00f" d="M0 0h20v10H0z"/>', "width": 20},
        "blackspadesuit": {"body": '<path d="M0 0h10v10H0z"/>'},
    },
    "aliases": {"sailboat": {"parent": "duck"}, "rabbit": {"parent": "duck", "hFlip": True}, "cat": {"parent": "no"}},
}


def archive(path: Path, text: str = json.dumps(ICONS), member: str = "package/icons.json") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        info = tarfile.TarInfo(member)
        info.size = len(text.encode())
        tar.addfile(info, io.BytesIO(text.encode()))
    return path


def sri(path: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


@pytest.fixture
def npm(tmp_path, monkeypatch) -> Path:
    """A program `npm` that packs a tiny set, whose hash is pinned; it writes down how it was called."""
    made = archive(tmp_path / "set.tgz")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "npm").write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/calls\n/bin/cp {made} x-1.0.0.tgz\n')
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    for key, one in _icon_sets.icon_sets().items():
        monkeypatch.setitem(_icon_sets.icon_sets(), key, _icon_sets.IconSet(one.style, one.package, sri(made), one.licence, one.credit, one.cast))
    return tmp_path


def test_icons_of_a_set(tmp_path):
    found = _icon_sets.icon_svgs(archive(tmp_path / "a.tgz"))
    assert set(found) == {"1F986", "1F989", "26F5", "2660-FE0F"}  # an alias that turns, and one without a parent, are left out
    duck, owl = (alone(found[c], 0.0) for c in ("1F986", "1F989"))
    assert duck[..., 3].mean() == 1 and owl[..., 3].mean() == pytest.approx(0.5, abs=0.02) and found["26F5"] == found["1F986"]
    for svg in found.values():
        xml.fromstring(svg)


def test_a_set_through_npm(npm, home):
    assert add_icon_set("noto") == ("noto", 4) and "noto" in vocabulary.styles()
    usual = "--loglevel=error --ignore-scripts --fetch-retry-mintimeout=500 --fetch-retry-maxtimeout=1000"
    assert (npm / "calls").read_text().splitlines() == [
        f"view {usual} --fetch-retries=0 --fetch-timeout=15000 @iconify-json/noto@1.2.9 dist.tarball",
        f"pack {usual} --fetch-retries=1 @iconify-json/noto@1.2.9",
    ]
    (duck,) = find("duck", ("noto",))
    assert (duck.style, duck.licence) == ("noto", "Apache-2.0") and "Google" in duck.credit and duck.rgba((32, 32))[16, 16, 1] == 1
    assert add_icon_set("flat")[0] == add_icon_set("fluent-flat")[0] == "fluent_flat"
    assert {p.name for p in home.iterdir()} == {"noto", "fluent_flat"}


def test_the_held_out_style_is_never_cast(npm):
    add_icon_set("fxemoji")
    assert "fxemoji" not in vocabulary.styles() and load_style("fxemoji").svg("1F986")
    with pytest.raises(UnknownName, match="fxemoji"):
        find("duck", ("fxemoji",))
    assert ("fxemoji", 4, "Apache-2.0", "installed; for measuring, never cast") in vocabulary.style_table()


def test_a_set_that_is_not_the_pinned_one(npm, home):
    archive(npm / "set.tgz", json.dumps({**ICONS, "width": 11}))
    with pytest.raises(RunFailed, match="not the file that was pinned"):
        add_icon_set("noto")
    assert not home.exists()


@pytest.mark.parametrize(
    "text, member", [("{", "package/icons.json"), ("{}", "package/icons.json"), ("[]", "package/icons.json"), ("{}", "package/other.json")]
)
def test_a_set_that_cannot_be_read(tmp_path, text, member):
    with pytest.raises(RunFailed, match="no icon set"):
        _icon_sets.icon_svgs(archive(tmp_path / "a.tgz", text, member))
    (tmp_path / "b.tgz").write_bytes(b"cut off")
    with pytest.raises(RunFailed, match="no icon set"):
        _icon_sets.icon_svgs(tmp_path / "b.tgz")


def test_npm_missing_failing_and_a_set_unknown(npm, home, monkeypatch):
    for script, says in (
        ("echo 'network unreachable' >&2\nexit 1", "network unreachable"),
        (
            "echo 'npm error code X' >&2\necho 'npm error FetchError: request to x failed, reason: refused' >&2\nexit 1",
            "bring .*: request to x failed, reason: refused. Is this machine online",
        ),
        (
            "echo 'npm error code X\nnpm error errno X\nnpm error network timeout at: there' >&2\nexit 1",
            "bring .*: network timeout at: there. Is this machine online",
        ),
        ("exit 0", "it said nothing. Is this"),
        ("exit 1", "it said nothing. Is this"),
    ):
        (npm / "bin" / "npm").write_text(f"#!/bin/sh\n{script}\n")
        with pytest.raises(RunFailed, match=says):
            add_icon_set("noto")
    monkeypatch.setenv("PATH", str(npm / "nothing"))
    with pytest.raises(Missing, match="npm, which is not on the PATH"):
        add_icon_set("noto")
    with pytest.raises(UnknownName, match="did you mean 'noto'"):
        add_icon_set("notto")
    assert not home.exists()


def test_a_registry_that_does_not_answer_is_said_soon_and_a_slow_download_is_waited_for(npm, home, monkeypatch):
    """npm is asked a question first, whose answer has FIRST_S seconds (npm's own limit, and twice as long by the clock); what takes longer to come than that is waited for."""
    monkeypatch.setattr(_icon_sets, "FIRST_S", 0.15)
    whole = (npm / "bin" / "npm").read_text()
    (npm / "bin" / "npm").write_text("#!/bin/sh\nexec /bin/sleep 20\n")
    begin = time.monotonic()
    with pytest.raises(RunFailed, match="not done after 0.3 s. Is this machine online"):
        add_icon_set("noto")
    assert time.monotonic() - begin < 5 and not home.exists()
    (npm / "bin" / "npm").write_text(whole + 'test "$1" = view || /bin/sleep 0.5\n')
    assert add_icon_set("noto") == ("noto", 4)


def test_pinned_versions_and_hashes_are_exact():
    for one in _icon_sets.icon_sets().values():
        assert re.fullmatch(r"@iconify-json/[a-z0-9-]+@\d+\.\d+\.\d+", one.package) and len(base64.b64decode(one.integrity.removeprefix("sha512-"))) == 64
    assert len({s.integrity for s in _icon_sets.icon_sets().values()}) == len(_icon_sets.icon_sets()) and [
        k for k, s in _icon_sets.icon_sets().items() if not s.cast
    ] == ["fxemoji"]


# Commands


def call(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, words)
    return done.exit_code, done.output


def test_commands(tmp_path, npm):
    status, said = call("vocabulary", "list")
    assert status == 0 and re.search(r"ink +1,278 +CC-BY-4.0 +installed", said) and "illusionprint vocabulary add noto-v1" in said
    status, said = call("vocabulary", "add", "noto", "emojione")
    assert status == 0 and "noto: 4 drawings" in said and "--style emojione" in said
    status, said = call("vocabulary", "add", str(own(tmp_path / "mine", owl_svg=DISC)), "--licence", "CC-BY-SA-4.0")
    assert status == 0 and re.search(r"mine +1 +CC-BY-SA-4.0 +installed", call("vocabulary", "list")[1])
    assert call("draw", "flip", "owl", "duck", "--style", "mine")[0] == 2  # share-alike was not admitted
    assert call("vocabulary", "add", "noto", "emojione", "--name", "x")[0] == 2 and call("vocabulary", "add", str(tmp_path / "no"))[0] == 2


# A photograph as a subject


def ball(ground: float = 0.15) -> tuple[Photo, np.ndarray]:
    """A textured ball on a textured ground, and its mask."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:240, :360]
    mask = (x - 190) ** 2 + (y - 110) ** 2 < 70**2
    rgb = np.full((240, 360, 3), (0.35, 0.55, 0.8), np.float32) + 0.06 * rng.standard_normal((240, 360, 3)).astype(np.float32)
    rgb[mask] = (0.85, 0.35, 0.1) + ground * np.sin(x[mask] / 9.0)[:, None] * (1, 1, 1)
    return Photo("ball", np.clip(rgb, 0, 1).astype(np.float32)), mask


def overlap(alpha: np.ndarray, mask: np.ndarray) -> float:
    return float(((alpha > 0.5) & mask).sum() / ((alpha > 0.5) | mask).sum())


def test_cut_out_finds_the_subject(tmp_path):
    photo, mask = ball()
    cut = extract_subject(photo, tmp_path / "mask.png")
    alpha = cut.pixels[..., 3]
    assert isinstance(cut, Cutout) and cut.subject == "ball" and cut.pixels.shape == (240, 360, 4) and cut.pixels.dtype == np.float32
    assert overlap(alpha, mask) > 0.96 and overlap(np.roll(alpha, 12, 1), mask) < 0.9
    assert (cut.pixels[..., :3] <= alpha[..., None] + 1e-6).all() and np.abs(cut.pixels[110, 190, :3] - photo.rgb[110, 190]).max() < 1e-6
    assert np.array_equal(np.asarray(Image.open(tmp_path / "mask.png")), np.rint(alpha * 255).astype(np.uint8))
    _segmentation._grabcut.cache_clear()  # found anew
    assert np.array_equal(extract_subject(photo).pixels, cut.pixels)


def test_cut_out_of_a_picture_with_nothing_on_it():
    with pytest.raises(BadValue, match="stands out"):
        extract_subject(Photo("plain", np.full((120, 120, 3), 0.5, np.float32)))
