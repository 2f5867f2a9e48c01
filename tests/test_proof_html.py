"""The page to play with: what it holds, and how it behaves in a real browser where there is one."""

import base64
import http.server
import json
import queue
import re
import shutil
import subprocess
import threading
from pathlib import Path

import cv2
import numpy as np
import pytest

from illusionprint import views
from illusionprint.anagram import Anagram, read_png, write_json
from illusionprint.jigsaw import random_arrangement, squares
from illusionprint.layout import choose_sheet, print_sheet
from illusionprint.plugins import load
from illusionprint.proof import Finding, Proof, prove, report, write
from illusionprint.template import Template

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PROMPTS = ("a <b>rabbit</b>", "a duck & </script><script>document.title='broken'</script>")


def make(folder, kind="jigsaw", rows=3, cols=4, prompts=PROMPTS):
    folder.mkdir(exist_ok=True)
    board = random_arrangement(squares(rows, cols, 20000), np.random.default_rng(5)) if kind == "jigsaw" else None
    rng = np.random.default_rng(1)
    pixels = sum(cv2.resize(rng.integers(0, 128, (n, n, 3)).astype(np.float32), (cols * 80, rows * 80), interpolation=cv2.INTER_CUBIC) for n in (4, 12))
    pixels = np.clip(pixels, 0, 255).astype(np.uint8)
    both = [views.view("identity"), views.view(kind, board)]
    turned = np.rint(np.moveaxis(both[1](np.moveaxis(pixels, -1, 0).astype(np.float32)), 0, -1)).astype(np.uint8)
    anagram = Anagram(pixels, (pixels, 255 - pixels if kind == "negate" else turned), 4.0, facts={"prompts": list(prompts)})
    anagram.save(folder)
    names = [{"seen": f"seen-{k}.png", "prompt": p, "view": v} for k, p, v in ((1, prompts[0], "identity"), (2, prompts[1], kind))]
    write_json(folder / "arrangement.json", views.arrangement_table(both, anagram.size_mm, board, names))
    sheet = print_sheet(anagram, board, choose_sheet(anagram.size_mm))
    (folder / "cut.svg").write_bytes(load("export", "svg")(sheet, Template.load("laser", "machine")))
    (folder / "print.pdf").write_bytes(load("export", "pdf")([sheet]))
    proof = prove(folder)
    assert not proof.errors
    write(folder, proof)
    return folder


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return make(tmp_path_factory.mktemp("page"))


def test_files_are_called_by_their_names_alone():
    """A long path was the heading, and pushed the table of figures out of the page."""
    assert report._name({"prompt": "/a/long/way/to/My coins.PNG"}, 1) == "My coins"
    assert report._name({"prompt": "ice cream. soft"}, 1) == "ice cream. soft" and report._name({}, 3) == "picture 3"


def text_of(folder):
    return (folder / "proof.html").read_text(encoding="utf-8")


def data_of(text):
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)[1])


def test_it_needs_nothing_else(result):
    text = text_of(result)
    assert not re.search(r"https?:|@import|<link|<iframe|\bfetch\(|XMLHttpRequest", text)
    sources = re.findall(r'\b(?:src|href)="([^"]*)"', text)
    assert sources and all(s.startswith("data:image/jpeg;base64,") for s in sources)
    assert len(text) < 3_000_000 and "{{" not in text.replace(report._file("page.js"), "")


def test_it_tells_the_thinnest_place_and_the_ways_that_were_counted(result):
    told = json.loads((result / "proof.json").read_text(encoding="utf-8"))["figures"]["thinnest"]
    assert f"<dt>thinnest place of a piece</dt><dd>{told['width_mm']:.2f} mm, in {told['piece']}</dd>" in text_of(result) and "ways to close" not in text_of(
        result
    )
    for found, says in (((3, True), "3, counted to the end"), ((2, False), "2 or more")):
        figures = {"thinnest": {"width_mm": 1.5, "piece": "<i>"}, "solutions": dict(zip(("counted", "finished"), found))}
        assert dict(report._sheet_rows(figures)) == {"thinnest place of a piece": "1.50 mm, in &lt;i&gt;", "ways to close the board": says}


def test_words_are_escaped(result):
    text = text_of(result)
    assert "<b>rabbit" not in text and text.count("<script") == 2
    assert data_of(text)["names"] == list(PROMPTS)


def test_pictures_keep_within_their_size():
    noise = np.random.default_rng(0).integers(0, 256, (1400, 1400, 3)).astype(np.uint8)
    for longest, most in ((report.ART_PX, report.ART_BYTES), (report.STILL_PX, report.STILL_BYTES)):
        data = base64.b64decode(report._jpeg(noise, longest, most).split(",")[1])
        assert len(data) <= most and max(cv2.imdecode(np.frombuffer(data, np.uint8), 1).shape) == longest


def test_alike_outlines_are_held_once(result):
    """At most 4 turns of each class of congruent pieces."""
    data, board = data_of(text_of(result)), squares(3, 4, 20000)
    assert len(data["pieces"]) == 12
    assert len(data["shapes"]) == len({tuple(w) for w in board.words.tolist()})


def test_places_are_the_moves(result):
    data, table = data_of(text_of(result)), json.loads((result / "arrangement.json").read_text())
    for (_, x, y, name, places), piece in zip(data["pieces"], table["pieces"]):
        assert name == piece["id"]
        for (px, py, turn, hand), (a, b, c, d, e, f) in zip(places, piece["moves"]):
            assert (px / 100 + 40, py / 100 + 30) == pytest.approx((a * x / 100 + c * y / 100 + e, b * x / 100 + d * y / 100 + f), abs=0.011)
            assert np.exp(1j * np.radians(turn)) == pytest.approx(a + 1j * b, abs=1e-3) and hand == 1


def test_a_flip_is_a_mirror(tmp_path):
    data = data_of(text_of(make(tmp_path / "flip", "flip")))
    assert data["pieces"][0][4] == [[0, 0, 0.0, 1], [0, 0, 0.0, -1]]


def test_findings_stand_at_the_top(tmp_path):
    bad = Finding("PIECE_SHAPE", "error", "Piece <r1c1> is bent.", (1.0, 2.0))
    text = report.page(tmp_path, Proof((bad, Finding("SCALE", "warning", "no line."))))
    assert "1 error, 1 remark" in text and "Piece &lt;r1c1&gt; is bent." in text and 'class="verdict bad"' in text
    assert "<canvas" not in text and 'class="verdict ok"' in report.page(tmp_path, Proof(()))


# -- in a browser ----------------------------------------------------------------------------------------------------------

SCRIPT = """<script>
(async () => {
  const root = document.documentElement, out = {frames: {}, errors: []};
  addEventListener("error", e => out.errors.push(e.message));
  const frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const rest = ms => new Promise(done => setTimeout(done, ms)), slider = document.getElementById("time");
  for (let k = 0; k < 100 && !root.dataset.ready; k++) await rest(50);
  for (const t of ["0", "0.5", "1"]) { location.hash = "t=" + t; for (let k = 0; k < 100 && slider.value !== t; k++) await rest(20); await frame(); out.frames[t] = document.getElementById("stage").toDataURL(); }
  const key = (what, name) => what.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true}));
  key(slider, "ArrowLeft"); out.left = +slider.value;
  document.querySelector("#ends button").click(); out.end = +slider.value; out.text = slider.getAttribute("aria-valuetext");
  key(document.body, " "); out.pressed = document.getElementById("play").getAttribute("aria-pressed");
  for (let k = 0; k < 200 && !+slider.value; k++) { await rest(20); await frame(); }
  out.played = +slider.value; key(document.body, " ");
  out.title = document.title; out.wide = root.scrollWidth <= innerWidth;
  await fetch("/out", {method: "POST", body: JSON.stringify(out)});
})();
</script>"""


def browse(page: Path, folder: Path, *flags: str):
    """What SCRIPT reports of the page in a real browser. The page is served here and the report sent back: on this machine alone."""
    text, reports = page.read_text(encoding="utf-8").replace("</body>", SCRIPT + "</body>").encode(), queue.Queue()

    class Here(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text if self.path == "/" else b"")

        def do_POST(self):
            reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder.mkdir()
    with open(folder / "log", "w+") as log:
        run = subprocess.Popen(
            [
                BROWSER,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                f"--user-data-dir={folder / 'profile'}",
                "--enable-logging=stderr",
                "--window-size=900,800",
                *flags,
                f"http://127.0.0.1:{server.server_port}/",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            report = reports.get(timeout=60)
        finally:
            run.terminate()
            run.wait(20)
            server.shutdown()
            server.server_close()
    console = [line for line in (folder / "log").read_text().splitlines() if "CONSOLE" in line and "favicon" not in line]
    return report | {"console": console}


def board_in(frame: str, size_mm) -> np.ndarray:
    """The board's part of the canvas: it lies in the middle, with a rim of 0.12 (sheets 0.09) of its longer side at least."""
    shot = cv2.imdecode(np.frombuffer(base64.b64decode(frame.split(",")[1]), np.uint8), 1)[..., ::-1]
    rim = 0.24 * max(size_mm)
    scale = min(shot.shape[1] / (size_mm[0] + rim), shot.shape[0] / (size_mm[1] + rim))
    w, h = (round(v * scale) for v in size_mm)
    y, x = (shot.shape[0] - h) // 2, (shot.shape[1] - w) // 2
    return shot[y : y + h, x : x + w]


def likeness(frame, seen):
    """Correlation of a frame's board with a picture, both blurred, so that seams matter little."""
    shot = board_in(frame, (80.0, 60.0))
    both = [cv2.GaussianBlur(v.astype(np.float32), (0, 0), 3).ravel() for v in (shot, cv2.resize(seen, shot.shape[1::-1], interpolation=cv2.INTER_AREA))]
    return float(np.corrcoef(*both)[0, 1])


@pytest.mark.skipif(not BROWSER, reason="no Chromium here")
def test_the_player_shows_both_pictures(result, tmp_path):
    seen = [read_png(result / f"seen-{k}.png") for k in (1, 2)]
    out = browse(result / "proof.html", tmp_path / "browser")
    assert out["errors"] == out["console"] == [] and out["title"] != "broken" and out["wide"]
    assert likeness(out["frames"]["0"], seen[0]) > 0.97 and likeness(out["frames"]["1"], seen[1]) > 0.97
    assert likeness(out["frames"]["1"], seen[0]) < 0.7 and likeness(out["frames"]["0.5"], seen[1]) < 0.7  # the measure can fail
    assert out["left"] == pytest.approx(0.98) and out["end"] == 0 and out["text"] == PROMPTS[0]
    assert out["pressed"] == "true" and 0 < out["played"] < 1


@pytest.mark.skipif(not BROWSER, reason="no Chromium here")
def test_no_motion_for_those_who_want_none(result, tmp_path):
    out = browse(result / "proof.html", tmp_path / "browser", "--force-prefers-reduced-motion")
    assert out["errors"] == out["console"] == [] and out["pressed"] == "false" and out["played"] == 1
