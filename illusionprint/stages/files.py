"""The files of a result: pictures and facts, cut and print, guide and labels, sheets of paper, the proof."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .. import __version__, layout, plugins, proof, views
from ..anagram import Anagram, write_json
from ..jigsaw import Arrangement
from ..proof import Proof
from ..template import Template
from .progress import Progress, silent


@dataclass(frozen=True)
class Heading:
    """What anagram.json says first. prompts: of the front and of what is behind; views: of the front's pictures, "identity" first."""

    kind: str
    prompts: tuple[str, ...]
    views: tuple[str, ...]
    seed: int
    title: str = ""

    @property
    def front(self) -> tuple[str, ...]:
        return self.prompts[: len(self.views)]

    @property
    def behind(self) -> tuple[str, ...]:
        return self.prompts[len(self.views) :]

    @property
    def facts(self) -> dict[str, Any]:
        title = {"title": self.title} if self.title else {}
        return {"illusionprint": __version__, "kind": self.kind, "prompts": list(self.prompts), "views": list(self.views), "seed": self.seed} | title


def write_pictures(folder: Path, anagram: Anagram, arrangement: Arrangement | None, heading: Heading, recipe: str) -> None:
    """The anagram's own files, arrangement.json and puzzle.toml."""
    anagram.save(folder)
    backs = [{"back": {"seen": f"seen-back-{k}.png", "prompt": p}} for k, p in enumerate(heading.behind, 1)] + [{}] * len(heading.front)
    seen = [{"seen": f"seen-{k}.png", "prompt": p, "view": v} | backs[k - 1] for k, (p, v) in enumerate(zip(heading.front, heading.views), 1)]
    shown = [views.view(name, arrangement) for name in heading.views]
    size = arrangement.board.size_mm if arrangement else anagram.size_mm
    write_json(folder / "arrangement.json", views.arrangement_table(shown, size, arrangement, seen))
    (folder / "puzzle.toml").write_text(recipe, encoding="utf-8")


def write_sheets(
    folder: Path,
    anagram: Anagram,
    arrangement: Arrangement | None,
    sheet: Template,
    machine: Template,
    paper: str,
    behind: Sequence[str] = (),
    tell: Callable = silent,
) -> None:
    """cut.*, print.pdf, guide.pdf, of a board labels-1.csv ..., of sheets of paper layer-1.svg ... and layers.pdf. paper: what guides are printed on."""
    title, page = write_print(folder, anagram, arrangement, sheet, machine)
    tell(3, 4, "layout")
    guide = layout.guide_sheets(anagram, arrangement, paper, page)
    (folder / "guide.pdf").write_bytes(plugins.load("export", "pdf")(guide, title=title))
    write_layers(folder, anagram, arrangement, machine, paper)
    if anagram.back:
        back = replace(anagram.back, facts=anagram.facts | anagram.back.facts | {"prompts": list(behind)})
        write_layers(folder, back, arrangement, machine, paper, "-back")
    for k, text in enumerate(layout.label_lists(arrangement) if arrangement else (), 1):
        (folder / f"labels-{k}.csv").write_text(text, encoding="utf-8")
    tell(4, 4, "layout")


def write_layers(folder: Path, anagram: Anagram, arrangement: Arrangement | None, machine: Template, paper: str, side: str = "") -> None:
    """layer-1.*, ... and layers.pdf of a picture of paper sheets (layer-back-1.*, ... and layers-back.pdf of what lies behind); of any other nothing."""
    for k, sheet in enumerate(layout.layer_sheets(anagram, arrangement, machine.mm("kerf")), 1):
        for name in machine.formats:
            (folder / f"layer{side}-{k}.{name}").write_bytes(plugins.load("export", name)(sheet, machine))
    if pages := layout.layer_pages(anagram, arrangement, paper, machine.mm("kerf"), f"layer{side}"):
        (folder / f"layers{side}.pdf").write_bytes(plugins.load("export", "pdf")(pages, title=pages[0].title))


def write_print(folder: Path, anagram: Anagram, arrangement: Arrangement | None, sheet: Template, machine: Template) -> tuple[str, tuple[float, float]]:
    """cut.* and print.pdf; the sheet's title and size."""
    front = layout.print_sheet(anagram, arrangement, sheet)
    for name in machine.formats:
        (folder / f"cut.{name}").write_bytes(plugins.load("export", name)(front, machine))
    sheets = layout.duplex_sheets(front, anagram, arrangement) if anagram.back and arrangement else [front]
    (folder / "print.pdf").write_bytes(plugins.load("export", "pdf")(sheets, spot=machine.spot, title=front.title))
    return front.title, front.size_mm


def write_proof(folder: Path, machine: str, progress: Progress = None) -> Proof:
    """The proof of a folder that was made for a machine, by name, written into it."""
    found = proof.prove(folder, machine, progress and (lambda stage: progress(0, 1, f"proof: {stage}")))
    proof.write(folder, found)
    return found
