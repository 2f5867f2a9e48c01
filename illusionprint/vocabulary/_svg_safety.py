"""Whether a stranger's SVG may be drawn: nothing outside it is read, and its size, depth and time are bounded. Raises ValueError, which says why not."""

import base64
import binascii
import io
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from ..errors import BadValue

MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH, MOST_ENTITIES, MOST_IMAGE_PX = 8_000_000, 100_000, 200, 50, 40_000_000
MOST_NUMBERS = 300_000  # of all paths as they are drawn; a casting draws them dozens of times
MOST_STEPS = 64  # of a filter's octaves and kernels
SECONDS, TRIAL_PX, LIGHT = 6, 512, 50_000  # a file of fewer letters without what is heavy is not tried
_OUTSIDE = re.compile(r"""url\(\s*["']?(?!\s*["']?(#|data:))|@import""", re.I)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.I)
_HEAVY = re.compile(r"<(?:\w+:)?(filter|mask|pattern|use|image|marker|clipPath)\b")
_DRAW = "import resvg_py, sys; resvg_py.svg_to_bytes(svg_string=sys.stdin.read(), width={0}, height={0}, skip_system_fonts=True)"


def read_svg(file: Path) -> str:
    """The file's text, if it is not too long."""
    if file.stat().st_size > MOST_BYTES:
        raise ValueError(f"it has {file.stat().st_size:,} bytes; {MOST_BYTES:,} at most")
    return _without_entities(file.read_text(encoding="utf-8-sig"))


def check_svg(file: Path) -> None:
    """Raises BadValue for an SVG file that may not be drawn."""
    try:
        parse_safely(read_svg(file))
    except (OSError, ValueError, xml.ParseError) as error:
        raise BadValue(f"{file} cannot be read as SVG: {error}.") from None


def _without_entities(text: str) -> str:
    """Entities of plain text, as some drawing programs write them, put in their places; others stay, and are refused later."""
    plain = [(f"&{n};", a or b) for n, a, b in re.findall(r"""<!ENTITY\s+([\w.-]+)\s+(?:"([^"&%]*)"|'([^'&%]*)')\s*>""", text)][:MOST_ENTITIES]
    if len(text) + sum(text.count(name) * len(value) for name, value in plain) > MOST_BYTES:
        raise ValueError(f"its entities make it longer than {MOST_BYTES:,} letters")
    for name, value in plain:
        text = text.replace(name, value)
    return text


def parse_safely(text: str) -> xml.Element:
    """The root of a harmless file. Raises ValueError, and ParseError for what is not XML."""
    _scan(text)
    root = xml.fromstring(text.encode())
    for e in root.iter():
        _check_links(e)
        _check_filter(e, root)
    _check_uses(root, lambda e: 1, MOST_ELEMENTS, "elements")
    _check_uses(root, _numbers, MOST_NUMBERS, "numbers in paths; simplify them, or take it as a PNG")
    if len(text) > LIGHT or _HEAVY.search(text):
        _trial_render(text)
    return root


def _scan(text: str) -> None:
    """Counts elements, depth and entities while nothing is kept yet."""
    seen = {"elements": 0, "depth": 0, "entities": 0}

    def begin(tag: str, attributes: dict[str, str]) -> None:
        seen["elements"] += 1
        seen["depth"] += 1
        if seen["elements"] > MOST_ELEMENTS:
            raise ValueError(f"it has more than {MOST_ELEMENTS:,} elements")
        if seen["depth"] > MOST_DEPTH:
            raise ValueError(f"its elements are nested more than {MOST_DEPTH} deep")

    def end(tag: str) -> None:
        seen["depth"] -= 1

    def entity(name: str, is_parameter: bool, value: str | None, *outside: str | None) -> None:
        seen["entities"] += 1
        if value is None or is_parameter or "&" in value or len(value) > 1000 or seen["entities"] > MOST_ENTITIES:
            raise ValueError(f"its entity '{name}' refers to another file or to other entities, or there are too many")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = begin, end, entity
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise xml.ParseError(str(error)) from None


def _check_links(e: xml.Element) -> None:
    links = [v.strip() for k, v in e.items() if k.rpartition("}")[2] == "href"]
    leads_out = any(v and not v.startswith(("#", "data:")) for v in links) and not e.tag.endswith("}a")
    if leads_out or any(map(_OUTSIDE.search, [e.text or "", *e.attrib.values()])):
        raise ValueError("it refers to something outside the file")
    if e.tag.rpartition("}")[2] in ("image", "feImage"):
        for link in links:
            _check_image(link)


def _check_image(link: str) -> None:
    """An image within the file is a raster picture of a size that can be held."""
    from PIL import Image

    head, _, body = link.partition(",")
    if not link.startswith("data:"):
        return
    if "svg" in head.lower() or not head.endswith(";base64"):
        raise ValueError("an image in it is no PNG or JPEG")
    try:
        with Image.open(io.BytesIO(base64.b64decode(body))) as image:
            pixels = image.width * image.height
    except (OSError, SyntaxError, ValueError, binascii.Error, Image.DecompressionBombError):
        raise ValueError("an image in it cannot be read, or is too large") from None
    if pixels > MOST_IMAGE_PX:
        raise ValueError(f"an image in it has {pixels:,} pixels; {MOST_IMAGE_PX:,} at most")


def _check_filter(e: xml.Element, root: xml.Element) -> None:
    """A blur reaches no further than the drawing is wide, and a kernel has a bounded size."""
    tag = e.tag.rpartition("}")[2]
    if not tag.startswith("fe"):
        return
    box = [abs(float(v)) for v in re.findall(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", root.get("viewBox", "0 0 1000 1000"), re.I)]
    for name, most in (("stdDeviation", max(box)), ("radius", max(box)), ("numOctaves", MOST_STEPS), ("order", MOST_STEPS)):
        found = [float(v) for v in re.findall(r"[-+]?\d*\.?\d+(?:e[-+]?\d+)?", e.get(name, ""), re.I)]
        if any(v > most for v in found):
            raise ValueError(f"its filter {tag} has {name} = {e.get(name)}; {most:g} at most")


def _numbers(e: xml.Element) -> int:
    """How many numbers its path or polygon has."""
    return sum(1 for name in ("d", "points") for _ in _NUMBER.finditer(e.get(name, "")))


def _check_uses(root: xml.Element, weight: Callable[[xml.Element], int], most: int, what: str) -> None:
    """All that is drawn, counted with what `use` repeats: n(e) = weight(e) + sum over children and over what it refers to."""
    named = {i: e for e in root.iter() if (i := e.get("id"))}
    known: dict[int, int] = {}
    stack: list[tuple[xml.Element, bool]] = [(root, False)]
    open_: set[int] = set()
    while stack:
        e, done = stack.pop()
        target = next((named.get(v.strip()[1:]) for k, v in e.items() if k.rpartition("}")[2] == "href"), None) if e.tag.endswith("use") else None
        below = [*e, *([target] if target is not None else [])]
        if done:
            known[id(e)] = weight(e) + sum(known.get(id(c), 0) for c in below)
            open_.discard(id(e))
            if known[id(e)] > most:
                raise ValueError(f"it draws more than {most:,} {what}")
        elif id(e) in open_:
            raise ValueError("an element in it repeats itself")
        elif id(e) not in known:
            open_.add(id(e))
            stack += [(e, True), *((c, False) for c in below)]


def _trial_render(text: str) -> None:
    """Draws it once elsewhere, so that what takes too long or breaks the renderer does no harm here."""
    try:
        done = subprocess.run([sys.executable, "-P", "-c", _DRAW.format(TRIAL_PX)], input=text.encode(), capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise ValueError(f"drawing it takes more than {SECONDS} s") from None
    if done.returncode:
        last = (done.stderr.decode(errors="replace").strip().splitlines() or ["the renderer broke off"])[-1]
        raise ValueError(f"it cannot be drawn: {last}")
