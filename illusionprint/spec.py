"""What is to be made, as in `puzzles/*.toml`: a kind, a seed, a title, and a small table for each matter, each of which checks itself."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from . import _toml, units
from ._toml import TABLE
from .errors import BadValue, UnknownName
from .template import USUAL_MACHINE

CARDS = ("rotate_180", "flip")  # kinds whose pictures can be composed as a card's, head to tail


def _one_of(what: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UnknownName(what, value, allowed)


def _within(value: float, least: float, most: float, says: str) -> None:
    """Raises BadValue for a number outside, and for nan; {} of the message is what came."""
    if not least <= value <= most:
        raise BadValue(says.format(f"{value:g}" if isinstance(value, float) else value))


@dataclass(frozen=True)
class PictureSpec:
    """[pictures] prompts: words or paths of pictures. styles: of drawings. licence: what the drawings' licences may ask for, "attribution" or also "share-alike".

    ground: auto, a colour, two with a comma, gradient or pattern. natural: 0 lets hue, lightness and pose go far, 1 keeps a drawing as it is. cast: castings
    tried, 0 for as many as usual. compose: "whole", all pictures all over the sheet, or "card", head to tail. pose: whether pictures may be mirrored, and
    photographs turned by a quarter ("free"), or not ("upright").
    """

    prompts: tuple[str, ...]
    styles: tuple[str, ...] = ("twemoji",)
    licence: str = "attribution"
    finish: str = "plain"
    ground: str = "auto"
    natural: float = 0.5
    cast: int = 0
    compose: str = "whole"
    pose: str = "free"

    def __post_init__(self) -> None:
        if empty := [p for p in self.prompts if not isinstance(p, str) or not p.strip()]:
            raise BadValue(f"a prompt is a word or a picture's path; {empty[0]!r} came.")
        if not self.styles:
            raise BadValue('name a style to draw in, as in styles = ["twemoji"].')
        _one_of("licence", self.licence, ("attribution", "share-alike"))
        _one_of("way to compose", self.compose, ("whole", "card"))
        _one_of("pose of photographs", self.pose, ("free", "upright"))
        _within(self.natural, 0, 1, "natural is a number from 0 (hue, lightness and pose go far) to 1 (the drawing as it is); {} came.")
        _within(self.cast, 0, 1000, "cast is how many castings are tried, 1 to 1000, or 0 for as many as are usual; {} came.")


@dataclass(frozen=True)
class BoardSpec:
    """[board] grid: rows x columns; or pieces: about how many. tabs, tiling, outline: names; outline also an SVG file; "" for the pieces' own.

    cells: "square", or "fit", cells of another aspect that fill a size of two lengths. border: "straight", or "knobs": tabs and blanks all round. sides: 2 prints
    the back as well: the first half of the prompts (the larger half of three) is for the front, the others are on the backs of those assemblies.
    """

    grid: str = ""
    pieces: int = 0
    tabs: str = "classic"
    tiling: str = "square"
    cells: str = "square"
    outline: str = ""
    border: str = "straight"
    sides: int = 1

    def __post_init__(self) -> None:
        if self.sides not in (1, 2):
            raise BadValue(f"a jigsaw is printed on 1 or 2 sides; {self.sides} came.")
        if self.pieces and self.grid:
            raise BadValue(f"take a grid or a number of pieces, not both; {self.grid} and {self.pieces} came.")
        _one_of("way to shape cells", self.cells, ("square", "fit"))
        _one_of("border", self.border, ("straight", "knobs"))

    @property
    def rows_cols(self) -> tuple[int, int]:
        return units.grid(self.grid or "4x4")

    @property
    def is_plain(self) -> bool:
        """Whether the pieces are squares in a rectangle."""
        return self == dataclasses.replace(BoardSpec(), grid=self.grid, pieces=self.pieces, tabs=self.tabs, sides=self.sides)


@dataclass(frozen=True)
class ExactSpec:
    """[exact] A board that closes in as many ways as there are pictures. kept: of two pictures, the share of neighbours that may stay side by side.

    turned: share of the inner pieces that turn from one picture to the other, -1 as many as suit. apart: least distance of two connectors' outlines.
    """

    kept: float = 0.04
    turned: float = -1.0
    apart: str = "0.6mm"

    def __post_init__(self) -> None:
        if self.turned != -1:
            _within(self.turned, 0, 1, "turned is the share of pieces that turn, 0 to 1; {} came.")
        if not 0 <= self.kept <= 1 or not 0.05 <= self.apart_mm <= 5:
            raise BadValue(f"kept is a share from 0 to 1 and apart a length from 0.05 to 5 mm; {self.kept:g} and {self.apart} came.")

    @property
    def apart_mm(self) -> float:
        return units.length_mm(self.apart)


@dataclass(frozen=True)
class PhotographSpec:
    """[photographs] subject: "cut" out of its ground, "whole", or "auto". search: how many crops are tried; crops: those to take, "zoom,x,y,mirror", one a picture.

    balance: 0.5 shows two pictures equally well, more the first better. whole: parts to keep whole, "1=x,y,width,height" in shares of picture 1, or "1=mask.png".
    """

    subject: str = "auto"
    search: int = 48
    crops: tuple[str, ...] = ()
    balance: float = 0.5
    whole: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _one_of("way to take a photograph's subject", self.subject, ("auto", "cut", "whole"))
        _within(self.search, 0, 1000, "search is how many crops of photographs are tried, 0 to 1000; {} came.")
        _within(self.balance, 0, 1, "balance is a number from 0 (the second picture alone counts) to 1 (the first alone); {} came.")


@dataclass(frozen=True)
class SheetSpec:
    """[sheet] size: of the board or the picture; one length is the longer side of a board. template: what is printed on, "auto" the smallest that fits."""

    size: str = ""
    template: str = "auto"
    dpi: float = 300.0

    def __post_init__(self) -> None:
        _within(self.dpi, 20, 1200, "dpi must be 20 to 1200; {} came.")


@dataclass(frozen=True)
class MachineSpec:
    """[machine] name: of a machine's template, or its file."""

    name: str = USUAL_MACHINE


@dataclass(frozen=True)
class ModelSpec:
    """[model] name: a denoiser, or a diffusion model's folder or hub name. steps, guidance: 0 and -1 for the model's own.

    polish: 0, or the share of the steps with which the model takes up the drawn picture instead of painting one of its own.
    """

    name: str
    steps: int = 0
    guidance: float = -1.0
    device: str = "auto"
    polish: float = 0.0

    def __post_init__(self) -> None:
        _one_of("device", self.device, ("auto", "cpu", "cuda", "mps"))
        _within(self.steps, 0, 1000, "steps must be 1 to 1000; {} came.")
        _within(self.polish, 0, 1, "polish is the share of a model's steps that take up the drawn picture, 0 (none) to 1 (all); {} came.")
        if self.guidance != -1:
            _within(self.guidance, 0, 1000, "guidance must be 0 to 1000; {} came.")

    @property
    def draws(self) -> bool:
        """Whether it is made of the vocabulary's drawings, which are credited and read from the files of prompts."""
        return self.name == "patches"


@dataclass(frozen=True)
class ViewingSpec:
    """[viewing] near, far: distances at which either picture of a hybrid is seen."""

    near: str = "0.4m"
    far: str = "3m"

    def __post_init__(self) -> None:
        near, far = units.distance_m(self.near), units.distance_m(self.far)
        if not near < far:
            raise BadValue(f"--near must be less than --far; {near:g} m and {far:g} m came.")


@dataclass(frozen=True)
class PuzzleSpec:
    """One puzzle. kind: a view's name, several joined by "+", or a product's. A table that is None was not asked for."""

    kind: str
    pictures: PictureSpec = field(metadata={TABLE: PictureSpec})
    seed: int = 0
    title: str = ""
    board: BoardSpec = field(default=BoardSpec(), metadata={TABLE: BoardSpec})
    exact: ExactSpec | None = field(default=None, metadata={TABLE: ExactSpec})
    photographs: PhotographSpec = field(default=PhotographSpec(), metadata={TABLE: PhotographSpec})
    sheet: SheetSpec = field(default=SheetSpec(), metadata={TABLE: SheetSpec})
    machine: MachineSpec = field(default=MachineSpec(), metadata={TABLE: MachineSpec})
    model: ModelSpec | None = field(default=None, metadata={TABLE: ModelSpec})
    viewing: ViewingSpec | None = field(default=None, metadata={TABLE: ViewingSpec})

    def __post_init__(self) -> None:
        count, prompts = len(self.pictures.prompts), ", ".join(map(repr, self.pictures.prompts))
        if count < 2:
            raise BadValue(f"'{self.kind}' shows two pictures or more and needs at least two prompts or picture files; {count} came: {prompts or 'none'}.")
        _within(self.seed, 0, 2**31 - 1, f"a seed is a whole number from 0 to {2**31 - 1}; {{}} came.")

    @classmethod
    def of(cls, kind: str, prompts: tuple[str, ...], **options: Any) -> PuzzleSpec:
        """A spec of options by the names that they have on the command line, see `PLACES`. Raises BadValue, UnknownName."""
        return cls(kind, PictureSpec(tuple(prompts))).replace(**options)

    def replace(self, **options: Any) -> PuzzleSpec:
        """The spec with options changed by the names that they have on the command line. Raises BadValue for one whose table was not asked for."""
        return dataclasses.replace(self, **_changed(self, options))

    @classmethod
    def load(cls, path: Path) -> PuzzleSpec:
        """A puzzle's file. Raises BadValue, UnknownName, and for a flat file of before where each key stands now."""
        read, where = _toml.read(path), str(path)
        if flat := {key: PLACES[key][0] for key, value in read.items() if key in PLACES and not isinstance(value, dict) and PLACES[key][0]}:
            raise BadValue(
                f"{where} is of an older form: "
                + ", ".join(f"'{key}' stands in [{table}] now" for key, table in flat.items())
                + f". `illusionprint upgrade {where}` writes it anew."
            )
        for table, key in ((t, key) for t, keys in read.items() if isinstance(keys, dict) for key in keys):
            if (right := PLACES.get(key, ("", key))[0]) and table in _TABLES and key not in {f.name for f in dataclasses.fields(_TABLES[table])}:
                raise BadValue(f"{where}: '{key}' stands in [{right}], not in [{table}].")
        return _toml.build(cls, read, where)

    @property
    def folder(self) -> str:
        """ "jigsaw-4x4-rabbit-duck": kind, grid and prompts, in plain letters."""
        form, model = self.board, self.model
        shape = [w for w, usual in ((form.tiling, "square"), (form.cells, "square"), (_stem(form.outline), ""), (form.border, "straight")) if w != usual]
        board = [form.grid or "4x4", *shape] if self.kind == "jigsaw" else []
        words = [self.kind, *board, *["exact"] * (self.exact is not None), *["two-sided"] * (form.sides == 2), *map(_stem, self.pictures.prompts)]
        last = [re.sub(r"[^\w]+", "-", Path(model.name).name.lower()).strip("-") or "model", *["polished"] * bool(model.polish)] if model else []
        return "-".join([*(plain(p) or "picture" for p in words), *last])

    def toml(self) -> str:
        """Only what differs from the defaults, so that a file says what its maker chose."""
        return tomli_w.dumps(_told(self))


def plain(text: str) -> str:
    """At most 40 letters, digits and hyphens."""
    return re.sub(r"[\W_]+", "-", text.lower()).strip("-")[:40]


def _stem(prompt: str) -> str:
    return Path(prompt).stem if re.search(r"\.\w{2,4}$", prompt) else prompt


def _told(spec: Any) -> dict[str, Any]:
    """What differs from the defaults; tables that were asked for stand there even if they are empty."""
    plain = {f: getattr(spec, f.name) for f in dataclasses.fields(spec) if TABLE not in f.metadata and getattr(spec, f.name) != f.default}
    tables = {f: getattr(spec, f.name) for f in dataclasses.fields(spec) if TABLE in f.metadata and getattr(spec, f.name) != f.default}
    return {f.name: list(v) if isinstance(v, tuple) else v for f, v in plain.items()} | {f.name: _told(v) for f, v in tables.items()}


_TABLES: dict[str, Any] = {f.name: f.metadata[TABLE] for f in dataclasses.fields(PuzzleSpec) if TABLE in f.metadata}

#: Where each option stands: its table ("" on top) and its key there. The name of a table's `name` is the table's: machine, model.
PLACES: dict[str, tuple[str, str]] = {"kind": ("", "kind"), "seed": ("", "seed"), "title": ("", "title"), "solutions": ("exact", "")} | {
    (table if f.name == "name" else f.name): (table, f.name) for table, kind in _TABLES.items() for f in dataclasses.fields(kind)
}

_ASKS = {"exact": "--solutions exact; ask for that", "model": "a diffusion model; name one with --model, as in --model patches"}


def _changed(spec: PuzzleSpec, options: dict[str, Any]) -> dict[str, Any]:
    """Fields of a PuzzleSpec after changes by option. Raises BadValue for an option of a table that was not asked for, or is asked away."""
    if unknown := [name for name in options if name not in PLACES]:
        raise UnknownName("option", unknown[0], PLACES)
    wanted: dict[str, dict[str, Any]] = {table: {} for table in ("", *_TABLES)}
    for name, value in options.items():
        table, key = PLACES[name]
        wanted[table] |= {key: value} if key else {}
    out = wanted.pop("")
    for table, changes in wanted.items():
        now = _table_now(spec, table, options)
        if changes and now is None:
            belong, them = ("belongs", "it") if len(changes) == 1 else ("belong", "them")
            raise BadValue(f"{' and '.join(changes)} {belong} to {_ASKS[table]}, or leave {them} out.")
        out[table] = dataclasses.replace(now, **changes) if changes else now
    return out


def _table_now(spec: PuzzleSpec, table: str, options: dict[str, Any]) -> Any:
    """A spec's table before its keys are changed; a fresh one where an option asks for a table that was not there, None where it asks it away."""
    now = getattr(spec, table)
    if table == "exact" and "solutions" in options:
        _one_of("solutions", options["solutions"], ("free", "exact"))
        return (now or ExactSpec()) if options["solutions"] == "exact" else None
    if table == "model" and "model" in options:
        return now or ModelSpec(options["model"]) if options["model"] else None
    return now or (ViewingSpec() if table == "viewing" and any(PLACES[name][0] == table for name in options) else None)


def upgraded(path: Path) -> str:
    """The text of a flat file of before in tables; its lines of comment stand on top. Raises BadValue for a file that is no flat one."""
    flat = _toml.read(path)
    if not any(key in PLACES and not isinstance(value, dict) and PLACES[key][0] for key, value in flat.items()):
        raise BadValue(f"{path} has tables already, or is no puzzle.")
    if strange := [key for key in flat if key not in PLACES]:
        raise UnknownName(f"key in {path}", strange[0], PLACES)
    known: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in flat.items()}
    spec = PuzzleSpec.of(known.pop("kind", ""), known.pop("prompts", ()), **known)
    comments = [line for line in path.read_text(encoding="utf-8").splitlines() if line.lstrip().startswith("#")]
    return "\n".join([*comments, spec.toml()])
