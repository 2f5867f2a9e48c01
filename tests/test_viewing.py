"""Seeing at a distance, against closed forms, published figures and a second computation by Fourier transforms of mirrored pictures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from illusionprint import viewing
from illusionprint.errors import BadValue
from illusionprint.viewing import frequency, luminance, visibility, vision

A4, A2, A0 = 210.0, 420.0, 841.0


def photograph(name: str, px: int = 512) -> np.ndarray:
    """(3, px, px): the centre square of a picture of scikit-image."""
    import skimage.data

    x = np.asarray(getattr(skimage.data, name)(), np.float32).transpose(2, 0, 1) / 255
    h, w = x.shape[1:]
    k = min(h, w)
    return luminance.resized(x[:, (h - k) // 2 : (h + k) // 2, (w - k) // 2 : (w + k) // 2], (px, px))


@pytest.fixture(scope="module")
def pair() -> tuple[np.ndarray, np.ndarray]:
    """Grey, matched: far a cat, near an astronaut."""
    return tuple(viewing.normalised(luminance.luma(photograph(n))[None], n) for n in ("chelsea", "astronaut"))


def marks(pair, low: float, high: float, width_mm: float, **kind) -> tuple:
    return viewing.crossover_distances(*viewing.compose(*pair, math.sqrt(low * high), high / low)[:2], width_mm, **kind)


# Geometry


def test_geometry_closed_forms():
    assert viewing.cycles_per_degree(100, 2, A2) == pytest.approx(8.31, abs=0.005)
    assert viewing.visual_angle_deg(1, 1000) == pytest.approx(53.13, abs=0.005)
    assert viewing.cycles_per_degree(1, 1, 1000) * viewing.visual_angle_deg(1, 1000) == pytest.approx(1 / 1.0784, rel=1e-4)  # centre against mean form


@given(st.floats(0.1, 500), st.floats(0.05, 100), st.floats(10, 3000))
def test_geometry_inverses(f, distance, width):
    u = viewing.cycles_per_degree(f, distance, width)
    assert viewing.cycles_per_width(u, distance, width) == pytest.approx(f, rel=1e-9)
    assert viewing.cycles_per_degree(f, 2 * distance, 2 * width) == pytest.approx(u, rel=1e-9)


# The eye

BARTEN = {  # cd/m2: pupil mm, S at 0.5 1 2 4 8 16 24 32 cpd; field 10 degrees, published curve; from an independent implementation
    1: (5.00, 199.6, 279.8, 267.2, 174.6, 86.23, 28.69, 9.356, 2.567),
    5: (4.18, 219.6, 363.0, 427.7, 317.9, 166.0, 58.54, 20.77, 6.411),
    20: (3.57, 225.4, 397.1, 541.1, 475.2, 272.2, 101.0, 37.81, 12.58),
    50: (3.23, 226.9, 407.4, 587.6, 572.6, 357.5, 137.6, 52.89, 18.25),
    100: (3.01, 227.6, 411.7, 609.6, 631.7, 422.3, 167.5, 65.38, 23.05),
}


@pytest.mark.parametrize("luminance", BARTEN)
def test_sensitivity_is_bartens(luminance):
    d, *s = BARTEN[luminance]
    assert vision.pupil_mm(luminance) == pytest.approx(d, abs=0.005)
    u = np.array([0.5, 1, 2, 4, 8, 16, 24, 32])
    assert vision.contrast_sensitivity(u, luminance, 10, 0.8) == pytest.approx(s, rel=1e-3)


def test_sensitivity_ends_at_the_acuity():
    for acuity, last in ((0.8, 51.05), (1, 40.84), (2, 20.42)):
        assert vision.contrast_sensitivity(np.array(last), 100, 10, acuity) == pytest.approx(1, rel=2e-3)


def test_short_form_of_2003_agrees():
    """Barten 2003: S = 5200 exp(-0.0016 u^2 (1 + 100/L)^0.08) / sqrt((1 + 144/X^2 + 0.64 u^2) (63/L^0.83 + 1/(1 - exp(-0.02 u^2)))),
    within 2.5 % in frequency."""

    def short(u, lum, x):
        return (
            5200
            * np.exp(-0.0016 * u**2 * (1 + 100 / lum) ** 0.08)
            / np.sqrt((1 + 144 / x**2 + 0.64 * u**2) * (63 / lum**0.83 + 1 / (1 - np.exp(-0.02 * u**2))))
        )

    u = np.geomspace(4, 40, 400)
    for lum in (5, 20, 100):
        falling = vision.contrast_sensitivity(u, lum, 10, 0.8)
        for value in (100, 30, 10):
            if falling[0] > value:
                ours, theirs = (np.interp(-value, -s, u) for s in (falling, short(u, lum, 10)))
                assert ours == pytest.approx(theirs, rel=0.025)


# Bands


@pytest.mark.parametrize("w", [64, 250, 1024])
def test_gain_is_half_at_the_cutoff(w):
    """A cosine of exactly f cycles per width comes back with half its amplitude; the blur's sigma is 0.18739 W / fc."""
    x = (np.arange(w) + 0.5) / w
    for f in (4, 12):
        wave = np.broadcast_to(np.cos(2 * np.pi * f * x), (w // 2, w))
        assert np.abs(frequency.low_pass(wave, f) - wave / 2).max() < 1e-9
        assert np.abs(frequency.low_pass(wave, f / 1.4) - wave * 0.257).max() < 1e-3
        down = np.broadcast_to(np.cos(2 * np.pi * f * x)[:, None], (w, w))  # cycles per *width*, whatever the height
        assert np.abs(frequency.low_pass(down, f) - down / 2).max() < 1e-9
    from scipy.ndimage import gaussian_filter

    noise = np.random.default_rng(3).random((64, 64))
    assert np.abs(frequency.low_pass(noise, 6) - gaussian_filter(noise, 0.18739 * 64 / 6, mode="reflect", truncate=9)).max() < 2e-4


def test_bands_sum_to_the_picture():
    x = 0.2 + 0.6 * photograph("coffee", 200)  # nothing is clipped
    page, far_band, near_band = viewing.compose(x, x, 9.0, 1.0)
    grey = luminance.luma(x)
    assert np.abs(luminance.luma(far_band) + near_band[0] - 0.5 - grey).max() < 1e-5
    assert np.abs(luminance.luma(page) - grey).max() < 1e-5
    gap = viewing.compose(x, x, 9.0, 3.0)[0]
    assert np.abs(luminance.luma(gap) - grey).max() > 0.05  # with a gap a band is missing, and this comparison sees it


def test_edges_are_mirrored_not_wrapped():
    x = np.zeros((1, 64, 64), np.float32)
    x[..., :32] = 1
    blurred = frequency.low_pass(x, 4.0)
    assert blurred[0, 0, 0] > 0.99 and blurred[0, 0, -1] < 0.01
    assert blurred.dtype == np.float32


def test_spectrum_holds_all_energy_at_its_frequency(pair):
    far = pair[0][0].astype(float)
    f, energy = frequency.power_spectrum(far)
    assert energy.sum() == pytest.approx(far.var(), rel=1e-6) and f.min() >= 0.5
    x = (np.arange(256) + 0.5) / 256
    f, energy = frequency.power_spectrum(np.broadcast_to(np.cos(2 * np.pi * 20 * x), (100, 256)))
    assert energy.max() == pytest.approx(0.5) and f[energy.argmax()] == pytest.approx(20, rel=1e-9)


# Visibility


@pytest.mark.parametrize("f, contrast, expected", [(40, 0.1, (7.79, 15.59, 31.2)), (40, 0.5, (10.15, 20.3, 40.6)), (100, 0.5, (4.08, 8.16, 16.3))])
def test_a_grating_vanishes_where_it_must(f, contrast, expected):
    """V = C S, so V = 1 where S = 1/C."""
    from scipy.optimize import brentq

    x = (np.arange(512) + 0.5) / 512
    spectrum = frequency.power_spectrum(np.broadcast_to(contrast * np.cos(2 * np.pi * f * x), (64, 512)))
    for width, gone in zip((A4, A2, A0), expected):
        assert brentq(lambda d: visibility.visibility(spectrum, d, width, 15) - 1, 0.5, 100) == pytest.approx(gone, rel=2e-3)
        u = viewing.cycles_per_degree(f, 2.0, width)
        assert visibility.visibility(spectrum, 2.0, width, 15) == pytest.approx(
            contrast * vision.contrast_sensitivity(u, 15, viewing.visual_angle_deg(2.0, width)), rel=1e-6
        )


@pytest.mark.parametrize(
    "low, high, a4, a2, a0",
    [
        (6, 6, (2.05, 7.0, 18.2), (4.11, 14.0, 36.4), (8.2, 28, 73)),
        (12, 12, (0.49, 1.45, 4.5), (0.99, 2.89, 9.0), (2.0, 5.8, 18.1)),
        (24, 24, (0.18, 0.46, 1.12), (0.36, 0.92, 2.25), (0.73, 1.85, 4.5)),
        (8, 24, (0.48, 0.98, 2.07), (0.96, 1.97, 4.14), (1.92, 3.94, 8.3)),
        (6, 18, (0.78, 1.70, 3.8), (1.55, 3.41, 7.5), (3.1, 6.8, 15.1)),
    ],
)
def test_worked_table(pair, low, high, a4, a2, a0):
    for width, expected in ((A4, a4), (A2, a2), (A0, a0)):
        assert marks(pair, low, high, width) == pytest.approx(expected, rel=0.03)


def test_light_and_contrast_move_the_middle(pair):
    for lux, mid in ((50, 1.44), (200, 1.97), (1000, 2.72)):
        assert marks(pair, 8, 24, A2, lux=lux)[1] == pytest.approx(mid, rel=0.03)
    for acuity, mid in ((0.5, 5.5), (2.5, 0.68)):
        assert marks(pair, 8, 24, A2, acuity_arcmin=acuity)[1] == pytest.approx(mid, rel=0.03)
    for gain, mid in ((0.5, 0.94), (2.0, 4.33)):
        near = (pair[1] - 0.5) * gain + 0.5
        assert marks((pair[0], near), 8, 24, A2)[1] == pytest.approx(mid, rel=0.04)


def test_twice_the_width_is_twice_the_distance(pair):
    once, twice = marks(pair, 8, 24, A4), marks(pair, 8, 24, 2 * A4)
    assert np.array(twice) / once == pytest.approx(2, rel=0.01)
    assert not np.allclose(marks(pair, 8, 24, 1.2 * A4), np.array(once), rtol=0.1)


def test_exchanged_bands_never_cross(pair):
    """Negative control: with the low band called near, the near one does not lose to the far one as the eye steps back."""
    page, far_band, _ = viewing.compose(*pair, math.sqrt(8 * 24), 3)
    near_band = page - far_band + far_band.mean()
    right = visibility.log_ratio(page, far_band, A2, [0.5, 5])
    wrong = visibility.log_ratio(page, near_band, A2, [0.5, 5])
    assert right[0] > math.log(2) and right[1] < -math.log(2) and wrong[0] < 0 < wrong[1]
    assert viewing.crossover_distances(page, near_band, A2)[1] is None
    nothing = np.full_like(page, 0.5)
    assert viewing.crossover_distances(nothing, nothing, A2) == (None, None, None)


def mirrored(c: np.ndarray, weight) -> np.ndarray:
    """Filter by a Fourier transform of the picture mirrored to twice its size: the oracle for the cosine transform."""
    double = np.block([[c, c[:, ::-1]], [c[::-1], c[::-1, ::-1]]])
    h, w = double.shape
    f = np.hypot(np.fft.fftfreq(h)[:, None], np.fft.fftfreq(w)[None]) * c.shape[1]
    f[0, 0] = 1
    factor = weight(f)
    factor[0, 0] = 0
    return np.fft.ifft2(np.fft.fft2(double) * factor).real[: c.shape[0], : c.shape[1]]


def test_simulated_eye_finds_the_same_marks(pair):
    """Filter page and components by S, correlate: r near/far must be .89/.44, .70/.70, .43/.89 at near, middle and far."""
    page, far_band, _ = viewing.compose(*pair, math.sqrt(8 * 24), 3)
    near, far, mean = visibility.contrasts(page, far_band)
    found = viewing.crossover_distances(page, far_band, A2)
    for distance, expected in zip(found, ((0.89, 0.44), (0.70, 0.70), (0.43, 0.89))):

        def eye(f):
            return vision.contrast_sensitivity(
                viewing.cycles_per_degree(f, distance, A2), visibility.LUX * mean / math.pi, viewing.visual_angle_deg(distance, A2)
            )

        seen_near, seen_far = mirrored(near, eye), mirrored(far, eye)
        r = [np.corrcoef((seen_near + seen_far).ravel(), s.ravel())[0, 1] for s in (seen_near, seen_far)]
        assert r == pytest.approx(expected, abs=0.03) and r[0] ** 2 + r[1] ** 2 == pytest.approx(1, abs=0.06)


def test_blur_alone_does_not_cross(pair):
    """An eye that only blurs would see the far picture from everywhere: the reason for a band-pass sensitivity."""
    page, far_band, _ = viewing.compose(*pair, math.sqrt(8 * 24), 3)
    near, far, _ = visibility.contrasts(page, far_band)
    for distance in (0.15, 0.5, 2, 10):
        sigma = 1 / 60  # degrees
        f, p = zip(*(frequency.power_spectrum(c) for c in (near, far)))
        seen = [(e * np.exp(-4 * np.pi**2 * sigma**2 * viewing.cycles_per_degree(g, distance, A2) ** 2)).sum() for g, e in zip(f, p)]
        assert seen[0] < seen[1]


# Hybrids


@pytest.mark.parametrize(
    "near_m, far_m, gap, width, low", [(0.5, 4, 1, A2, 17.9), (0.5, 4, 3, A4, 6.6), (0.5, 4, 3, A0, 15.6), (0.4, 2, 3, A2, 13.2), (1, 6, 3, A2, 7.1)]
)
def test_distances_to_cutoffs_and_back(pair, near_m, far_m, gap, width, low):
    h = viewing.hybrid(*pair, width_mm=width, near_m=near_m, far_m=far_m, gap=gap)
    assert h.cutoffs["low"] == pytest.approx(low, rel=0.015) and h.cutoffs["high"] == pytest.approx(gap * h.cutoffs["low"])
    assert h.mid_m == pytest.approx(math.sqrt(near_m * far_m), rel=0.01)
    assert near_m <= h.near_m < h.mid_m < h.far_m <= far_m and h.notes == ()
    again = viewing.crossover_distances(h.pixels, h.far_band, width)
    assert again == pytest.approx((h.near_m, h.mid_m, h.far_m), rel=0.01)


def test_what_cannot_be_served_is_said(pair):
    narrow = viewing.hybrid(*pair, width_mm=A2, near_m=1, far_m=1.5)
    assert "must be 3.9" in narrow.notes[0] and "1.5 came" in narrow.notes[0]
    tiny = viewing.hybrid(*pair, width_mm=5, near_m=10, far_m=100)
    assert "cannot be served at this size" in tiny.notes[0]
    fog = frequency.low_pass(pair[1], 3.0)
    assert viewing.hybrid(pair[0], fog, width_mm=A2, near_m=0.5, far_m=4).notes


def test_hybrid_of_colour_pictures():
    far, near = photograph("chelsea", 300)[:, :200], photograph("astronaut", 300)[:, 50:250]
    before = far.copy(), near.copy()
    h = viewing.hybrid(far, near, width_mm=297, near_m=0.5, far_m=4)
    assert h.pixels.shape == (3, 200, 300) and h.pixels.dtype == np.float32 and 0 <= h.pixels.min() and h.pixels.max() <= 1
    assert np.array_equal(far, before[0]) and np.array_equal(near, before[1])
    chroma = h.pixels - luminance.luma(h.pixels)
    inside = (h.pixels > 0).all(0) & (h.pixels < 1).all(0)  # the near band adds no colour
    assert np.abs((chroma - (h.far_band - luminance.luma(h.far_band)))[:, inside]).max() < 1e-5
    assert np.ptp(h.near_band, 0).max() == 0
    assert np.array_equal(h.pixels, viewing.hybrid(far, near, width_mm=297, near_m=0.5, far_m=4).pixels)


def test_matched_tone():
    for name in ("coffee", "astronaut"):
        luma = luminance.luma(viewing.normalised(photograph(name, 128), name))
        assert (luma.mean(), luma.std()) == pytest.approx((0.5, 0.18), abs=1e-5)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"near_m": 4.0, "far_m": 0.5}, "less than the far"),
        ({"gap": 0.5}, "1 to 8"),
        ({"near": np.full((3, 64, 64), 0.4)}, "flat tone"),
        ({"near": np.zeros((3, 64, 60))}, "one size"),
        ({"far": np.zeros((64, 64))}, "c h w"),
        ({"width_mm": 0.0}, "width"),
        ({"far_m": math.nan}, "less than"),
    ],
)
def test_wrong_input_is_refused(change, words):
    noise = np.random.default_rng(1).random((2, 3, 64, 64)).astype(np.float32)
    with pytest.raises(BadValue, match=words):
        viewing.hybrid(**{"far": noise[0], "near": noise[1], "width_mm": A2, "near_m": 0.5, "far_m": 4.0, **change})


# As seen


def test_as_seen_changes_sides(pair):
    page, far_band, near_band = viewing.compose(*pair, math.sqrt(8 * 24), 3)
    for distance, leads in ((0.5, near_band), (8.0, far_band)):
        seen = viewing.simulated_view(page, distance, A2, 256)
        small = {id(b): luminance.resized(b, (256, 256)).ravel() for b in (near_band, far_band)}
        r = {k: np.corrcoef(seen.ravel(), b)[0, 1] for k, b in small.items()}
        assert max(r, key=r.get) == id(leads) and max(r.values()) > 0.8


def test_as_seen_keeps_size_tone_and_range():
    x = photograph("coffee", 300)[:, :200]
    seen = viewing.simulated_view(x, 1.0, A4, 150)
    assert seen.shape == (3, 100, 150) and seen.dtype == np.float32 and 0 <= seen.min() and seen.max() <= 1
    assert luminance.to_linear(viewing.simulated_view(x, 40.0, A4, 150)).mean((1, 2)) == pytest.approx(luminance.to_linear(x).mean((1, 2)), abs=0.02)
    assert viewing.simulated_view(x, 400.0, A4, 150).std((1, 2)).max() < 0.03  # from afar a print is one tone
    assert viewing.simulated_view(x[:1], 1.0, A4, 64).shape == (1, 43, 64)


def test_hybrids_at_print_resolution_are_fast(pair, benchmark):
    big = tuple(luminance.resized(p, (1600, 1600)) for p in pair)
    benchmark(viewing.hybrid, *big, width_mm=A4, near_m=0.4, far_m=3)


@settings(max_examples=10, deadline=None)
@given(st.floats(0.3, 0.6), st.floats(4, 8), st.integers(0, 99))
def test_middle_is_the_geometric_mean(near_m, ratio, seed):
    rng = np.random.default_rng(seed)
    noise = [frequency.low_pass(rng.standard_normal((1, 96, 96)), 20.0) for _ in range(2)]
    h = viewing.hybrid(*noise, width_mm=A4, near_m=near_m, far_m=near_m * ratio)
    assert h.mid_m == pytest.approx(near_m * math.sqrt(ratio), rel=0.02)
