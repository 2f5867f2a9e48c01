"""What is printed on and cut with: sheets and machines, TOML in, checked dataclasses out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from . import _toml, data, units
from .errors import BadValue, UnknownName

USUAL_MACHINE = "laser"


@dataclass(frozen=True)
class Template:
    """A sheet (page, margin, bleed) or a machine (colours, stroke, smallest features), as in `templates/*.toml`.

    kind: "sheet" or "machine". `colours` maps a role of layout.Role, in lower case, to "#rrggbb".
    """

    kind: str
    title: str
    size: str = ""
    margin: str = "8mm"
    bleed: str = "3mm"
    stroke: str = "0.1mm"
    kerf: str = "0mm"
    min_neck: str = "1.5mm"
    spot: str = "CutContour"
    formats: tuple[str, ...] = ("svg",)
    colours: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ("sheet", "machine"):
            raise UnknownName("kind of template", self.kind, ("sheet", "machine"))
        if self.kind == "sheet":
            units.size_mm(self.size)
        for name in ("margin", "bleed", "stroke", "kerf", "min_neck"):
            units.length_mm(getattr(self, name))

    @property
    def size_mm(self) -> tuple[float, float]:
        return units.size_mm(self.size)

    def mm(self, name: str) -> float:
        """A length field in mm: `sheet.mm("bleed")`."""
        return units.length_mm(getattr(self, name))

    @classmethod
    def load(cls, name: str, kind: str) -> Template:
        """A shipped template by name or a TOML path. Raises UnknownName listing those of this kind, BadValue for the wrong kind."""
        known = names(kind)
        if not Path(name).is_file() and name.lower() not in known:
            raise UnknownName(f"{kind} template", name, known)
        found = _toml.build(cls, _toml.read(data.find("templates", name)), name)
        if found.kind != kind:
            raise BadValue(f"template {name} is a {found.kind}, not a {kind}.")
        return found


def names(kind: str) -> list[str]:
    """Shipped templates of a kind, "sheet" or "machine"."""
    return [n for n in data.names("templates") if _toml.read(data.find("templates", n)).get("kind") == kind]


def sheets() -> dict[str, Template]:
    """All shipped sheets by name, the smallest first."""
    found = {n: _toml.build(Template, _toml.read(data.find("templates", n)), n) for n in data.names("templates")}
    only = {n: t for n, t in found.items() if t.kind == "sheet"}
    return dict(sorted(only.items(), key=lambda item: item[1].size_mm[0] * item[1].size_mm[1]))
