"""Report of a proof: proof.json, and proof.html, one page that needs no other file. Its form is in page.html, page.css and page.js."""

import base64
import json
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import shapely

from ..anagram import write_json
from ..errors import BadValue
from ..layout.captions import display_name
from ._plan import BoardPlan, read_plan
from .findings import WORDS, Finding, Proof

ART_PX, ART_BYTES, STILL_PX, STILL_BYTES = 960, 800_000, 640, 250_000


def write(folder: Path, proof: Proof) -> None:
    """Write proof.json and proof.html into the folder, the same bytes for the same proof."""
    write_json(Path(folder) / "proof.json", proof.to_json())
    (Path(folder) / "proof.html").write_text(page(Path(folder), proof), encoding="utf-8")


def page(folder: Path, proof: Proof) -> str:
    """Text of proof.html; without readable files it has the findings and no pictures."""
    try:
        plan = read_plan(folder / "arrangement.json") if proof.pictures else None
    except BadValue:
        plan = None
    names = [_name(a, k) for k, a in enumerate(proof.figures.get("assemblies", []), 1)]
    text = {"title": escape(" ⇄ ".join(names) or "Proof"), "css": _file("page.css"), "js": _file("page.js") if plan else ""}
    text["heading"] = " <i aria-label='becomes'>⇄</i> ".join(map(escape, names)) or "Proof"
    text |= {"verdict": _verdict(proof), "findings": _findings(proof.findings), "figures": _figures(proof.figures, names)}
    text |= {"stage": _file("stage.html") if plan else "", "stills": _stills(proof, names) if plan else ""}
    text["data"] = _script(_player_data(plan, proof, names)) if plan else "{}"
    out = _file("page.html")
    for key, value in text.items():
        out = out.replace("{{" + key + "}}", value)
    return out


def _file(name: str) -> str:
    return (files("illusionprint.proof") / name).read_text(encoding="utf-8")


def _name(assembly: dict[str, Any], k: int) -> str:
    return display_name(str(assembly.get("prompt") or f"picture {k}"))


def _script(data: Any) -> str:
    """JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _verdict(proof: Proof) -> str:
    errors, rest = proof.errors, len(proof.findings) - proof.errors
    words = f"{errors} error{'s' * (errors != 1)}" if errors else "The proof holds"
    more = f", {rest} remark{'s' * (rest != 1)}" if rest else ""
    good = "Cut along its lines and put together again, the printed page shows every picture."
    what = "Do not print or cut this before it is put right." if errors else good
    return f'<p class="verdict {"bad" if errors else "ok"}"><b>{words}{more}</b><span>{what}</span></p>'


def _findings(findings: tuple[Finding, ...]) -> str:
    if not findings:
        return '<p class="quiet">Nothing found to complain of.</p>'
    rows = [f'<li class="{f.severity}"><b>{f.severity.capitalize()}</b> <code>{f.code}</code><p>{escape(f.message)}</p></li>' for f in findings]
    return f'<ul class="findings">{"".join(rows)}</ul>'


def _figures(figures: dict[str, Any], names: list[str]) -> str:
    """List for the sheet, table for the assemblies."""
    rows = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in _sheet_rows(figures))
    if not (found := figures.get("assemblies", [])):
        return f"<dl>{rows}</dl>"
    head, body = "".join(f'<th scope="col">{escape(n)}</th>' for n in names), ""
    for key, label, form in WORDS["assemblies"]:
        cells = "".join(f"<td>{form.format(a[key]) if key in a else '–'}</td>" for a in found)
        body += f'<tr><th scope="row">{label}</th>{cells}</tr>'
    return f'<dl>{rows}</dl><div class="wide"><table><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _sheet_rows(figures: dict[str, Any]) -> list[tuple[str, str]]:
    rows = []
    if pieces := figures.get("pieces"):
        rows.append(("pieces cut", f"{pieces.get('found', '–')} of {pieces['expected']}"))
    if cut := figures.get("cut", {}):
        offset = cut["outline_offset_mm"]
        rows.append(("cut beside the picture", f"{np.hypot(*cut['shift_mm']):.3f} mm"))
        rows.append(("outlines beside the plan", "–" if offset is None else f"{offset:.4f} mm"))
        rows.append(("length of all cuts", f"{cut['length_mm'] / 1000:.2f} m"))
    if "print_offset_mm" in cut:
        rows.append(("cut in print.pdf beside cut.svg", f"{cut['print_offset_mm']:.4f} mm"))
    if board := figures.get("page"):
        sizes = (" × ".join(f"{round(v, 1):g}" for v in size) for size in (board["trim_mm"][2:], board["size_mm"]))
        rows.append(("board, page", ", ".join(sizes) + " mm"))
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
    """Figure elements of all assemblies, front first."""
    fronts, parts = proof.figures["assemblies"], []
    backs = [b for a in fronts if (b := a.get("back"))]
    behind = [f"{display_name(str(b.get('prompt', 'picture')))}, behind" for b in backs]
    for picture, name, facts in [*zip(proof.pictures[1:], names, fronts), *zip(proof.pictures[len(fronts) + 2 :], behind, backs)]:
        like = f"{facts['ssim']:.3f} like {escape(str(facts.get('seen', '')))}" if "ssim" in facts else "not compared"
        image = f'<img src="{_jpeg(picture, STILL_PX, STILL_BYTES)}" alt="{escape(name)}, put together from the printed page">'
        parts.append(f"<figure>{image}<figcaption><b>{escape(name)}</b> <span>{like}</span></figcaption></figure>")
    return "".join(parts)


def _jpeg(picture: np.ndarray, longest_px: int, most_bytes: int) -> str:
    """Data URI of a picture, of the best quality that keeps within the size."""
    scale = min(1.0, longest_px / max(picture.shape[:2]))
    size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
    small = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2BGR)
    for quality in (88, 78, 65, 50, 35):
        data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        if len(data) <= most_bytes:
            break
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def _player_data(plan: BoardPlan, proof: Proof, names: list[str]) -> dict[str, Any]:
    """Data of the player, lengths in hundredths of a mm.

    shapes: outlines about their centroids, equal ones once. pieces: shape, centroid, name, then for each assembly x, y of the centroid from the
    assembly's centre, degrees clockwise and 1 or -1 (mirrored).
    """
    shapes: dict[tuple[int, ...], int] = {}
    outlines: list[list[int]] = []
    pieces = []
    for i, outline in enumerate(plan.outlines):
        centroid = np.round(plan.centroids[i], 2)
        line = shapely.get_coordinates(shapely.simplify(shapely.LineString(outline - centroid), 0.02))
        key = tuple(np.round(line * 4).astype(int).ravel().tolist())
        if key not in shapes:
            shapes[key] = len(outlines)
            outlines.append(np.rint(line * 100).astype(int).ravel().tolist())
        places = [_place(plan.moves[i, k], centroid, plan.region_mm(k)) for k in range(len(names))]
        pieces.append([shapes[key], *np.rint(centroid * 100).astype(int).tolist(), plan.ids[i], places])
    data: dict[str, Any] = {"size": list(plan.size_mm), "regions": [list(plan.region_mm(k)) for k in range(len(names))], "names": names}
    data |= {"views": [str(a.get("view", "")) for a in plan.assemblies], "art": _jpeg(proof.pictures[0], ART_PX, ART_BYTES)}
    return data | {"shapes": outlines, "pieces": pieces}


def _place(move: np.ndarray, centroid: np.ndarray, region: tuple[float, float]) -> list[float]:
    a, b, c, d, e, f = move
    x, y = a * centroid[0] + c * centroid[1] + e - region[0] / 2, b * centroid[0] + d * centroid[1] + f - region[1] / 2
    return [round(x * 100), round(y * 100), round(float(np.degrees(np.arctan2(b, a))), 2) + 0.0, 1 if a * d - b * c > 0 else -1]
