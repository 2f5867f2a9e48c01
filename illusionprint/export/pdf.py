"""Print PDF: page boxes, artwork as vectors or at its own resolution, the die line as an overprinting spot colour (ISO 32000-1, ISO 15930).

Points are 1/72 in with the origin at the bottom left; y is flipped in `_pt` and in the matrix of `_areas`.
"""

from __future__ import annotations

import functools
import io
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pikepdf
import shapely
from pikepdf import Array, Dictionary, Name
from PIL import Image

from ..layout import Areas, Picture, Role, Sheet, Stroke, Text, typography
from ..path import Path, Point
from ..units import PT_PER_MM

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

HAIRLINE_PT = 0.25
_PT = "%.4f"
#: Role -> name and alternate CMYK colour of its Separation. CUT and TRIM take the name that the caller gives.
_SPOTS = {Role.CREASE: ("Crease", (1, 0, 0, 0)), Role.ENGRAVE: ("Engrave", (0, 0, 1, 0)), Role.REGISTER: ("All", (1, 1, 1, 1))}


def pdf(sheets: list[Sheet], *, spot: str = "CutContour", title: str = "") -> bytes:
    """PDF with one page a sheet, the same bytes for the same sheets.

    CUT and TRIM lines are in the Separation `spot` (alternate colour 0/1/0/0 CMYK), 0.25 pt wide, overprinting. TrimBox, BleedBox and MediaBox are nested.
    Fonts are embedded; a letter that they lack becomes "?" with a warning.
    """
    from reportlab.pdfgen import canvas as reportlab_canvas

    first = typography.font().fontName
    buffer, names = io.BytesIO(), _Names()
    canvas = reportlab_canvas.Canvas(buffer, invariant=1, pageCompression=0, initialFontName=first, pdfVersion=(1, 4))  # `_finish` compresses
    for sheet in sheets:
        canvas.setPageSize((sheet.size_mm[0] * PT_PER_MM, sheet.size_mm[1] * PT_PER_MM))
        _draw(canvas, sheet, names)
        canvas.showPage()
    canvas.setTitle(title or (sheets[0].title if sheets else ""))
    canvas.setCreator("illusionprint")
    canvas.save()
    return _finish(buffer.getvalue(), sheets, spot, names)


class _Names(dict):
    """Resource names of pictures, one for each array: id -> (name, picture)."""

    def of(self, picture: Picture) -> str:
        key = id(picture.pixels), picture.lossless
        return self.setdefault(key, (f"/Art{len(self)}", picture))[0]


def _draw(canvas: Canvas, sheet: Sheet, names: _Names) -> None:
    height = sheet.size_mm[1]
    for item in sheet.items:
        if isinstance(item, Text):
            _text(canvas, item, height)
        elif isinstance(item, Picture):
            x, y, w, h = item.box
            corner = _pt((x, y + h), height)
            canvas.addLiteral(f"q {_PT % (w * PT_PER_MM)} 0 0 {_PT % (h * PT_PER_MM)} {corner} cm {names.of(item)} Do Q")
        else:
            canvas.addLiteral(_areas(item, height) if isinstance(item, Areas) else _stroke(item, height))


def _pt(p: Point, height_mm: float) -> str:
    """mm, y down -> points, y up."""
    return f"{_PT % (p[0] * PT_PER_MM)} {_PT % ((height_mm - p[1]) * PT_PER_MM)}"


def _path(path: Path, height_mm: float) -> str:
    """Path construction operators of a content stream."""
    at = functools.partial(_pt, height_mm=height_mm)
    segments = [f"{' '.join(map(at, points))} {'c' if len(points) == 3 else 'l'}" for points in path.segments]
    return "\n".join([f"{at(path.start)} m", *segments, *(["h"] if path.closed else [])])


def _stroke(item: Stroke, height_mm: float) -> str:
    shape = _path(item.path, height_mm)
    if item.role in (Role.CUT, Role.TRIM, *_SPOTS):
        return f"q /Over gs /{_space(item.role)} CS 1 SCN {HAIRLINE_PT} w\n{shape} S Q"
    if item.role == Role.REFERENCE:
        return f"q 0 G {HAIRLINE_PT} w\n{shape} S Q"
    line = f"{_colour(item.colour, 'G', 'RG')} {_PT % (item.width_mm * PT_PER_MM)} w" if item.colour and item.width_mm else ""
    fill = _colour(item.fill, "g", "rg") if item.fill else ""
    paint = "B" if line and fill else "f" if fill else "S" if line else "n"
    return f"q 1 J 1 j {line} {fill}\n{shape} {paint} Q"


def _areas(item: Areas, height_mm: float) -> str:
    """Fill outlines in whole micrometres: first spread by a stroke of the trap's width in their own colour (trapping), then as they are."""
    paths = [_rings(p) for p in item.polygons]
    backing, *paints = (" ".join(f"{v / 255:.4g}" for v in c) + " rg" for c in (item.backing.tolist(), *item.colours.tolist()))
    new = np.r_[True, (np.diff(item.colours.astype(int), axis=0) != 0).any(1)]
    last = np.r_[new[1:], True]  # spread from the last to the first, as in anagram.svg
    spread = [(f"{c} {c.upper()}\n" if n else "") + p + " B*" for p, c, n in zip(paths[::-1], paints[::-1], last[::-1])]
    flat = [(f"{c}\n" if n else "") + p + " f*" for p, c, n in zip(paths, paints, new)]
    um = PT_PER_MM / 1000
    x, y, w, h = (round(1000 * v) for v in item.box)
    shape = f"{x} {y} {w} {h} re" if item.backing_shape is None else _rings(item.backing_shape)
    head = f"q {um:.10f} 0 0 {-um:.10f} 0 {_PT % (height_mm * PT_PER_MM)} cm {round(2000 * item.trap_mm)} w 1 j {shape} W n\n{backing}\n{shape} f"
    return "\n".join([head, *(spread if item.trap_mm else ()), *flat, "Q"])


def _rings(polygon: shapely.Polygon) -> str:
    out = []
    for ring in shapely.get_rings(polygon):
        (x, y), *rest = np.rint(shapely.get_coordinates(ring)[:-1] * 1000).astype(np.int64).tolist()
        out.append(f"{x} {y} m " + " ".join(f"{x} {y} l" for x, y in rest) + " h")
    return "\n".join(out)


def _space(role: Role) -> str:
    return "SpotCut" if role in (Role.CUT, Role.TRIM) else f"Spot{role.value.capitalize()}"


def _colour(colour: str, grey: str, rgb: str) -> str:
    """Greys in DeviceGray, so that black prints as black ink alone."""
    r, g, b = (int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return f"{r:.4f} {grey}" if r == g == b else f"{r:.4f} {g:.4f} {b:.4f} {rgb}"


def _text(canvas: Canvas, item: Text, height_mm: float) -> None:
    safe, lost = typography.printable(item.text)
    if lost:
        warnings.warn(f"the font lacks {lost}; '?' stands for it in '{safe}'", stacklevel=3)
    width = typography.width_mm(safe, item.size_mm, item.bold, item.italic, item.tracking_mm)
    indent = {"start": 0.0, "middle": width / 2, "end": width}[item.anchor]
    line = canvas.beginText()
    line.setTextTransform(1, 0, 0, 1, *(float(v) for v in _pt((item.at[0] - indent, item.at[1]), height_mm).split()))
    line.setFont(typography.font(item.bold, item.italic).fontName, item.size_mm * PT_PER_MM)
    line.setCharSpace(item.tracking_mm * PT_PER_MM)
    line.textOut(safe)
    canvas.addLiteral(f"q {_colour(item.colour, 'g', 'rg')}")
    canvas.drawText(line)
    canvas.addLiteral("Q")


def _finish(data: bytes, sheets: list[Sheet], spot: str, names: _Names) -> bytes:
    """PDF with page boxes, pictures and spot colours, without dates and object streams: a plain text search finds the spot colour."""
    with pikepdf.open(io.BytesIO(data)) as document:
        pictures = {key: document.make_indirect(_image(document, picture)) for key, picture in names.values()}
        over = document.make_indirect(Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1))
        for page, sheet in zip(document.pages, sheets):
            _boxes(page, sheet)
            _resources(page, sheet, pictures, over, spot, names)
        for key in ("/CreationDate", "/ModDate", "/Author", "/Subject", "/Keywords"):
            if key in document.docinfo:
                del document.docinfo[key]
        document.docinfo["/Trapped"] = Name("/False")
        out = io.BytesIO()
        document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=True)
    return out.getvalue()


def _boxes(page: pikepdf.Page, sheet: Sheet) -> None:
    def box(x: float, y: float, w: float, h: float) -> Array:
        height = sheet.size_mm[1]
        return Array([round(v * PT_PER_MM, 4) for v in (x, height - y - h, x + w, height - y)])

    page.MediaBox = box(0, 0, *sheet.size_mm)
    page.TrimBox, page.BleedBox = box(*sheet.trim), box(*sheet.bleed_box)


def _resources(page: pikepdf.Page, sheet: Sheet, pictures: dict, over: object, spot: str, names: _Names) -> None:
    used = [names.of(i) for i in sheet.items if isinstance(i, Picture)]
    roles = {i.role for i in sheet.items if isinstance(i, Stroke)}
    table = page.resources
    table.XObject = Dictionary({key: pictures[key] for key in used})
    spaces = {"/SpotCut": (spot, (0, 1, 0, 0))} if roles & {Role.CUT, Role.TRIM} else {}
    spaces |= {f"/{_space(role)}": _SPOTS[role] for role in sorted(roles & set(_SPOTS))}
    if spaces:
        table.ColorSpace = Dictionary({key: _separation(*value) for key, value in spaces.items()})
        table.ExtGState = Dictionary(Over=over)


def _separation(name: str, cmyk: tuple[int, ...]) -> Array:
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=list(cmyk), N=1)
    return Array([Name.Separation, Name(f"/{name}"), Name.DeviceCMYK, tint])


def _image(document: pikepdf.Pdf, picture: Picture) -> pikepdf.Stream:
    """Image XObject: lossless as the compressed rows of a PNG (Predictor 15), otherwise as JPEG 4:4:4."""
    h, w = picture.pixels.shape[:2]
    facts = {"Type": Name.XObject, "Subtype": Name.Image, "Width": w, "Height": h, "BitsPerComponent": 8, "ColorSpace": Name.DeviceRGB}
    buffer = io.BytesIO()
    if not picture.lossless:
        Image.fromarray(picture.pixels).save(buffer, "jpeg", quality=95, subsampling=0)
        return pikepdf.Stream(document, buffer.getvalue(), **facts, Filter=Name.DCTDecode)
    Image.fromarray(picture.pixels).save(buffer, "png", compress_level=3)
    parms = Dictionary(Predictor=15, Colors=3, BitsPerComponent=8, Columns=w)
    return pikepdf.Stream(document, _idat(buffer.getvalue()), **facts, Filter=Name.FlateDecode, DecodeParms=parms)


def _idat(png: bytes) -> bytes:
    """Joined IDAT chunks of a PNG: after 8 bytes of signature, chunks of length, type, data and check sum."""
    out, at = [], 8
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if kind == b"IDAT":
            out.append(png[at + 8 : at + 8 + size])
        at += size + 12
    return b"".join(out)
