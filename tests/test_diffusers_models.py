"""The way of the diffusion models: tiny random pipelines, written to disk by diffusers itself, read by the real code, hub switched off."""

import gc
import json
import os
import string
import subprocess
import sys
import weakref

import cv2
import numpy as np
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
torch = pytest.importorskip("torch")
diffusers = pytest.importorskip("diffusers")
transformers = pytest.importorskip("transformers")

from illusionprint import denoisers, sampling  # noqa: E402
from illusionprint.denoisers import _folder  # noqa: E402
from illusionprint.errors import BadValue, Missing, UnknownName  # noqa: E402
from illusionprint.multiview import AnagramDenoiser, GuidedDenoiser, sample  # noqa: E402
from illusionprint.views import view  # noqa: E402

VIEWS = [view("identity"), view("rotate_180")]
WORDS = ["an old man", "people around a campfire"]


def text_parts():
    """A T5 encoder of 8 channels and a tokenizer whose vocabulary is the letters."""
    torch.manual_seed(0)
    config = transformers.T5Config(vocab_size=64, d_model=8, d_kv=4, d_ff=16, num_layers=1, num_heads=2)
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((c, -2.0) for c in string.ascii_lowercase)]
    return transformers.T5Tokenizer(vocab=vocab, extra_ids=0), transformers.T5EncoderModel(config)


@pytest.fixture(scope="session")
def if_folder(tmp_path_factory):
    tokenizer, encoder = text_parts()
    unet = diffusers.UNet2DConditionModel(
        sample_size=16,
        in_channels=3,
        out_channels=6,
        layers_per_block=1,
        block_out_channels=(8, 16),
        norm_num_groups=4,
        down_block_types=("ResnetDownsampleBlock2D", "SimpleCrossAttnDownBlock2D"),
        mid_block_type="UNetMidBlock2DSimpleCrossAttn",
        up_block_types=("SimpleCrossAttnUpBlock2D", "ResnetUpsampleBlock2D"),
        attention_head_dim=4,
        cross_attention_dim=16,
        encoder_hid_dim=8,
        addition_embed_type="text",
        addition_embed_type_num_heads=2,
        resnet_time_scale_shift="scale_shift",
        act_fn="gelu",
    )
    scheduler = diffusers.DDPMScheduler(
        beta_schedule="squaredcos_cap_v2", variance_type="learned_range", thresholding=True, dynamic_thresholding_ratio=0.95, sample_max_value=1.5
    )
    pipe = diffusers.IFPipeline(tokenizer, encoder, unet, scheduler, None, None, None, requires_safety_checker=False)
    return saved(pipe, tmp_path_factory.mktemp("if"))


@pytest.fixture(scope="session")
def prx_folder(tmp_path_factory):
    tokenizer, encoder = text_parts()
    transformer = diffusers.PRXTransformer2DModel(
        in_channels=3, patch_size=4, context_in_dim=8, hidden_size=16, num_heads=2, depth=1, axes_dim=[4, 4], bottleneck_size=8, resolution_embeds=True
    )
    pipe = diffusers.PRXPixelPipeline(
        transformer, diffusers.FlowMatchEulerDiscreteScheduler(shift=3.0), encoder, tokenizer, default_sample_size=32, prompt_max_tokens=12
    )
    return saved(pipe, tmp_path_factory.mktemp("prx"))


def saved(pipe, folder):
    """Random weights made larger, so that networks do not answer with their zero-initialised last layers."""
    net = getattr(pipe, "unet", None) or pipe.transformer
    torch.manual_seed(1)
    with torch.no_grad():
        for p in net.parameters():
            p.add_(torch.randn_like(p) * 0.1)
    pipe.save_pretrained(folder)
    return folder


@pytest.fixture(params=["if_folder", "prx_folder"])
def folder(request):
    return request.getfixturevalue(request.param)


def test_two_view_anagram(folder):
    told = []
    pixels, facts = sample(str(folder), WORDS, VIEWS, steps=3, seed=1, device="cpu", progress=lambda *a: told.append(a))
    assert pixels.dtype == np.float32 and np.isfinite(pixels).all() and 0 <= pixels.min() < pixels.max() <= 1
    assert pixels.shape[1:] == denoisers.load(str(folder), "cpu").size_px
    assert facts["steps"] == 3 and facts["guidance"] > 1 and len(facts["config_sha256"]) == 64 and told[-1] == (3, 3, "sample")
    again, same = sample(str(folder), WORDS, VIEWS, steps=3, seed=1, device="cpu")
    assert np.array_equal(pixels, again) and same["config_sha256"] == facts["config_sha256"]


def test_a_start_is_taken_up(folder):
    """Another picture to begin with ends in another picture, of the model's size."""
    y = np.random.default_rng(0).random((16, 16, 3)).astype(np.float32)
    one, other = (sample(str(folder), WORDS, VIEWS, steps=20, guidance=1.0, seed=1, device="cpu", start=s, strength=0.1)[0] for s in (y, 1 - y))
    assert one.shape == other.shape == sample(str(folder), WORDS, VIEWS, steps=1, seed=1, device="cpu")[0].shape and np.abs(one - other).max() > 1e-3


def test_the_last_of_many_steps_changes_little(if_folder):
    """A network that predicts the noise, be it a random one, hardly moves what is hardly noised; with all steps nothing of the start is left."""
    y = np.random.default_rng(0).random((16, 16, 3)).astype(np.float32)
    near, far = (sample(str(if_folder), WORDS, VIEWS, steps=n, guidance=1.0, seed=1, device="cpu", start=y, strength=s)[0] for n, s in ((200, 0.005), (4, 1.0)))
    want = cv2.resize(y, near.shape[:0:-1], interpolation=cv2.INTER_AREA).transpose(2, 0, 1)
    assert np.abs(near - want).mean() < 0.5 * np.abs(far - want).mean()


def test_prompts_and_guidance_matter(folder):
    pixels = [sample(str(folder), words, VIEWS, steps=2, seed=1, guidance=g)[0] for words, g in ((WORDS, 4), (WORDS[::-1], 4), (WORDS, 1))]
    assert all(np.abs(pixels[0] - p).max() > 1e-4 for p in pixels[1:])


def test_batched_equals_single_and_is_one_network_call(folder):
    base = denoisers.load(str(folder), "cpu")
    model = AnagramDenoiser(GuidedDenoiser(base, 3.0), VIEWS)
    cond, rows = model.encode(WORDS), []
    x = 5 * torch.randn(1, 3, *base.size_px, generator=torch.Generator().manual_seed(0))
    hook = base._net.register_forward_hook(lambda net, args, kwargs, out: rows.append(len(out[0])), with_kwargs=True)
    got = model(x, 5.0, cond)
    assert rows == [4]
    hook.remove()
    parts = [[base(v(x), 5.0, [half]) for half in pair] for v, pair in zip(VIEWS, cond)]
    want = sum(v.inverse(u + 3 * (c - u)) for v, (u, c) in zip(VIEWS, parts)) / 2
    assert (got - want).abs().max() < 2e-4 * want.abs().max()
    assert (got - parts[0][1]).abs().max() > 1e-3


def test_if_sees_what_its_pipeline_sees(if_folder):
    """At an integer timestep: the network is called with the pipeline's embeddings at alpha-bar = 1 / (1 + sigma^2)."""
    base = denoisers.load(str(if_folder), "cpu")
    pipe = diffusers.IFPipeline.from_pretrained(if_folder, local_files_only=True)
    t, rows = 400, pipe.encode_prompt(WORDS, do_classifier_free_guidance=False)[0]
    alpha = float(pipe.scheduler.alphas_cumprod[t])
    sigma = (1 / alpha - 1) ** 0.5
    assert rows.shape == (2, 77, 8) and torch.allclose(torch.cat(base.encode(WORDS)), rows)
    assert base.timestep(sigma) == pytest.approx(t, abs=1e-3)
    z = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        out = pipe.unet(z, t, encoder_hidden_states=rows).sample
    pipe.scheduler.set_timesteps(1000)
    step = pipe.scheduler.step(out, t, z)
    x0 = base(z / alpha**0.5, sigma, base.encode(WORDS))
    assert torch.allclose(base.threshold(x0), step.pred_original_sample, atol=2e-4)
    assert not torch.allclose(x0, base.threshold(x0), atol=1e-2)


def test_prx_walks_as_its_pipeline_does(prx_folder, monkeypatch):
    """The stock loop, Euler on the flow, equals ddim on the same times, up to where the pipeline's clamp of t at 0.05 bites."""
    from diffusers.pipelines.prx import pipeline_prx_pixel

    monkeypatch.setattr(pipeline_prx_pixel, "_basic_clean", str.strip)
    pipe = diffusers.PRXPixelPipeline.from_pretrained(prx_folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    first, stock = 2 * torch.randn(1, 3, 32, 32, generator=torch.Generator().manual_seed(0)), []
    pipe(
        WORDS[0],
        num_inference_steps=6,
        guidance_scale=3.0,
        latents=first,
        output_type="pt",
        use_resolution_binning=False,
        callback_on_step_end=lambda p, i, t, state: stock.append(state["latents"]),
    )
    times = [min(float(t), 1 - 1e-6) for t in pipe.scheduler.sigmas]
    model, sigmas, ours = GuidedDenoiser(denoisers.load(str(prx_folder), "cpu"), 3.0), [2 * t / (1 - t) for t in times], []
    cond = model.encode([WORDS[0]])
    for n in range(1, 7):
        x = sampling.sampler("ddim")(lambda x, s: model(x, s, cond), first / (1 - times[0]), sigmas[: n + 1])
        ours.append((x * (1 - times[n]) - stock[n - 1]).abs().max().item())
    assert times[-2] < 0.05 < times[-3]
    assert max(ours[:-1]) < 2e-3 and ours[-1] > 1e-2


def test_noise_levels(if_folder, prx_folder):
    for folder, highest in ((if_folder, 200), (prx_folder, 3 * 2 * 0.995 / 0.005)):
        sigmas = denoisers.load(str(folder), "cpu").sigmas(12)
        assert len(sigmas) == 13 and sigmas[0] == pytest.approx(highest, rel=0.02) and sigmas[-1] == 0
        assert all(a > b for a, b in zip(sigmas, sigmas[1:]))


def test_half_precision_takes_the_fp16_files(if_folder, tmp_path):
    assert _folder._variant(if_folder, True) is None
    diffusers.IFPipeline.from_pretrained(if_folder, local_files_only=True).save_pretrained(tmp_path, variant="fp16")
    assert _folder._variant(tmp_path, True) == _folder._variant(tmp_path, False) == "fp16"
    pixels, _ = sample(str(tmp_path), WORDS, VIEWS, steps=2, seed=1)
    assert np.array_equal(pixels, sample(str(if_folder), WORDS, VIEWS, steps=2, seed=1)[0])


def test_text_encoder_is_freed_at_once(folder, monkeypatch):
    """By its reference count: on a GPU nobody waits for the garbage collector."""
    opened, really = [], _folder.open_parts

    def open_parts(*args):
        pipe = really(*args)
        opened.append(weakref.ref(pipe.text_encoder))
        return pipe

    monkeypatch.setattr(_folder, "open_parts", open_parts)
    base = denoisers.load(str(folder), "cpu")
    gc.disable()
    try:
        base.encode(WORDS)
        assert len(opened) == 1 and opened[0]() is None
    finally:
        gc.enable()


# ---- what can go wrong ----


def test_hub_name_offline():
    with pytest.raises(Missing, match="hub is switched off|cannot be reached") as e:
        denoisers.load("nobody/no-such-model", "cpu")
    assert all(word in str(e.value) for word in ("hf auth login", "local folder", "licence"))


def refusing(error):
    def download(*args, **kwargs):
        raise error

    return download


def hub_error(kind):
    """The hub's own exception, without the response that its constructor wants."""
    from huggingface_hub import errors

    kind = getattr(errors, kind)
    return kind.__new__(kind, "no")


@pytest.mark.parametrize(
    "kind, says",
    [("GatedRepoError", "licence is not accepted"), ("RepositoryNotFoundError", "knows no such model"), ("RemoteEntryNotFoundError", "no diffusers model")],
)
def test_what_the_hub_refuses(monkeypatch, kind, says):
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", refusing(hub_error(kind)))
    with pytest.raises(Missing, match=says) as e:
        denoisers.load("DeepFloyd/IF-I-M-v1.0", "cpu")
    assert "hf auth login" in str(e.value) and "\n" not in str(e.value)


def test_gated_weights_behind_an_open_index(monkeypatch, if_folder):
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *a, **k: str(if_folder / "model_index.json"))
    cause = hub_error("GatedRepoError")
    error = OSError("cannot load")
    error.__cause__ = cause
    monkeypatch.setattr(diffusers.DiffusionPipeline, "download", refusing(error))
    with pytest.raises(Missing, match="licence is not accepted"):
        denoisers.load("DeepFloyd/IF-I-M-v1.0", "cpu")


def test_hub_snapshot_is_read_like_a_folder(monkeypatch, if_folder):
    import huggingface_hub

    asked = []
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *a, **k: str(if_folder / "model_index.json"))
    monkeypatch.setattr(diffusers.DiffusionPipeline, "download", lambda name, **k: asked.append((name, k)) or str(if_folder))
    pixels, _ = sample("DeepFloyd/IF-I-M-v1.0", WORDS, VIEWS, steps=2, seed=1, device="cpu")
    assert np.array_equal(pixels, sample(str(if_folder), WORDS, VIEWS, steps=2, seed=1, device="cpu")[0])
    assert asked[0][0] == "DeepFloyd/IF-I-M-v1.0" and asked[0][1]["safety_checker"] is None


@pytest.mark.parametrize(
    "name, kind, says",
    [
        ("patchs", UnknownName, "did you mean 'patches'.*hub name such as owner/name"),
        ("./nowhere", Missing, "no folder './nowhere'"),
        ("/no/where", Missing, "no folder"),
    ],
)
def test_no_such_model(name, kind, says):
    with pytest.raises(kind, match=says):
        denoisers.load(name, "cpu")


def test_folder_without_index_or_with_a_broken_one(tmp_path):
    with pytest.raises(Missing, match="has no model_index.json"):
        denoisers.load(str(tmp_path), "cpu")
    for text, says in (("{", "cannot be read"), ("[]", "no table"), ("{}", "no pipeline class")):
        (tmp_path / "model_index.json").write_text(text)
        with pytest.raises(Missing, match=says):
            denoisers.load(str(tmp_path), "cpu")


def test_unsupported_pipeline_lists_the_supported(tmp_path):
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "PRXPipeline"}))
    with pytest.raises(UnknownName, match="did you mean|Allowed: IFPipeline, PRXPixelPipeline"):
        denoisers.load(str(tmp_path), "cpu")


def test_missing_and_broken_weights(if_folder, tmp_path):
    import shutil

    shutil.copytree(if_folder, tmp_path / "m")
    weights = tmp_path / "m/unet/diffusion_pytorch_model.safetensors"
    weights.write_bytes(b"broken")
    with pytest.raises(Missing, match="cannot be had"):
        sample(str(tmp_path / "m"), WORDS, VIEWS, steps=1, device="cpu")
    weights.unlink()
    with pytest.raises(Missing, match="no weights in unet/"):
        denoisers.load(str(tmp_path / "m"), "cpu")


@pytest.mark.parametrize("module", ["diffusers", "transformers"])
def test_missing_extra(module, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Missing, match=module) as e:
        denoisers.load("owner/name", "cpu")
    assert 'pip install "illusionprint[diffusion]"' in str(e.value)
    assert denoisers.load("patches", "cpu")


def test_missing_torch():
    """In a fresh interpreter that cannot import it."""
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from illusionprint import denoisers, multiview, errors\n"
        "for ask in (lambda: denoisers.load('patches', 'cpu'), lambda: multiview.sample):\n"
        "    try: ask()\n"
        "    except errors.Missing as e: print(e)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(out) == 2 and all('pip install "illusionprint[diffusion]"' in line and "torch" in line for line in out)


def test_rooms_import_without_torch():
    code = "import sys; sys.modules['torch'] = None; import illusionprint.denoisers, illusionprint.sampling, illusionprint.multiview"
    subprocess.run([sys.executable, "-c", code + "; print(illusionprint.sampling.names())"], check=True)


def test_devices(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert denoisers.pick_device("auto").type == "cpu"
    with pytest.raises(BadValue, match="'cuda' was asked for.*there is: cpu"):
        denoisers.load("patches", "cuda")
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert denoisers.pick_device("auto").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert denoisers.pick_device("auto").type == "cuda"
    with pytest.raises(UnknownName, match="cuda"):
        denoisers.pick_device("gpu")


def test_half_precision_on_a_gpu(if_folder, prx_folder):
    from illusionprint.denoisers.deepfloyd_if import DeepfloydIf
    from illusionprint.denoisers.prx_pixel import PrxPixel

    gpu, cpu = torch.device("cuda"), torch.device("cpu")
    assert DeepfloydIf(if_folder, gpu).dtype == torch.float16 and PrxPixel(prx_folder, gpu).dtype == torch.bfloat16
    assert DeepfloydIf(if_folder, cpu).dtype == PrxPixel(prx_folder, cpu).dtype == torch.float32
