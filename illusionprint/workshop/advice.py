"""What a user should know of a finished picture: a word drawn twice, a pair that cannot lie on each other, and what would do better."""

import json
from pathlib import Path
from typing import Any

from .. import vocabulary
from ..anagram import read_facts
from ..casting.partners import rank_partners
from ..errors import Missing
from ..spec import CARDS, PictureSpec, PuzzleSpec
from ..views import later_views

HARD = 0.25  # conflict of a cast pair above which one picture spoils the other, found by looking at random pairs
SAMPLE, BEST = 12, 3
WHOLE = 0.95  # share of a head below which it is said that it is cut
MOVED = 0.25  # share of a board's pieces below which it is said that few move
SHOWN = 0.6  # share of a photograph below which its crop is said


def advice(folder: Path) -> list[str]:
    """Lines to tell; of conflict none for a photograph, a jigsaw, or a pair that agrees. Partners are looked for in a twelfth of the vocabulary."""
    spec = PuzzleSpec.load(folder / "puzzle.toml")
    kind, look, cast = spec.kind, spec.pictures, read_facts(folder).get("casting", {})
    names = [p["subject"] for p in cast.get("pictures", ())]
    out = []
    if len(names) == 2 and names[0] == names[1] and (len(set(look.prompts)) == 1 or not all(map(vocabulary.is_picture, look.prompts))):
        out.append(f"both pictures show '{names[0]}'; that is allowed.")
    out += _kept(json.loads((folder / "arrangement.json").read_text(encoding="utf-8"))["pieces"]) if kind == "jigsaw" else []
    out += [line for k, told in enumerate(cast.get("pictures", ()), 1) for line in _crop(k, told)]
    if kind == "jigsaw" or look.compose == "card" or cast.get("conflict", 0.0) <= HARD or len(names) != 2:
        return out
    out.append(
        f"'{names[0]}' and '{names[1]}' do not go together under {kind}: conflict {cast['conflict']:.3f}, and above {HARD:g} one picture mostly spoils the other."
    )
    out += [
        f"better partners of '{name}': {', '.join(_partners(prompt, kind, look))}."
        for name, prompt in zip(names, look.prompts)
        if not vocabulary.is_picture(prompt)
    ]
    if kind in CARDS:
        out.append("or put both head to tail, as on a playing card: --compose card.")
    return out


def _kept(pieces: list[dict[str, Any]]) -> list[str]:
    """Pictures for which hardly a piece of a board, as in arrangement.json, moves: they are all but the first one again."""
    out = []
    for k in range(1, len(pieces[0]["moves"])):
        moved = sum(p["moves"][k] != p["moves"][0] for p in pieces)
        if moved < MOVED * len(pieces):
            out.append(
                f"picture {k + 1}: {moved or 'none'} of {len(pieces)} pieces {'lies' if moved < 2 else 'lie'} otherwise than in picture 1, and so it shows {'the same' if not moved else 'little else'}; "
                "more pieces (--grid) and another seed would show more."
            )
    return out


def _crop(k: int, told: dict[str, Any]) -> list[str]:
    """What was done to a picture of the user's own that its owner might not expect, and whether it is too small for its print."""
    from ..proof._limits import LEAST_PPI, low_resolution

    crop = told.get("crop", {})
    mirrored = crop.get("mirror") or told.get("licence") == vocabulary.USER_LICENCE and told.get("pose", {}).get("mirror")
    turned = [*(["mirrored"] if mirrored else []), *(["turned by a quarter"] if crop.get("turn") else [])]
    out = [f"picture {k} is {' and '.join(turned)}; --pose upright leaves it as it is."] if turned else []
    if told.get("share", 1) < SHOWN:
        seen = f"{100 * told['share']:.0f} %" if told["share"] >= 0.01 else "less than 1 %"
        out.append(f"picture {k}: {seen} of it is seen, the rest lies outside the board's shape; another --size or --grid shows more.")
    if told.get("faces", 1) < WHOLE:
        out.append(f"picture {k}: a face lies partly outside its crop; a --size of the picture's shape keeps it, or `crops` in puzzle.toml says where to crop.")
    if told.get("ppi", LEAST_PPI) < LEAST_PPI:
        out.append(low_resolution(k, told["ppi"]).replace("P", "p", 1))
    return out


def _partners(word: str, kind: str, look: PictureSpec) -> list[str]:
    found: Any = vocabulary.find(word, look.styles)[0]
    return [name for _, name in rank_partners(found, _some(look.styles), later_views(kind, 2)[0], None)[:BEST]]


def _some(styles: tuple[str, ...]):
    for s in vocabulary.subjects()[::SAMPLE]:
        try:
            yield vocabulary.find(s.names[0], styles)[0]
        except Missing:
            continue
