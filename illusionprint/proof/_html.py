"""proof.html: one page that needs nothing else. Its form is in page.html, page.css and page.js; here are its words and data."""

from __future__ import annotations

import base64
import json
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely

from ..errors import BadValue
from ..layout.captions import display_name
from ._table import Table, read_table
from .findings import Finding, Proof

ART_PX, ART_BYTES, STILL_PX, STILL_BYTES = 960, 800_000, 640, 250_000
_WORD = {"error": "Error", "warning": "Warning", "note": "Note"}


def page(folder: Path, proof: Proof) -> str:
    """The page's text. Without readable files it has the findings and no pictures."""
    try:
        table = read_table(folder / "arrangement.json") if proof.pictures else None
    except BadValue:
        table = None
    names = [_name(a, k) for k, a in enumerate(proof.figures.get("assemblies", []), 1)]
    text = {
        "title": escape(" ⇄ ".join(names) or "Proof"),
        "css": _file("page.css"),
        "js": _file("page.js") if table else "",
        "heading": " <i aria-label='becomes'>⇄</i> ".join(map(escape, names)) or "Proof",
        "verdict": _verdict(proof),
        "findings": _findings(proof.findings),
        "figures": _figures(proof.figures, names),
        "stage": _file("stage.html") if table else "",
        "stills": _stills(proof, names) if table else "",
        "data": _script(_data(table, proof, names)) if table else "{}",
    }
    out = _file("page.html")
    for key, value in text.items():
        out = out.replace("{{" + key + "}}", value)
    return out


def _file(name: str) -> str:
    return (files("illusionprint.proof") / name).read_text(encoding="utf-8")


def _name(assembly: dict[str, Any], k: int) -> str:
    return display_name(str(assembly.get("prompt") or f"picture {k}"))


def _behind(back: dict[str, Any]) -> str:
    return f"{display_name(str(back.get('prompt', 'picture')))}, behind"


def _script(data: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _verdict(proof: Proof) -> str:
    errors = sum(f.severity == "error" for f in proof.findings)
    rest = len(proof.findings) - errors
    words = f"{errors} error{'s' * (errors != 1)}" if errors else "The proof holds"
    more = f", {rest} remark{'s' * (rest != 1)}" if rest else ""
    what = (
        "Cut along its lines and put together again, the printed page shows every picture." if proof.ok else "Do not print or cut this before it is put right."
    )
    return f'<p class="verdict {"ok" if proof.ok else "bad"}"><b>{words}{more}</b><span>{what}</span></p>'


def _findings(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return '<p class="quiet">Nothing found to complain of.</p>'
    rows = [f'<li class="{f.severity}"><b>{_WORD[f.severity]}</b> <code>{f.code}</code><p>{escape(f.message)}</p></li>' for f in findings]
    return f'<ul class="findings">{"".join(rows)}</ul>'


def _figures(figures: dict[str, Any], names: list[str]) -> str:
    """A list for the sheet, a table for the assemblies."""
    rows = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in _sheet_rows(figures))
    keys = [
        ("ssim", "structural similarity", "{:.3f}"),
        ("gap_mm2", "gaps, mm²", "{:.3f}"),
        ("overlap_mm2", "overlaps, mm²", "{:.3f}"),
        ("outside_mm2", "beyond the board, mm²", "{:.3f}"),
        ("seam_offset_mm", "largest seam offset, mm", "{:.4f}"),
        ("compared_share", "share of pixels compared", "{:.1%}"),
    ]
    found = figures.get("assemblies", [])
    head = "".join(f'<th scope="col">{escape(n)}</th>' for n in names)
    body = "".join(
        f'<tr><th scope="row">{label}</th>' + "".join(f"<td>{form.format(a[key]) if key in a else '–'}</td>" for a in found) + "</tr>"
        for key, label, form in keys
    )
    table = f'<div class="wide"><table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>' if found else ""
    return f"<dl>{rows}</dl>{table}"


def _sheet_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    pieces, cut, board = figures.get("pieces", {}), figures.get("cut", {}), figures.get("page", {})
    rows = []
    if pieces:
        rows.append(("pieces cut", f"{pieces.get('found', '–')} of {pieces['expected']}"))
    if cut:
        rows += [
            ("cut beside the picture", f"{np.hypot(*cut['shift_mm']):.3f} mm"),
            ("outlines beside the plan", "–" if cut["outline_offset_mm"] is None else f"{cut['outline_offset_mm']:.4f} mm"),
            ("length of all cuts", f"{cut['length_mm'] / 1000:.2f} m"),
        ]
    if "print_offset_mm" in cut:
        rows.append(("cut in print.pdf beside cut.svg", f"{cut['print_offset_mm']:.4f} mm"))
    if board:
        rows.append(
            (
                "board, page",
                " × ".join(f"{round(v, 1):g}" for v in board["trim_mm"][2:]) + ", " + " × ".join(f"{round(v, 1):g}" for v in board["size_mm"]) + " mm",
            )
        )
    rows += [(f"reference line in {name}", f"{mm:g} mm" if mm else "none") for name, mm in figures.get("reference_mm", {}).items()]
    if "width_mm" in (thin := figures.get("thinnest", {})):
        rows.append(("thinnest place of a piece", f"{thin['width_mm']:.2f} mm, in {escape(str(thin['piece']))}"))
    if (play := figures.get("play", {})).get("kerf_mm"):
        rows.append(("play between pieces (the kerf)", f"{play['kerf_mm']:g} mm"))
        rows.append(("a connector's head beyond its neck", f"{play['least_undercut_mm']:.2f} mm" if "least_undercut_mm" in play else "none: laid, not locked"))
    if solved := figures.get("solutions"):
        rows.append(("ways to close the board", f"{solved['counted']}, counted to the end" if solved["finished"] else f"{solved['counted']} or more"))
    if "compared_at_px_per_mm" in figures:
        rows.append(("compared at", f"{figures['compared_at_px_per_mm']:g} px/mm"))
    return rows


def _stills(proof: Proof, names: list[str]) -> str:
    parts, told = [], proof.figures["assemblies"]
    backs = [b for a in told if (b := a.get("back"))]
    shown = [*zip(proof.pictures[1:], names, told), *zip(proof.pictures[len(told) + 2 :], (_behind(b) for b in backs), backs)]
    for picture, name, facts in shown:
        like = f"{facts['ssim']:.3f} like {escape(str(facts.get('seen', '')))}" if "ssim" in facts else "not compared"
        parts.append(
            f'<figure><img src="{_jpeg(picture, STILL_PX, STILL_BYTES)}" alt="{escape(name)}, put together from the printed page">'
            f"<figcaption><b>{escape(name)}</b> <span>{like}</span></figcaption></figure>"
        )
    return "".join(parts)


def _jpeg(picture: np.ndarray, longest_px: int, most_bytes: int) -> str:
    """Data URI, of the best quality that keeps within the size."""
    scale = min(1.0, longest_px / max(picture.shape[:2]))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    for quality in (88, 78, 65, 50, 35):
        data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) <= most_bytes:
            break
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def _data(table: Table, proof: Proof, names: list[str]) -> dict[str, Any]:
    """What the player needs. Lengths in hundredths of a mm.

    shapes: outlines about their own middle, equal ones once. pieces: shape, middle, name, then x, y of the middle from the assembly's
    centre, degrees clockwise and 1 or -1 (mirrored) for each assembly.
    """
    shapes: dict[tuple, int] = {}
    outlines: list[list[int]] = []
    pieces = []
    for i, outline in enumerate(table.outlines):
        middle = np.round(table.middles[i], 2)
        line = shapely.get_coordinates(shapely.simplify(shapely.LineString(outline - middle), 0.02))
        key = tuple(np.round(line * 4).astype(int).ravel().tolist())
        if key not in shapes:
            shapes[key] = len(outlines)
            outlines.append(np.rint(line * 100).astype(int).ravel().tolist())
        places = [_place(table.moves[i, k], middle, table.region_mm(k)) for k in range(len(names))]
        pieces.append([shapes[key], *np.rint(middle * 100).astype(int).tolist(), table.ids[i], places])
    views = [str(a.get("view", "")) for a in table.assemblies]
    return {
        "size": list(table.size_mm),
        "regions": [list(table.region_mm(k)) for k in range(len(names))],
        "names": names,
        "views": views,
        "art": _jpeg(proof.pictures[0], ART_PX, ART_BYTES),
        "shapes": outlines,
        "pieces": pieces,
    }


def _place(move: np.ndarray, middle: np.ndarray, region: tuple[float, float]) -> list[float]:
    a, b, c, d, e, f = move
    x, y = a * middle[0] + c * middle[1] + e - region[0] / 2, b * middle[0] + d * middle[1] + f - region[1] / 2
    return [round(x * 100), round(y * 100), round(float(np.degrees(np.arctan2(b, a))), 2) + 0.0, 1 if a * d - b * c > 0 else -1]
