"""What is to be made (PuzzleSpec) and on what (Template): TOML in, checked dataclasses out."""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import tomli_w

from . import _toml, units
from .errors import BadValue, UnknownName
from .template import USUAL_MACHINE, Template, sheets  # noqa: F401

COMPOSE = ("whole", "card")
SOLUTIONS = ("free", "exact")
DEVICES = ("auto", "cpu", "cuda", "mps")
CELLS = ("square", "fit")
BORDERS = ("straight", "knobs")
SIDES = (1, 2)
SUBJECTS = ("auto", "cut", "whole")
POSES = ("free", "upright")
LICENCES = ("attribution", "share-alike")


@dataclass(frozen=True)
class PuzzleSpec:
    """One puzzle, as in `puzzles/*.toml`. Lengths are strings with units.

    kind: a view's name, several joined by "+", or "hybrid". prompts: words or paths of pictures, one a view.
    ground: auto, a colour, two with a comma, gradient or pattern. natural: 0 lets hue, lightness and pose go far, 1 keeps a drawing as it is.
    cast: how many castings are tried; 0 is as many as usual.
    compose: "whole", both pictures all over the sheet, or "card", head to tail as on a playing card (rotate_180 and flip).
    licence: what the drawings' licences may ask for, "attribution" or also "share-alike".
    grid: rows x columns of a jigsaw; or pieces: about how many, and the grid follows from the size's shape.
    Photographs: search is how many crops are tried, pose whether mirror and quarter turn are tried too ("free") or not ("upright"); crops: those
    to take, one a picture, as in "1.1,0,-0.5,mirror" (zoom, x, y), instead of a search. balance: 0.5 shows two pictures equally well, more the
    first better. whole: parts to be kept whole, "1=x,y,width,height" in shares of picture 1 or "1=mask.png". subject: whether photographs are cut out. size: board or sheet; one length is the longer side of a board.
    sides: 2 prints a jigsaw on both sides: the first half of the prompts (the larger half of three) is for the front, one an assembly, the others are
    on the backs of those assemblies, seen when the finished board is turned over.
    tiling: the shape of a jigsaw's pieces. cells: "square", or "fit", cells of another aspect that fill a size of two lengths. outline: of the board, a name
    or an SVG file; without one it is the pieces' own. border: "straight", or "knobs": tabs and blanks all round, so that every piece goes everywhere.
    polish: 0, or the share of a model's steps with which it takes up the drawn picture, instead of painting one of its own.
    solutions: "free" leaves all pieces of a class alike; "exact" gives a board's sides connectors so that it closes in as many ways as there are
    pictures, of two with at most the share `kept` of its neighbours side by side in the other picture, and profiles at least `apart` from each other;
    `turned` is the share of its inner pieces that turn from one picture to the other, -1 as many as suit the pictures.
    Raises BadValue for a value out of range when built.
    """

    kind: str
    prompts: tuple[str, ...]
    seed: int = 0
    grid: str = ""
    size: str = ""
    tabs: str = "classic"
    tiling: str = "square"
    cells: str = "square"
    outline: str = ""
    border: str = "straight"
    sides: int = 1
    solutions: str = "free"
    kept: float = 0.04
    turned: float = -1.0
    apart: str = "0.6mm"
    template: str = "auto"
    machine: str = USUAL_MACHINE
    dpi: float = 300.0
    styles: tuple[str, ...] = ("twemoji",)
    licence: str = "attribution"
    finish: str = "plain"
    search: int = 48
    ground: str = "auto"
    natural: float = 0.5
    cast: int = 0
    subject: str = "auto"
    pieces: int = 0
    pose: str = "free"
    crops: tuple[str, ...] = ()
    balance: float = 0.5
    whole: tuple[str, ...] = ()
    compose: str = "whole"
    model: str = ""
    steps: int = 0
    guidance: float = -1.0
    device: str = "auto"
    polish: float = 0.0
    near: str = ""
    far: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        if empty := [p for p in self.prompts if not isinstance(p, str) or not p.strip()]:
            raise BadValue(f"a prompt is a word or a picture's path; {empty[0]!r} came.")
        if len(self.prompts) < 2:
            raise BadValue(f"'{self.kind}' shows two pictures or more and needs at least two prompts or picture files; {len(self.prompts)} came: "
                           f"{', '.join(map(repr, self.prompts)) or 'none'}.")
        if not 0 <= self.seed < 2**31:
            raise BadValue(f"a seed is a whole number from 0 to {2**31 - 1}; {self.seed} came.")
        if not 0 <= self.search <= 1000:
            raise BadValue(f"search is how many crops of photographs are tried, 0 to 1000; {self.search} came.")
        if self.sides not in SIDES:
            raise BadValue(f"a jigsaw is printed on 1 or 2 sides; {self.sides} came.")
        if self.solutions not in SOLUTIONS:
            raise UnknownName("solutions", self.solutions, SOLUTIONS)
        if self.cells not in CELLS:
            raise UnknownName("way to shape cells", self.cells, CELLS)
        if self.border not in BORDERS:
            raise UnknownName("border", self.border, BORDERS)
        if not (self.turned == -1 or 0 <= self.turned <= 1):
            raise BadValue(f"turned is the share of pieces that turn, 0 to 1; {self.turned:g} came.")
        if self.turned >= 0 and self.solutions != "exact":
            raise BadValue("turned belongs to --solutions exact; leave it out.")
        if not 0 <= self.kept <= 1 or not 0.05 <= units.length_mm(self.apart) <= 5:
            raise BadValue(f"kept is a share from 0 to 1 and apart a length from 0.05 to 5 mm; {self.kept:g} and {self.apart} came.")
        if self.solutions != "exact" and (self.kept != PuzzleSpec.kept or units.length_mm(self.apart) != units.length_mm(PuzzleSpec.apart)):
            raise BadValue("kept and apart belong to --solutions exact; leave them out.")
        if not 0 <= self.natural <= 1:
            raise BadValue(f"natural is a number from 0 (hue, lightness and pose go far) to 1 (the drawing as it is); {self.natural:g} came.")
        if not 0 <= self.cast <= 1000:
            raise BadValue(f"cast is how many castings are tried, 1 to 1000, or 0 for as many as are usual; {self.cast} came.")
        if not 20 <= self.dpi <= 1200:
            raise BadValue(f"dpi must be 20 to 1200; {self.dpi:g} came.")
        if self.compose not in COMPOSE:
            raise UnknownName("way to compose", self.compose, COMPOSE)
        if self.device not in DEVICES:
            raise UnknownName("device", self.device, DEVICES)
        if self.subject not in SUBJECTS:
            raise UnknownName("way to take a photograph's subject", self.subject, SUBJECTS)
        if self.licence not in LICENCES:
            raise UnknownName("licence", self.licence, LICENCES)
        if self.pose not in POSES:
            raise UnknownName("pose of photographs", self.pose, POSES)
        if not 0 <= self.balance <= 1:
            raise BadValue(f"balance is a number from 0 (the second picture alone counts) to 1 (the first alone); {self.balance:g} came.")
        if self.pieces and self.grid:
            raise BadValue(f"take a grid or a number of pieces, not both; {self.grid} and {self.pieces} came.")
        if not self.styles:
            raise BadValue("name a style to draw in, as in styles = [\"twemoji\"].")
        if not self.model and (self.steps or self.guidance >= 0):
            raise BadValue("steps and guidance belong to a diffusion model; name one with --model, or leave them out.")
        if not 0 <= self.polish <= 1:
            raise BadValue(f"polish is the share of a model's steps that take up the drawn picture, 0 (none) to 1 (all); {self.polish:g} came.")
        if self.polish and (not self.model or self.kind == "hybrid"):
            raise BadValue("polish lets a diffusion model take up the drawn picture of a puzzle; name a model with --model, as in --model patches --polish 0.4.")
        if self.model and not 0 <= self.steps <= 1000:
            raise BadValue(f"steps must be 1 to 1000; {self.steps} came.")
        if not (self.guidance == -1 or 0 <= self.guidance <= 1000):
            raise BadValue(f"guidance must be 0 to 1000; {self.guidance:g} came.")

    @property
    def rows_cols(self) -> tuple[int, int]:
        return units.grid(self.grid or "4x4")

    @property
    def front(self) -> tuple[str, ...]:
        """Prompts of what the front shows, one an assembly."""
        return self.prompts[: -(-len(self.prompts) // self.sides)]

    @property
    def behind(self) -> tuple[str, ...]:
        """Prompts of what the backs of the first assemblies show."""
        return self.prompts[len(self.front):]

    @property
    def plain_board(self) -> bool:
        """Whether a jigsaw's pieces are squares in a rectangle."""
        return self.tiling == "square" and self.cells == "square" and not self.outline and self.border == "straight"

    @classmethod
    def load(cls, path: Path) -> PuzzleSpec:
        return _toml.build(cls, _toml.read(path), str(path))

    def toml(self) -> str:
        """Only what differs from the defaults, so that a file says what its maker chose."""
        table = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        return tomli_w.dumps({f.name: list(v) if isinstance(v, tuple) else v for f in dataclasses.fields(self)
                              if (v := table[f.name]) != f.default})

    def replace(self, **changes: object) -> PuzzleSpec:
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]
