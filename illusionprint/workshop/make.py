"""The main job: picture, layout, proof, in one folder."""
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__, plugins, views
from ..anagram import Anagram, write_json
from ..blend import finishes
from ..blend.composite import white_outside, to_uint8
from ..blend.photos import Crop
from ..casting import parse_ground
from ..errors import BadValue, UnknownName
from ..jigsaw import Arrangement, Cut, Mesh, board, mesh, squares, three
from ..jigsaw.solve import bare_twins
from ..spec import PuzzleSpec, Template
from ..units import fmt_size, length_mm, px, size_mm
from ..vocabulary import check_licences, check_svg
from .memory import give_back
from .pieces import with_grid
from .result import Result, name_of, whole

if TYPE_CHECKING:
    from ..proof import Proof
    from .drawn import Drawn

Progress = Callable[[int, int, str], None] | None
DEFAULT_MM = 200.0
LEAST_MM = 20.0  # of a picture's side
CARDS = ("rotate_180", "flip")
MOST_PX = 150_000_000  # A2 at 600 dpi
CELL_MM = 20.0  # what a piece measures when no size is given and the board has many


def make(spec: PuzzleSpec, out: Path, progress: Progress = None) -> Result:
    """Everything of a puzzle, into out/<name>/<seed>/. Raises IllusionPrintError children; nothing half-written stays."""
    if spec.kind == "hybrid":
        from .hybrids import hybrid
        return hybrid(spec, out, progress)
    spec, cut = checked(spec)
    target = Path(out) / name_of(spec) / str(spec.seed)
    with whole(target) as folder:
        _written(folder, spec, cut, progress)
        give_back()
        errors = prove(folder, progress)
    return Result(target, errors)


def _written(folder: Path, spec: PuzzleSpec, cut: Cut | None, progress: Progress) -> None:
    """All files but the proof, which reads them back. Pictures are large: none is held longer than it is needed."""
    tell = progress or (lambda done, total, stage: None)
    anagram, arrangement = picture(spec, cut, progress)
    spec = resolved(spec, anagram)
    tell(0, 4, "layout")
    pictures(folder, spec, anagram, arrangement)
    tell(1, 4, "layout")
    anagram = replace(anagram, targets=(), back=anagram.back and replace(anagram.back, targets=()))
    give_back()
    layout(folder, spec, anagram, arrangement, tell)


def draw(spec: PuzzleSpec, out: Path, progress: Progress = None) -> Result:
    """The picture alone: anagram.png, seen-K.png, target-K.png, anagram.json, arrangement.json, puzzle.toml."""
    spec, cut = checked(spec)
    target = Path(out) / name_of(spec) / str(spec.seed)
    with whole(target) as folder:
        anagram, arrangement = picture(spec, cut, progress)
        spec = resolved(spec, anagram)
        pictures(folder, spec, anagram, arrangement)
    return Result(target)


def checked(spec: PuzzleSpec) -> tuple[PuzzleSpec, Cut | None]:
    """The spec with its size filled in, and the board; everything that can be wrong is found here, before any work."""
    if spec.kind == "hybrid":
        raise BadValue("a hybrid is made whole, with `illusionprint hybrid FAR NEAR`.")
    kinds = [*(k for k in views.view_kinds() if k != "identity"), "hybrid"]
    if not set(spec.kind.split("+")) <= set(kinds[:-1]):
        raise UnknownName("kind", spec.kind, kinds)
    if spec.sides == 2:
        from . import sides
        sides.checked(spec)
    shown_by(spec)
    parse_ground(spec.ground, len(spec.front))
    if spec.compose == "card" and (spec.kind not in CARDS or len(spec.prompts) != 2):
        raise BadValue(f"a card needs two pictures and a view that turns the sheet upside down: {' or '.join(CARDS)}; '{spec.kind}' came.")
    machine = Template.load(spec.machine, "machine")
    finishes.load(spec.finish)
    if spec.kind != "jigsaw":
        if not spec.plain_board:
            raise BadValue(f"tiling, cells, outline and border belong to a jigsaw; '{spec.kind}' moves the whole sheet.")
        if spec.solutions != "free":
            raise BadValue(f"solutions are counted of a jigsaw; '{spec.kind}' moves the whole sheet.")
        if spec.grid or spec.pieces:
            raise BadValue(f"a grid belongs to a jigsaw; '{spec.kind}' moves the whole sheet.")
        if spec.tabs != PuzzleSpec.tabs:
            raise BadValue(f"tabs belong to a jigsaw; '{spec.kind}' moves the whole sheet.")
        return measured(spec if spec.size else spec.replace(size=f"{DEFAULT_MM:g}mm"), None), None
    spec = with_grid(spec)
    rows, cols = spec.rows_cols
    longest = max(rows, cols)
    size = spec.size or f"{max(DEFAULT_MM, CELL_MM * longest):g}mm"
    exact = spec.solutions == "exact"
    if exact and len(spec.front) > 2:
        _of_three(spec, rows, cols)
    if not spec.plain_board:
        cut = _shaped(spec, size, machine, exact)
        return measured(spec.replace(size=size, grid=f"{rows}x{cols}"), cut), cut
    cut = board(rows, cols, _box(size, rows, cols), spec.tabs, machine.mm("min_neck"), exact)
    cut = squares(rows, cols, cut.cell_um, spec.tabs) if exact else cut  # connectors come once the pictures are known
    return measured(spec.replace(size=size, grid=f"{rows}x{cols}"), cut), cut


def _of_three(spec: PuzzleSpec, rows: int, cols: int) -> None:
    """Raises BadValue for more than two pictures on a board that cannot be had with exactly as many solutions."""
    if spec.plain_board and (no := three.refused(rows, cols, len(spec.front))):
        raise BadValue(no)
    if spec.turned >= 0:
        raise BadValue("turned is for two pictures; how the pieces of three turn follows from the board: leave it out.")
    if spec.model:
        raise BadValue("a board with exactly three solutions is drawn; leave the model out, or --solutions exact.")


def _shaped(spec: PuzzleSpec, size: str, machine: Template, exact: bool) -> Mesh:
    """A board of other cells than squares, within an outline or with knobs all round; of an exact one the connectors are chosen later."""
    if len(spec.front) > 2 and exact:
        raise BadValue("a board of another shape, or with --border knobs, has exactly two solutions; exactly three can be had on squares with a straight border. "
                       "Take two pictures, or leave out --solutions exact.")
    if len(spec.front) > 2 and spec.border != "knobs":
        raise BadValue(f"a board of another shape shows two pictures; {len(spec.prompts)} prompts came. Square pieces in a rectangle show three and four, "
                       "and so do boards with --border knobs.")
    if spec.cells == "fit" and (spec.tiling != "square" or spec.outline):
        raise BadValue("cells that fill the sheet are stretched squares; leave out the tiling and the outline, or --cells fit.")
    if spec.border == "knobs" and spec.outline:
        raise BadValue("a border of knobs is the board's outline, and its pieces go everywhere; leave out the outline, or --border knobs.")
    if spec.outline.lower().endswith(".svg") and Path(spec.outline).is_file():
        check_svg(Path(spec.outline))
    box = size_mm(size) if spec.border == "straight" else _box(size, *spec.rows_cols)
    found = mesh(spec.tiling, *spec.rows_cols, box, spec.tabs, machine.mm("min_neck"), spec.cells == "fit", spec.outline, spec.border == "knobs", exact)
    found = found.open if exact else found
    found.outline(0)  # its pieces are found now, or an error
    if exact and len(alike := bare_twins(found)):
        raise BadValue(f"the outline cuts {len(alike)} pieces of one shape and leaves them no connector, so that they can change places: such a board never has exactly two solutions. "
                       "Take another grid or outline, or leave out --solutions exact.")
    return found


def measured(spec: PuzzleSpec, cut: Cut | None) -> PuzzleSpec:
    """The spec itself. Raises BadValue when its picture is too small, has too many pixels, or does not fit the sheet asked for."""
    from ..layout import choose
    w, h = cut.size_mm if cut else size_mm(spec.size)
    if min(w, h) < LEAST_MM:
        raise BadValue(f"a picture is at least {LEAST_MM:g} mm wide and high; {fmt_size((w, h))} came.")
    height, width = raster(spec, cut)[0]
    if height * width > MOST_PX:
        raise BadValue(f"{fmt_size((w, h))} at {spec.dpi:g} dpi are {width} x {height} pixels, and {MOST_PX / 1e6:g} million is the most; "
                       "take a lower --dpi or a smaller --size.")
    choose((w, h), spec.template)
    return spec


def _box(size: str, rows: int, cols: int) -> tuple[float, float]:
    """(width, height) that a board may take: one length is its longer side."""
    if re.search("[x×]", size.lower()) or not re.match(r"\s*[\d.]", size):
        return size_mm(size)
    side = length_mm(size)
    return side * min(1, cols / rows), side * min(1, rows / cols)


def picture(spec: PuzzleSpec, cut: Cut | None, progress: Progress = None) -> tuple[Anagram, Arrangement | None]:
    """The anagram by the way that the spec names, and the board's arrangement."""
    check_licences(spec.styles, spec.licence)
    if spec.sides == 2:
        from . import sides
        return sides.picture(spec, cut, progress)
    size_px, px_per_mm = raster(spec, cut)
    if spec.polish:
        from .sampled import polish as way
    elif spec.model:
        from .sampled import sample as way
    else:
        from .drawn import draw as way
    made = way(spec, cut, size_px, progress)
    anagram = as_anagram(made, spec, px_per_mm, cut.size_mm if cut else (size_px[1] / px_per_mm, size_px[0] / px_per_mm))
    return replace(anagram, facts={**heading(spec), **anagram.facts, "credits": made.credits}), made.board


def as_anagram(made: Drawn, spec: PuzzleSpec, px_per_mm: float, size_mm: tuple[float, float]) -> Anagram:
    """What was made with its finish, as pixels and as every view shows it; the facts are those of the way and the finish."""
    from .finished import finished
    give_back()
    done = finished(made, spec, px_per_mm, size_mm)
    give_back()
    pixels, *targets = (to_uint8(white_outside(x, made.views[0])) for x in (done.picture, *made.targets))
    seen = (pixels, *(views.apply_view(v, pixels) for v in made.views))
    return Anagram(pixels, seen, px_per_mm, tuple(targets), {**made.facts, **done.told}, done.svg, made.taken, layers=done.layers)


def heading(spec: PuzzleSpec) -> dict[str, Any]:
    """What anagram.json says first."""
    return {"illusionprint": __version__, "kind": spec.kind, "prompts": list(spec.prompts), "views": shown_by(spec), "seed": spec.seed}


def resolved(spec: PuzzleSpec, anagram: Anagram) -> PuzzleSpec:
    """The spec with the crops of photographs that were found, so that making it again searches no more."""
    told = [side.get("casting", {}).get("pictures", ()) for side in (anagram.facts, anagram.facts.get("back", {}))]
    found = [p.get("crop") for some in told for p in some]
    return spec.replace(crops=tuple(Crop(**c or {}).text for c in found)) if any(found) and spec.search else spec


def shown_by(spec: PuzzleSpec) -> list[str]:
    """The view of each picture of the front, "identity" first. Raises UnknownName, BadValue."""
    return ["identity"] * len(spec.front) if spec.kind == "hybrid" or len(spec.front) == 1 else views.view_names(spec.kind, len(spec.front))


def raster(spec: PuzzleSpec, cut: Cut | None) -> tuple[tuple[int, int], float]:
    """((height, width) in pixels, pixels per mm): whole pixels a square cell."""
    if isinstance(cut, Mesh) and cut.moves_pixels:
        s = cut.px_near(max(8, px(cut.cell_mm, spec.dpi)))
        return cut.size_px(s), s / cut.cell_mm
    if isinstance(cut, Mesh):
        per_mm = px(cut.size_mm[0], spec.dpi) / cut.size_mm[0]
        return (round(cut.size_mm[1] * per_mm), round(cut.size_mm[0] * per_mm)), per_mm
    if cut:
        s = max(8, px(cut.cell_mm, spec.dpi))
        return (cut.rows * s, cut.cols * s), s / cut.cell_mm
    w, h = size_mm(spec.size)
    per_mm = px(w, spec.dpi) / w
    return (max(16, round(h * per_mm)), max(16, round(w * per_mm))), per_mm


def layout(folder: Path, spec: PuzzleSpec, anagram: Anagram, arrangement: Arrangement | None, tell: Callable = lambda *_: None) -> None:
    """cut.*, print.pdf, guide.pdf, of a board labels-1.csv ..., of sheets of paper layer-1.svg ... and layers.pdf."""
    from ..layout import guide_sheets, label_lists
    title, page = printed(folder, spec, anagram, arrangement)
    tell(3, 4, "layout")
    paper = "letter" if spec.template.lower() in ("letter", "tabloid") else "a4"
    guide = guide_sheets(anagram, arrangement, paper, page)
    (folder / "guide.pdf").write_bytes(plugins.load("export", "pdf")(guide, title=title))
    layered(folder, spec, anagram, arrangement, paper)
    if anagram.back:
        behind = replace(anagram.back, facts=anagram.facts | anagram.back.facts | {"prompts": list(spec.behind)})
        layered(folder, spec, behind, arrangement, paper, "-back")
    for k, text in enumerate(label_lists(arrangement) if arrangement else (), 1):
        (folder / f"labels-{k}.csv").write_text(text, encoding="utf-8")
    tell(4, 4, "layout")


def layered(folder: Path, spec: PuzzleSpec, anagram: Anagram, arrangement: Arrangement | None, paper: str, side: str = "") -> None:
    """layer-1.*, ... and layers.pdf of a picture of paper sheets (layer-back-1.*, ... and layers-back.pdf of what lies behind); of any other nothing."""
    from ..layout import layer_pages, layer_sheets
    machine = Template.load(spec.machine, "machine")
    for k, sheet in enumerate(layer_sheets(anagram, arrangement, machine.mm("kerf")), 1):
        for name in machine.formats:
            (folder / f"layer{side}-{k}.{name}").write_bytes(plugins.load("export", name)(sheet, machine))
    if pages := layer_pages(anagram, arrangement, paper, machine.mm("kerf"), f"layer{side}"):
        (folder / f"layers{side}.pdf").write_bytes(plugins.load("export", "pdf")(pages, title=pages[0].title))


def printed(folder: Path, spec: PuzzleSpec, anagram: Anagram, arrangement: Arrangement | None) -> tuple[str, tuple[float, float]]:
    """cut.* and print.pdf; the sheet's title and size."""
    from .. import layout as sheets
    machine = Template.load(spec.machine, "machine")
    sheet = sheets.print_sheet(anagram, arrangement, sheets.choose(anagram.size_mm, spec.template))
    for name in machine.formats:
        (folder / f"cut.{name}").write_bytes(plugins.load("export", name)(sheet, machine))
    (folder / "print.pdf").write_bytes(plugins.load("export", "pdf")(sheets.duplex_sheets(sheet, anagram, arrangement) if anagram.back else [sheet], spot=machine.spot, title=sheet.title))
    return sheet.title, sheet.size_mm


def pictures(folder: Path, spec: PuzzleSpec, anagram: Anagram, arrangement: Arrangement | None) -> None:
    """The anagram's own files, arrangement.json and puzzle.toml."""
    anagram.save(folder)
    names = shown_by(spec)
    backs = [{"back": {"seen": f"seen-back-{k}.png", "prompt": p}} for k, p in enumerate(spec.behind, 1)] + [{}] * len(spec.front)
    assemblies = [{"seen": f"seen-{k}.png", "prompt": p, "view": v} | backs[k - 1] for k, (p, v) in enumerate(zip(spec.front, names), 1)]
    shown = [views.view(name, arrangement) for name in names]
    write_json(folder / "arrangement.json", views.arrangement_table(shown, arrangement.cut.size_mm if arrangement else anagram.size_mm, arrangement, assemblies))
    (folder / "puzzle.toml").write_text(spec.toml(), encoding="utf-8")


def prove(folder: Path, progress: Progress = None) -> int:
    """proof.json and proof.html of a folder; how many errors were found."""
    return sum(f.severity == "error" for f in proved(folder, progress).findings)


def proved(folder: Path, progress: Progress = None) -> Proof:
    """The proof of a folder, written into it."""
    from .. import proof
    found = proof.prove(folder, progress and (lambda stage: progress(0, 1, f"proof: {stage}")))
    proof.write(folder, found)
    return found
