"""The judge: its scores' closed forms, the embedded network, CLIP in its real format, the choice among seeds."""

import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from illusionprint import cli, vocabulary
from illusionprint.anagram import Anagram
from illusionprint.blend.composite import MULTISCALE_COUNT, Scrutiny
from illusionprint.door import plan_of
from illusionprint.errors import BadValue, Missing
from illusionprint.judge import JudgeTarget, alignment, concealment, evaluate
from illusionprint.judge.drawings import SCALES, SIDE, Drawings
from illusionprint.products import jigsaw, turned_sheet
from illusionprint.spec import PuzzleSpec
from illusionprint.stages import casting
from illusionprint.stages.artwork import Artwork
from illusionprint.workshop import scoring

SHIPPED = Path(scoring.__file__).parent.parent / "judge" / "drawings.onnx"
square = st.integers(2, 4).flatmap(lambda n: arrays(float, (n, n), elements=st.floats(-20, 20)))


# The scores


def test_two_pictures_in_closed_form():
    """tr(softmax([[a, b], [c, d]])) / 2 = (sigma(a - b) + sigma(d - c)) / 2 along the rows."""
    s, sigma = np.array([[-0.2, -3.0], [-1.5, -0.7]]), lambda x: 1 / (1 + np.exp(-x))
    rows, columns = (sigma(2.8) + sigma(0.8)) / 2, (sigma(1.3) + sigma(2.3)) / 2
    assert concealment(s, 1.0) == pytest.approx((rows + columns) / 2) and alignment(s) == -0.7
    assert concealment(s, 0.01) == pytest.approx(1, abs=1e-6) and concealment(s, 1e9) == pytest.approx(0.5)


@given(square, st.floats(0.05, 10))
def test_concealment_is_a_share(s, tau):
    n = len(s)
    assert 0 <= concealment(s, tau) <= 1 and concealment(s + 5, tau) == pytest.approx(concealment(s, tau))
    order = np.random.default_rng(0).permutation(n)
    assert concealment(s[order][:, order], tau) == pytest.approx(concealment(s, tau))
    assert concealment(np.zeros((n, n)), tau) == pytest.approx(1 / n) and alignment(s) == min(s[k, k] for k in range(n))
    assert concealment(s + 50 * tau * np.eye(n), tau) >= concealment(s, tau) - 1e-12


# The embedded network


@pytest.fixture(scope="module")
def judge():
    return Drawings()


def drawings(count: int, style: str = "twemoji", side: int = 96):
    names = [s.name for s in vocabulary.subjects()]
    chosen = [names[i] for i in np.random.default_rng(5).choice(len(names), count, False)]
    found = [vocabulary.find(n, (style,))[0].rgba((side, side)) for n in chosen]
    return chosen, [x[..., :3] + 1 - x[..., 3:] for x in found]


def test_it_knows_the_drawings_and_not_noise(judge):
    names, pictures = drawings(60)
    told = judge.facts(pictures, [JudgeTarget(n, n) for n in names])
    assert np.mean([t["rank"] <= 5 for t in told]) >= 0.9
    noise = list(np.random.default_rng(0).random((60, 96, 96, 3), dtype=np.float32))
    assert np.mean([t["rank"] <= 5 for t in judge.facts(noise, [JudgeTarget(n, n) for n in names])]) < 0.1
    wrong = judge.facts(pictures, [JudgeTarget(n, n) for n in names[1:] + names[:1]])
    assert np.mean([t["rank"] <= 5 for t in wrong]) < 0.1


def test_probabilities_are_of_a_distribution_and_mirror_images_count_alike(judge):
    _, pictures = drawings(3)
    p = judge.log_p(pictures)
    assert np.exp(p).sum(1) == pytest.approx(1, abs=1e-4)
    assert judge.log_p([x[:, ::-1] for x in pictures]) == pytest.approx(p, abs=2e-3)
    assert judge.log_p([pictures[1]])[0] == pytest.approx(p[1], abs=2e-3)  # alone or in company


def test_the_subject_is_the_middle_square(judge):
    _, (x, *_) = drawings(1, side=SIDE)
    wide = np.pad(x, ((0, 0), (13, 13), (0, 0)), constant_values=0.3)
    assert judge.log_p([wide])[0] == pytest.approx(judge.log_p([x])[0], abs=1e-4)


def test_at_several_scales_the_geometric_mean_is_taken_of_what_it_says_at_each(judge):
    """Half as large with its edge carried on, twice as large without what is outside."""
    _, pictures = drawings(3, side=96)
    half = [np.pad(cv2.resize(x, (48, 48), interpolation=cv2.INTER_AREA), ((24, 24), (24, 24), (0, 0)), "edge") for x in pictures]
    twice = [x[24:72, 24:72] for x in pictures]
    assert judge.log_p(pictures, (0.5,)) == pytest.approx(judge.log_p(half), abs=1e-3)
    assert judge.log_p(pictures, (2.0,)) == pytest.approx(judge.log_p(twice), abs=1e-3)
    mean = sum(judge.log_p(x) for x in (pictures, half, twice)) / 3
    together = judge.log_p(pictures, (1.0, 0.5, 2.0))
    assert together == pytest.approx(mean - np.log(np.exp(mean).sum(1, keepdims=True)), abs=1e-3) and np.abs(together - judge.log_p(pictures)).max() > 0.1


def test_what_is_scored_is_looked_at_in_several_scales(judge):
    """Alignment and what is told of a picture are the same look."""
    subjects, pictures = drawings(3, side=96)
    wanted = [JudgeTarget(s, s) for s in subjects]
    said = np.diag(judge.log_p(pictures, SCALES)[:, [judge.rows[s] for s in subjects]])
    assert np.diag(judge.similarity(pictures, wanted)) == pytest.approx(said) and len(SCALES) > 1
    assert [told["probability"] for told in judge.facts(pictures, wanted)] == pytest.approx(np.exp(said), abs=1e-4)
    once = np.diag(judge.log_p(pictures)[:, [judge.rows[s] for s in subjects]])
    assert np.abs(said - once).max() > 1e-3


def test_a_picture_of_ones_own_is_compared_with_its_target(judge):
    _, (x, y, _) = drawings(3)
    s = judge.similarity([x, y], [JudgeTarget("x.png", target=x), JudgeTarget("y.png", target=y)])
    assert s[0, 0] > s[0, 1] and s[1, 1] > s[1, 0] and concealment(s, judge.tau) > 0.9
    with pytest.raises(Missing, match="no target"):
        judge.similarity([x], [JudgeTarget("x.png")])


def test_a_damaged_network_is_refused(tmp_path):
    files = [SHIPPED.with_suffix(".json"), *networks()]
    for file in files:
        shutil.copy(file, tmp_path)
    assert Drawings(tmp_path / SHIPPED.name)
    for n, file in enumerate(files[1:]):
        data = bytearray(file.read_bytes())
        other = Path(shutil.copytree(tmp_path, tmp_path / f"flipped_{n}", ignore=shutil.ignore_patterns("flipped*")))
        data[len(data) // 2] ^= 1
        (other / file.name).write_bytes(data)
        with pytest.raises(Missing, match=f"{file.name}.*its hash is not that in drawings.json"):
            Drawings(other / SHIPPED.name)
        (other / file.name).write_bytes(data[: len(data) // 2])
        with pytest.raises(Missing, match="its hash is not that in drawings.json"):
            Drawings(other / SHIPPED.name)
        (other / file.name).unlink()
        with pytest.raises(Missing, match="cannot be read"):
            Drawings(other / SHIPPED.name)
    with pytest.raises(Missing, match="absent.json cannot be read .No such file"):
        Drawings(tmp_path / "absent.onnx")


@pytest.mark.parametrize(
    "text, says",
    [
        ("{", "Expecting"),
        ("", "Expecting"),
        ("[]", "list indices|not"),
        ("{}", "it lacks 'networks'"),
        ('{"networks": {}, "subjects": []}', "is not the one that was shipped"),
        ('{"networks": {"drawings.onnx": 3}, "subjects": 7}', "not iterable"),
        ("\udcff", "utf-8"),
    ],
)
def test_damaged_facts_are_blamed_on_their_own_file(text, says, tmp_path):
    for file in (SHIPPED.with_suffix(".json"), *networks()):
        shutil.copy(file, tmp_path)
    (tmp_path / "drawings.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(Missing, match=f"drawings.json .*({says})") as error:
        Drawings(tmp_path / SHIPPED.name)
    assert "onnx" not in str(error.value)


def networks():
    return [SHIPPED.with_name(n) for n in json.loads(SHIPPED.with_suffix(".json").read_text())["networks"]]


def alone(network: Path, folder: Path) -> Drawings:
    """A judge of one of the shipped networks."""
    facts = json.loads(SHIPPED.with_suffix(".json").read_text())
    facts["networks"] = {network.name: facts["networks"][network.name]}
    folder.mkdir()
    shutil.copy(network, folder), (folder / network.with_suffix(".json").name).write_text(json.dumps(facts))
    return Drawings(folder / network.name)


def test_of_several_networks_the_geometric_mean_is_taken(judge, tmp_path):
    _, pictures = drawings(6)
    said = np.stack([alone(n, tmp_path / str(k)).log_p(pictures) for k, n in enumerate(networks())])
    assert len(said) > 1 and np.abs(said[0] - said[1]).max() > 1  # they learnt otherwise
    mean = said.mean(0)
    assert judge.log_p(pictures) == pytest.approx(mean - np.log(np.exp(mean).sum(1, keepdims=True)), abs=1e-3)
    assert np.abs(judge.log_p(pictures) - said[0]).max() > 0.1  # not the first alone
    quick = judge.quick_log_p(pictures)
    assert np.abs(quick - judge.log_p(pictures)).max() > 0.1 and np.exp(quick).sum(1) == pytest.approx(np.ones(6), abs=1e-3)


def test_weights_are_stored_in_eight_bits():
    pytest.importorskip("torch")
    from illusionprint.judge.training.export import quantise

    w = np.random.default_rng(0).normal(size=(5, 4, 3, 3)).astype(np.float32) * np.arange(5, dtype=np.float32).reshape(5, 1, 1, 1)
    scale, q = quantise(w)
    assert (
        q.dtype == np.int8
        and (np.abs(scale.reshape(5, 1, 1, 1) * q - w).max(axis=(1, 2, 3)) <= scale / 2 + 1e-6).all()
        and np.abs(q).max() == 127
        and not q[0].any()
    )


def test_accuracy_counts_places():
    pytest.importorskip("torch")
    from illusionprint.judge.training.accuracy import top_shares

    log_p = np.arange(8.0)[None] * np.ones((4, 1))  # the last row comes first
    assert top_shares(log_p, np.array([7, 6, 3, 0])) == (0.25, 0.75)


def test_what_is_shipped_is_small():
    files = networks()
    assert sum(f.stat().st_size for f in files) <= 8e6 and SHIPPED.with_suffix(".json").stat().st_size < 1e5
    card = SHIPPED.with_suffix(".md").read_text()
    assert all(f"`{hashlib.sha256(f.read_bytes()).hexdigest()[:12]}`" in card for f in files)  # the card speaks of these very networks


# CLIP, in the format of transformers


@pytest.fixture(scope="module")
def clip_folder(tmp_path_factory):
    torch, t = pytest.importorskip("torch"), pytest.importorskip("transformers")
    folder = tmp_path_factory.mktemp("clip")
    text = dict(
        vocab_size=300,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=32,
        bos_token_id=1,
        eos_token_id=2,
    )
    vision = dict(hidden_size=16, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2, image_size=32, patch_size=8)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        t.CLIPModel(t.CLIPConfig(text_config=text, vision_config=vision, projection_dim=8)).save_pretrained(folder)
    letters = [*"abcdefghijklmnopqrstuvwxyz", *(c + "</w>" for c in "abcdefghijklmnopqrstuvwxyz")]
    table = {w: n for n, w in enumerate(["<pad>", "<|startoftext|>", "<|endoftext|>", *letters])}
    tokenizer = t.CLIPTokenizer(vocab=table, merges=[])
    image = t.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    t.CLIPProcessor(image_processor=image, tokenizer=tokenizer).save_pretrained(folder)
    return folder


def test_clip_through_the_same_code(clip_folder):
    by = scoring.judge("clip", str(clip_folder))
    _, pictures = drawings(2)
    found = evaluate(by, pictures, [JudgeTarget("owl", "owl"), JudgeTarget("ship", "ship")])
    assert -1 <= found.alignment <= 1 and 0 < found.concealment < 1 and len(found.pictures) == 2
    assert by.similarity(pictures, [JudgeTarget("owl"), JudgeTarget("owl")])[0] == pytest.approx([by.similarity(pictures, [JudgeTarget("owl")])[0, 0]] * 2)
    own = by.similarity(pictures, [JudgeTarget("a.png", target=pictures[0])])
    assert own[0, 0] == pytest.approx(1, abs=1e-4) and own[1, 0] < own[0, 0]


def test_clip_that_is_not_there(tmp_path):
    pytest.importorskip("transformers")
    with pytest.raises(Missing, match="no CLIP weights"):
        scoring.judge("clip", str(tmp_path))


# Results and seeds


class Liking:
    """A stand-in judge that likes one seed's picture: similarity is the mean lightness."""

    tau = 1.0

    def similarity(self, pictures, wanted):
        return np.array([[float(x.mean())] * len(wanted) for x in pictures])

    def facts(self, pictures, wanted):
        return [{"prompt": w.prompt, "likeliest": []} for w in wanted]


def test_the_best_seeds_are_kept(monkeypatch):
    shades = {0: 10, 1: 200, 2: 90, 3: 200}

    def picture(plan, progress=None):
        pixels = np.full((24, 24, 3), shades[plan.seed], np.uint8)
        return Anagram(pixels, (pixels, pixels), 1.0, (), {"prompts": ["owl", "ship"]}), None

    monkeypatch.setattr(turned_sheet, "picture", picture)
    monkeypatch.setattr(scoring, "judge", lambda name: Liking())
    found = scoring.best(PuzzleSpec.of("rotate_180", ("owl", "ship")), [0, 1, 2, 3], 3)
    assert [seed for seed, _ in found] == [1, 3, 2] and found[0][1].alignment == pytest.approx(200 / 255)


CHOSEN = PuzzleSpec.of("rotate_180", ("owl", "ship"), size="60mm", dpi=60.0, cast=4)


@pytest.fixture(scope="module")
def chosen() -> Artwork:
    """What is drawn for it in a small picture."""
    return drawn(CHOSEN)


def drawn(spec: PuzzleSpec, dpi: float = 42.0) -> Artwork:
    """What is drawn for a spec in a picture of about 100 x 100 pixels."""
    plan = plan_of(spec).at(dpi)
    return (jigsaw if plan.board else turned_sheet).drawn(plan)


def test_the_small_picture_is_cast_as_the_large_one(chosen):
    """What --keep judges is what is made: the same casting at any resolution."""
    large = drawn(CHOSEN, 93.0)
    assert chosen.facts == large.facts and chosen.facts["casting"]["score"] > 0
    other = drawn(dataclasses.replace(CHOSEN, seed=1))
    assert other.facts != chosen.facts


def test_the_judge_has_its_say_in_the_choice(chosen, monkeypatch):
    first = chosen.casting

    def against(shown, look, prompts):  # a judge that cannot bear what was chosen
        return [-1.0 if s.casting.facts()["pictures"] == first.facts()["pictures"] else 0.0 for s in shown]

    monkeypatch.setattr(casting, "marks", against)
    assert drawn(CHOSEN).casting.facts()["pictures"] != first.facts()["pictures"]


def test_whole_sheets_are_looked_at_again_and_the_last_look_decides(monkeypatch):
    spec, seen = CHOSEN, {}

    def marks(shown, look, prompts):  # the last look likes the second best most
        seen[look] = [id(s.pictures) for s in shown]
        kept.setdefault(look, shown)
        return [9.0 * (look == Scrutiny.AGAIN and n == 1) for n in range(len(shown))]

    kept: dict = {}
    monkeypatch.setattr(casting, "marks", marks)
    made = drawn(spec).casting
    assert len(kept[Scrutiny.AGAIN]) == MULTISCALE_COUNT < len(kept[Scrutiny.CLOSELY]) and made.design == kept[Scrutiny.AGAIN][1].casting.design
    assert set(seen[Scrutiny.AGAIN]) < set(seen[Scrutiny.CLOSELY]) < set(seen[Scrutiny.PASSING])
    kept.clear()
    drawn(spec.replace(kind="jigsaw", grid="2x2"))
    assert Scrutiny.AGAIN not in kept


def result(folder: Path, names: list[str], pictures: list[np.ndarray]) -> Path:
    folder.mkdir()
    pixels = [np.rint(255 * p).astype(np.uint8) for p in pictures]
    Anagram(pixels[0], tuple(pixels), 4.0, (), {"prompts": names}).save(folder)
    return folder


def test_score_on_the_command_line(tmp_path):
    names, pictures = drawings(2)
    right, wrong = result(tmp_path / "right", names, pictures), result(tmp_path / "wrong", names[::-1], pictures)
    said = [CliRunner().invoke(cli.main, ["score", str(f)]) for f in (right, wrong)]
    assert [s.exit_code for s in said] == [0, 0]
    a, b = (float(s.stdout.split("alignment ")[1].split()[0]) for s in said)
    assert a > b + 1 and f"{names[0]}: rank 1," in said[0].stdout
    for bad in (["score", str(tmp_path)], ["score", str(right), "--judge", "drawing"], ["score", str(right), "--weights", "x"]):
        done = CliRunner().invoke(cli.main, bad)
        assert done.exit_code == 2 and (
            "no result" in done.stderr or "not a result" in done.stderr or "mean 'drawings'" in done.stderr or "weights belong to --judge clip" in done.stderr
        )
    facts = json.loads((right / "anagram.json").read_text())
    (right / "anagram.json").write_text(json.dumps({**facts, "prompts": ["owl"]}))
    with pytest.raises(BadValue, match="does not say"):
        scoring.score(right)


def test_keep_needs_seeds():
    done = CliRunner().invoke(cli.main, ["make", "flip", "cat", "dog", "--keep", "1"])
    assert done.exit_code == 2 and "--seeds" in done.stderr


# Training


def test_training_goes_on_where_it_stopped_and_exports(tmp_path, monkeypatch):
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from illusionprint.judge.training import __main__ as training
    from illusionprint.judge.training import data, export
    from illusionprint.judge.training.network import Network

    picture = torch.randint(0, 256, (8, 4, 80, 80), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    bank = {"own": (picture.sort(1).values, torch.arange(8))}
    names = [s.name for s in vocabulary.subjects()][:8]
    monkeypatch.setattr(data, "names", lambda: names)
    monkeypatch.setattr(training, "BATCH", 10)
    out = tmp_path / "net.pt"
    net = Network(8, (8, 8, 8, 8), (1, 1, 1, 1))
    training.train(net, bank, ("own",), "", "mixed", 0, 0.5, out, {})
    state = torch.load(out, weights_only=True)
    assert state["seen"] >= 10 and state["subjects"] == names
    training.train(Network(8, (8, 8, 8, 8), (1, 1, 1, 1)), bank, ("own",), "", "laid", 0, state["spent"] + 0.2, out, state)
    assert torch.load(out, weights_only=True)["seen"] > state["seen"]
    monkeypatch.setattr(export, "Network", lambda n: Network(n, (8, 8, 8, 8), (1, 1, 1, 1)))
    export.main([str(out), str(tmp_path / "net.onnx")], standalone_mode=False)
    judge = Drawings(tmp_path / "net.onnx")
    assert judge.log_p([np.zeros((60, 60, 3), np.float32)]).shape == (1, 8) and list(judge.rows) == names
    model = Network(8, (8, 8, 8, 8), (1, 1, 1, 1)).eval()
    assert export.difference(model, tmp_path / "net.onnx") > export.AGREES  # another network's file is noticed


def test_scenes():
    torch = pytest.importorskip("torch")
    from illusionprint.judge.training import scenes

    x = torch.rand(20, 4, 48, 48, generator=torch.Generator().manual_seed(1)).sort(1).values
    turn = scenes.hue_matrix(torch.tensor([0.0, 0.7, 3.0]))
    assert torch.allclose(turn @ turn.transpose(1, 2), torch.eye(3).expand(3, 3, 3), atol=1e-5) and torch.allclose(
        turn @ torch.ones(3), torch.ones(3), atol=1e-5
    )
    moved = scenes.shuffled(x, 4, scenes.RandomSource(3))  # 4 x 4 cells of 12 px: the same pixels elsewhere
    assert torch.equal(moved.flatten(2).sort().values, x.flatten(2).sort().values) and not torch.equal(moved, x)
    for recipe in scenes.RECIPES:
        one, two, other = (scenes.training_scenes(x, 32, scenes.RandomSource(s), recipe, 0.1) for s in (4, 4, 5))
        assert one.shape == (20, 3, 32, 32) and 0 <= one.min() and one.max() <= 1 and torch.equal(one, two) and not torch.equal(one, other)
    alone = torch.zeros_like(x)
    alone[:, :, 12:36, 12:36] = torch.tensor([0.9, 0.2, 0.1, 1.0]).view(1, 4, 1, 1)
    kept = scenes.blended(alone, torch.zeros_like(x), scenes.RandomSource(0))  # nothing fights: the subject stays
    assert (kept[:, :, 20:28, 20:28] - torch.tensor([0.9, 0.2, 0.1]).view(1, 3, 1, 1)).abs().max() < 0.25
