"""A plan: everything that a picture product is made of, found and checked before any work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..anagram import Anagram
from ..blend.photos import Crop
from ..jigsaw import Board
from ..spec import ExactSpec, ModelSpec, PhotographSpec, PuzzleSpec, ViewingSpec
from ..stages.artwork import Size
from ..stages.casting import Brief
from ..stages.crops import Photographs
from ..stages.files import Heading
from ..stages.finishing import Print
from ..stages.masks import none_kept
from ..stages.photographs import sizes
from ..stages.segmentation import Subjects
from ..template import Template
from .boards import raster
from .subjects import subjects_of


@dataclass(frozen=True, eq=False)
class Plan:
    """Subjects found (none where a model paints words of its own), board built, sheet and machine loaded, raster known.

    size_px: (height, width). size_mm: (width, height). recipe: the puzzle with its size and grid filled in. faces: of a board with two printed sides, the plan of either.
    """

    recipe: PuzzleSpec
    views: tuple[str, ...]
    board: Board | None
    size_px: tuple[int, int]
    px_per_mm: float
    sheet: Template
    machine: Template
    subjects: Subjects = Subjects([])
    faces: tuple[Plan, ...] = ()

    @property
    def kind(self) -> str:
        return self.recipe.kind

    @property
    def seed(self) -> int:
        return self.recipe.seed

    @property
    def prompts(self) -> tuple[str, ...]:
        return self.recipe.pictures.prompts

    @property
    def sides(self) -> int:
        return self.recipe.board.sides

    @property
    def finish(self) -> str:
        return self.recipe.pictures.finish

    @property
    def ground(self) -> str:
        return self.recipe.pictures.ground

    @property
    def dpi(self) -> float:
        return self.recipe.sheet.dpi

    @property
    def exact(self) -> ExactSpec | None:
        return self.recipe.exact

    @property
    def model(self) -> ModelSpec | None:
        return self.recipe.model

    @property
    def sampler(self) -> ModelSpec:
        """The model of a plan that has one."""
        assert self.recipe.model is not None
        return self.recipe.model

    @property
    def cells(self) -> Board:
        """The board of a plan that has one."""
        assert self.board is not None
        return self.board

    @property
    def wishes(self) -> PhotographSpec:
        """How photographs are to be taken."""
        return self.recipe.photographs

    @property
    def viewing(self) -> ViewingSpec:
        return self.recipe.viewing or ViewingSpec()

    @property
    def machine_name(self) -> str:
        return self.recipe.machine.name

    @property
    def name(self) -> str:
        """Of the result's folder."""
        return self.recipe.folder

    @property
    def size_mm(self) -> Size:
        return self.board.size_mm if self.board else (self.size_px[1] / self.px_per_mm, self.size_px[0] / self.px_per_mm)

    @property
    def paper(self) -> str:
        """What guides are printed on."""
        return "letter" if self.recipe.sheet.template.lower() in ("letter", "tabloid") else "a4"

    @property
    def heading(self) -> Heading:
        return Heading(self.kind, self.prompts, self.views, self.seed, self.recipe.title)

    @property
    def brief(self) -> Brief:
        """For casting the subjects."""
        look, h, w = self.recipe.pictures, *self.size_px
        return Brief(
            self.kind,
            self.prompts,
            tuple(map(tuple, self.subjects.found)),
            self.board,
            h / w,
            self.seed,
            look.natural,
            look.ground,
            look.cast,
            look.compose,
            look.pose == "upright",
            self.exact is not None,
        )

    @property
    def photographs(self) -> Photographs:
        """For fitting the subjects as they are."""
        found = tuple(some[0] for some in self.subjects.found)
        return Photographs(
            self.kind, found, sizes(self.kind, len(found), self.board, self.size_px), self.wishes, self.recipe.pictures.pose == "upright", self.seed
        )

    @property
    def printing(self) -> Print:
        return Print(self.finish, self.px_per_mm, self.dpi, self.size_mm, self.machine.mm("kerf"), " / ".join(self.prompts), self.seed)

    def toml(self, anagram: Anagram) -> str:
        """The recipe with the crops of photographs that were found, so that making it again searches no more."""
        told = [side.get("casting", {}).get("pictures", ()) for side in (anagram.facts, anagram.facts.get("back", {}))]
        found = [p.get("crop") for some in told for p in some]
        crops = tuple(Crop(**c or {}).text for c in found)
        return (self.recipe.replace(crops=crops) if any(found) and self.wishes.search else self.recipe).toml()

    @property
    def found(self) -> Subjects:
        """The subjects of its prompts, looked for anew. Raises what the vocabulary raises."""
        return subjects_of(self.recipe.pictures, self.wishes.subject, self.model, self.kind == "jigsaw")

    def of(self, prompts: Sequence[str], subjects: Subjects | None = None, **options: Any) -> Plan:
        """The same for other prompts of one side, which find their own subjects if none are given."""
        recipe = self.recipe.replace(prompts=tuple(prompts), sides=1, **options)
        return replace(self, recipe=recipe, subjects=subjects or replace(self, recipe=recipe).found)

    @property
    def plain(self) -> Plan:
        """The same without a finish."""
        return replace(self, recipe=self.recipe.replace(finish="plain"))

    def refuse_whole(self) -> None:
        """Raises BadValue for parts to keep whole, where no picture is taken whole."""
        none_kept(self.wishes.whole, len(self.subjects.found), [t["picture"] - 1 for t in self.subjects.told])

    def at(self, dpi: float) -> Plan:
        """The same on another raster."""
        (size_px, per_mm), recipe = raster(self.board, self.recipe.sheet.size, dpi), self.recipe.replace(dpi=dpi)
        return replace(self, recipe=recipe, size_px=size_px, px_per_mm=per_mm)
