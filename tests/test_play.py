"""What holds pieces that a beam has cut: connectors whose undercut is known, all families, and beams that are too wide."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from test_proof import board_of, make
from test_thin import FAMILIES

from illusionprint.jigsaw import build, squares
from illusionprint.proof import prove
from illusionprint.proof._limits import connector_curves, undercut

LAID = {"bump", "twins", "wave"}  # by their own word laid, not locked


def knob(neck: float, head: float, chord: float = 20.0, lean: float = 0.0) -> np.ndarray:
    """A tab as a T of square corners, its head to one side by `lean`."""
    m = chord / 2
    return np.array(
        [
            (0, 0),
            (m - neck / 2, 0),
            (m - neck / 2, -2),
            (m - head / 2 + lean, -2),
            (m - head / 2 + lean, -4),
            (m + head / 2 + lean, -4),
            (m + head / 2 + lean, -2),
            (m + neck / 2, -2),
            (m + neck / 2, 0),
            (chord, 0),
        ],
        float,
    )


@pytest.mark.parametrize("neck, head", [(3, 5), (3, 3.2), (4, 4), (5, 3)])
@pytest.mark.parametrize("lean", [0.0, 0.4])
def test_the_undercut_of_known_knobs(neck, head, lean):
    assert undercut(knob(neck, head, lean=lean)) == pytest.approx(max(0.0, head - neck))


def pair(curve: np.ndarray, turn_deg: float) -> np.ndarray:
    """Two pieces on either side of a curve, turned."""
    below = np.concatenate([curve, [(20, 20), (0, 20)]])
    above = np.concatenate([curve, [(20, -20), (0, -20)]])
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    return shapely.polygons([np.round(p @ np.array([(c, s), (-s, c)]), 6) for p in (below, above)])


@pytest.mark.parametrize("turn_deg", [0, 90, 137])
def test_it_is_found_from_whichever_side(turn_deg):
    pieces = pair(knob(3, 5), turn_deg)
    assert [round(undercut(c), 2) for found in (connector_curves(pieces), connector_curves(pieces[::-1])) for c in found] == [2.0, 2.0]
    assert connector_curves(pair(np.array([(0.0, 0.0), (20.0, 0.0)]), turn_deg)) == []


def passes(curve: np.ndarray, kerf: float) -> bool:
    """Whether the piece with the tab can be drawn straight out of the other, once a beam went between them: by shapely, step by step."""
    tab, blank = (shapely.buffer(p, -kerf / 2, join_style="mitre") for p in pair(curve, 0))
    return not any(shapely.transform(tab, lambda p, d=d: p + (0, d)).intersection(blank).area > 1e-6 for d in np.linspace(0, 8, 81))


@pytest.mark.parametrize("kerf", [0.15, 0.6, 0.95])
def test_a_tab_passes_where_two_kerfs_are_its_undercut(kerf):
    assert passes(knob(3, 3 + 2 * kerf - 0.02), kerf) and not passes(knob(3, 3 + 2 * kerf + 0.02), kerf)


@pytest.mark.parametrize("tabs", FAMILIES)
def test_families_hold_as_they_say(tabs):
    """Of squares, hexagons and triangles: one kind of connector, made to hold or only to lay."""
    for cut in (
        squares(4, 4, 20_000, tabs),
        build(3, 3, (120.0, 120.0), tabs, 0.1, tiling="hexagon"),
        build(3, 3, (120.0, 120.0), tabs, 0.1, tiling="triangle"),
    ):
        found = connector_curves(np.array([shapely.Polygon(cut.outline(i).flatten(0.005)) for i in range(cut.count)]))
        assert len(found) == 1 and (undercut(found[0]) < 0.01 if tabs in LAID else undercut(found[0]) > 0.1 * cut.knob_mm)


def machine(folder, kerf: str) -> str:
    """Path of a template with a kerf."""
    (folder / "beam.toml").write_text(f'kind = "machine"\ntitle = "A beam"\nkerf = "{kerf}"\nmin_neck = "0.2mm"\nformats = ["svg"]\n')
    return str(folder / "beam.toml")


def test_a_beam_too_wide_is_a_finding(tmp_path):
    """Classic knobs of 20 mm have heads 2.57 mm wider than their necks; planted: a beam that takes a little more of that than all."""
    folder = make(tmp_path)
    assert prove(folder).findings == ()
    good = prove(folder, machine(folder, "1.26mm"))
    assert good.findings == () and good.figures["play"] == {
        "kerf_mm": 1.26,
        "connectors": 1,
        "made_to_hold": 1,
        "least_undercut_mm": pytest.approx(2.57, abs=0.02),
        "loose": 0,
    }
    proof = prove(folder, machine(folder, "1.3mm"))
    (found,) = proof.findings
    assert (found.code, found.severity) == ("LOOSE_PIECES", "warning") and "a play of 1.3 mm" in found.message and not proof.errors


def test_small_pieces_lose_their_hold_first(tmp_path):
    (tmp_path / "small").mkdir()
    folder = make(tmp_path / "small", board=board_of(cell_um=8000))
    proof = prove(folder, machine(folder, "0.5mm"))
    assert proof.figures["play"]["least_undercut_mm"] == pytest.approx(0.4 * 2.57, abs=0.02) and proof.findings == ()
    assert [f.code for f in prove(folder, machine(folder, "0.55mm")).findings] == ["LOOSE_PIECES"]
