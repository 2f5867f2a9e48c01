"""The command line: what is typed wrong gets one clear message and leaves nothing; what is right works from a shell."""

from __future__ import annotations

import functools
import io
import os
import pty
import re
import resource
import shlex
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from illusionprint import __version__, data, plugins, workshop
from illusionprint.cli import main, making
from illusionprint.cli._spec import seeds_of
from illusionprint.cli.look import ROOMS
from illusionprint.door import board_of
from illusionprint.errors import BadValue
from illusionprint.spec import PuzzleSpec
from illusionprint.stages.result import Result as Made

TINY = "--size 60mm --dpi 20 --search 0"  # with pictures: half a second
FILES = {
    "text.jpg": b"this is no picture",
    "empty.png": b"",
    "nosvg.svg": b"text",
    "open.svg": b"<svg viewBox='0 0 9 9'><path",
    "html.svg": b"<html/>",
    "box.svg": b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 9'/>",
    "blank.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "speck.svg": b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 900 900'><path d='M0 0H9V9H0Z'/></svg>",
    "broken.toml": b'kind = "jigsaw"\nprompts = ["a"\nseed = 3\n',
    "key.toml": b'kind = "jigsaw"\nsede = 3\n[pictures]\nprompts = ["cat", "dog"]\n',
    "type.toml": b'kind = "jigsaw"\nseed = "3"\n[pictures]\nprompts = ["cat", "dog"]\n',
    "one.toml": b'kind = "flip"\npictures.prompts = ["cat"]\n',
    "three.toml": b'kind = "hybrid"\npictures.prompts = ["cat", "dog", "owl"]\n',
    "text.toml": b'kind = "jigsaw"\npictures.prompts = "cat"\n',
    "kind.toml": b'kind = "jigsow"\npictures.prompts = ["cat", "dog"]\n',
    "case.toml": b'kind = "JIGSAW"\npictures.prompts = ["cat", "dog"]\n',
    "styles.toml": b'kind = "jigsaw"\n[pictures]\nprompts = ["cat", "dog"]\nstyles = []\n',
    "table.toml": b'kind = "jigsaw"\npictures = "cat"\n',
    "place.toml": b'kind = "jigsaw"\n[pictures]\nprompts = ["cat", "dog"]\ngrid = "4x4"\n',
    "nobody.toml": b'kind = "jigsaw"\nextra = 1\n',
    "flat.toml": b'# mine\nkind = "jigsaw"\nprompts = ["cat", "dog"]\ngrid = "3x3"\nsolutions = "exact"\nmachine = "plotter"\n',
    "latin.toml": b'kind = "\xe9"\n',
    "none.toml": b"",
    "afile": b"x",
    "damaged/anagram.json": b"{",
    "folder/file": b"x",
    "sheet.toml": b'kind = "sheet"\ntitle = "x"\nsize = "A44"\n',
    "machine.toml": b'kind = "machine"\ntitle = "x"\nkurf = "1mm"\n',
}


@pytest.fixture(scope="module")
def pictures() -> dict[str, bytes]:
    """Files that the tests' folders hold: pictures, and what is none."""
    y, x = np.mgrid[:120, :160] / 120
    a = np.stack([y, x / 1.4, (np.sin(20 * x) + 1) / 2], -1)
    b = np.stack([np.hypot(x - 0.6, y - 0.5) < 0.4] * 3, -1) * 0.7 + 0.2 * y[..., None]
    files = {}
    for name, pixels in (("a.png", a), ("b.jpg", b)):
        stream = io.BytesIO()
        Image.fromarray(np.rint(pixels * 255).astype(np.uint8)).save(stream, "png" if name == "a.png" else "jpeg")
        files[name] = stream.getvalue()
    clear = io.BytesIO()
    Image.new("RGBA", (60, 60)).save(clear, "png")
    return (
        FILES
        | files
        | {"clear.png": clear.getvalue(), "half.png": files["a.png"][: len(files["a.png"]) // 2], "half.jpg": files["b.jpg"][: len(files["b.jpg"]) // 2]}
    )


@pytest.fixture
def place(tmp_path, monkeypatch, pictures) -> Path:
    for name, content in pictures.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def all_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else b"/" for p in sorted(folder.rglob("*"))}


def run(line: str) -> Result:
    return CliRunner().invoke(main, shlex.split(line), prog_name="illusionprint")


def shell(line: str, **options) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, "-m", "illusionprint", *shlex.split(line)], capture_output=True, text=True, timeout=120, **options)


# Wrong use: (command, exit status, what the message says)
WRONG = [
    ("make", 2, "Missing argument 'KIND'"),
    ("makk jigsaw cat dog", 2, "did you mean 'make'"),
    ("make jigsow cat dog", 2, "did you mean 'jigsaw'"),
    ("make rotate cat dog", 2, "did you mean 'rotate_"),
    ("make identity cat dog", 2, "unknown kind 'identity'"),
    ("make cat dog", 2, "unknown kind 'cat'. Allowed: flip, hybrid, jigsaw"),
    ("make a.png b.jpg", 2, "prompts of its own|unknown kind"),
    ("make jigsaw", 2, "two prompts or picture files; 0 came"),
    ("make jigsaw cat", 2, "two prompts or picture files; 1 came: 'cat'"),
    ("make rotate_180 a.png", 2, "1 came: 'a.png'"),
    ("sample jigsaw cat", 2, "1 came"),
    ("make flip cat dog owl", 2, "'flip' shows two pictures; 3 prompts came. Three and four: jigsaw, rotate_270, rotate_90, or"),
    ("make jigsaw cat dog owl ship bell", 2, "'jigsaw' shows two to four pictures; 5 prompts came"),
    ("make rotate_90+flip cat dog", 2, r"'rotate_90\+flip' shows three pictures; 2 prompts came"),
    ("make jigsaw+flip cat dog owl", 2, "only different views of a whole sheet are joined"),
    ("make flip+flop cat dog owl", 2, r"unknown kind 'flip\+flop'"),
    ("make hybrid cat dog owl", 2, "two pictures"),
    ("make jigsaw cat dog --grid 1x1", 2, "'1x1' is not rows x columns with 2 to 64 a side"),
    ("make jigsaw cat dog --grid 0x4", 2, "2 to 64 a side"),
    ("make jigsaw cat dog --grid 65x4", 2, "2 to 64 a side"),
    ("make jigsaw cat dog --grid abc", 2, "as in '4x6'"),
    ("make jigsaw cat dog --grid 4", 2, "as in '4x6'"),
    ("make jigsaw cat dog --grid -4x4", 2, "as in '4x6'"),
    ("make flip cat dog --grid 4x4", 2, "a grid belongs to a jigsaw"),
    ("make hybrid cat dog --grid 4x4", 2, "without a grid"),
    ("make jigsaw cat dog --pieces 0", 2, "0 is not in the range x>=1"),
    ("make jigsaw cat dog --pieces 3", 2, "4 to 4,096 pieces; 3 came"),
    ("make jigsaw cat dog --pieces 1000000", 2, "4 to 4,096 pieces; 1,000,000 came"),
    ("make jigsaw cat dog --size 20mm", 2, "Take at least 42 x 42 mm, or fewer pieces"),
    ("make jigsaw cat dog --grid 20x20 --size 100mm", 2, "Take at least 210 x 210 mm"),
    ("make jigsaw cat dog --size 0mm", 2, "Take at least"),
    ("make jigsaw cat dog --size ' '", 2, "--size came with nothing"),
    ("make jigsaw cat dog --size -5mm", 2, "'-5mm' is not a length; write a number and one of"),
    ("make jigsaw cat dog --size 20furlong", 2, "not a length"),
    ("make jigsaw cat dog --size big", 2, "unknown size 'big'. Allowed: a0"),
    ("make jigsaw cat dog --size leter", 2, "did you mean 'letter'"),
    ("make jigsaw cat dog --size 9999mm", 2, "lower --dpi or a smaller --size"),
    ("make flip cat dog --size 9999mm", 2, "lower --dpi or a smaller --size"),
    ("make flip cat dog --size 1mm", 2, "at least 20 mm"),
    ("make flip cat dog --size 0x5mm", 2, "more than 0"),
    ("make jigsaw cat dog --size 400mm --template a4", 2, "'auto' would take A2"),
    ("make jigsaw cat dog --template a44", 2, "did you mean 'a4'"),
    ("make jigsaw cat dog --template laser", 2, "unknown sheet template 'laser'"),
    ("make jigsaw cat dog --template no.toml", 2, "unknown sheet template 'no.toml'. Allowed"),
    ("make jigsaw cat dog --template sheet.toml", 2, "A44"),
    ("make jigsaw cat dog --machine lazer", 2, "did you mean 'laser'"),
    ("make jigsaw cat dog --machine sheet.toml", 2, "A44|not a machine"),
    ("make jigsaw cat dog --machine machine.toml", 2, "'kurf'; did you mean 'kerf'"),
    ("make jigsaw cat dog --model patchs", 2, "did you mean 'patches'"),
    ("make jigsaw cat dog --model folder", 2, "model_index.json"),
    ("make jigsaw cat dog --steps 5", 2, "name one with --model"),
    ("make jigsaw cat dog --guidance 5", 2, "name one with --model"),
    ("make jigsaw cat dog --model patches --steps 0", 2, "1<=x<=1000"),
    ("make jigsaw cat dog --model patches --steps x", 2, "'x' is not a valid integer"),
    ("make jigsaw cat dog --model patches --guidance -3", 2, "guidance must be 0 to 1000; -3 came"),
    ("make jigsaw cat dog --model patches --guidance nan", 2, "guidance must be"),
    ("make jigsaw cat dog --device cud", 2, "unknown device 'cud'; did you mean 'cuda'"),
    ("make jigsaw cat dog --size ''", 2, "--size came with nothing"),
    ("make jigsaw cat dog --outline ' '", 2, "--outline came with nothing"),
    ("make jigsaw '' dog", 2, "a prompt is a word or a picture's path; '' came"),
    ("make flip cat dog --tabs heart", 2, "tabs belong to a jigsaw; 'flip'"),
    ("make jigsaw cat dog --kept 0.5", 2, "belongs to --solutions exact"),
    ("make jigsaw cat dog --apart 1mm", 2, "belongs to --solutions exact"),
    ("make jigsaw cat dog --whole x", 2, "as in '1=0.3,0.2,0.25,0.3'.*'x' came for 2"),
    ("make jigsaw cat dog --whole 2=0,0,1,1", 2, "picture 2 is a drawing; parts of photographs"),
    ("make jigsaw cat dog --style twemojy", 2, "did you mean 'twemoji'"),
    ("make jigsaw cat dog --style openmoji", 2, "say --licence share-alike"),
    ("make jigsaw cat dog --licence gpl", 2, "unknown licence 'gpl'. Allowed: attribution, share-alike"),
    ("make jigsaw cat dog --sede 3", 2, "--seed"),
    ("make jigsaw cat dog --seed -1", 2, "from 0 to 2147483647; -1 came"),
    ("make jigsaw cat dog --seed 1.5", 2, "'1.5' is not a valid integer"),
    ("make jigsaw cat dog --seeds a-b", 2, "as in '0-9' or '1,4,7'"),
    ("make jigsaw cat dog --seeds 9-0", 2, "rising ranges"),
    ("make jigsaw cat dog --seeds 0-9 --seed 3", 2, "not both"),
    ("make jigsaw cat dog --dpi 5", 2, "dpi must be 20 to 1200; 5 came"),
    ("make jigsaw cat dog --dpi nan", 2, "dpi must be 20 to 1200"),
    ("make jigsaw cat dog --dpi x", 2, "'x' is not a valid float"),
    ("make jigsaw text.jpg a.png", 2, "cannot read 'text.jpg' as a picture"),
    ("make jigsaw empty.png a.png", 2, "cannot read 'empty.png' as a picture"),
    ("make jigsaw half.png a.png", 2, "cannot read 'half.png' as a picture"),
    ("make jigsaw a.png half.jpg", 2, "cannot read 'half.jpg' as a picture.*truncated"),
    ("make jigsaw missing.jpg a.png", 2, "there is no picture 'missing.jpg'"),
    ("make jigsaw cat open.svg", 2, "cannot read 'open.svg' as SVG: unclosed token: line 1"),
    ("make jigsaw cat nosvg.svg", 2, "cannot read 'nosvg.svg' as SVG"),
    ("make jigsaw cat html.svg", 2, "its root is <html>, not <svg>"),
    ("make jigsaw cat box.svg", 2, "viewBox '0 0 0 9'"),
    ("make jigsaw cat blank.svg", 2, "'blank.svg' as SVG: it draws nothing"),
    ("make jigsaw qwertyuiop dog", 2, "no drawing of 'qwertyuiop'; the nearest subjects are ([^,]+, ){4}[^,]+\\."),
    (f"make jigsaw {'a' * 400} dog", 2, "no drawing of"),
    ("make jigsaw ./folder dog", 2, "no drawing of './folder'"),
    ("make jigsaw duck clear.png", 2, "'clear.png' is all but transparent"),
    ("make jigsaw cat speck.svg", 2, "hardly anything within its viewBox"),
    ("make broken.toml", 2, "not valid TOML.*line 3"),
    ("make key.toml", 2, "'sede'; did you mean 'seed'"),
    ("make type.toml", 2, "seed must be a whole number; '3' came"),
    ("make one.toml", 2, "two prompts"),
    ("make three.toml", 2, "two pictures"),
    ("make text.toml", 2, "prompts must be a list"),
    ("make kind.toml", 2, "did you mean 'jigsaw'"),
    ("make case.toml", 2, "did you mean 'jigsaw'"),
    ("make styles.toml", 2, "name a style"),
    ("make table.toml", 2, r"pictures must be a table, \[pictures\]; 'cat' came"),
    ("make place.toml", 2, r"place.toml: 'grid' stands in \[board\], not in \[pictures\]"),
    ("make flat.toml", 2, r"older form: 'prompts' stands in \[pictures\] now, 'grid' stands in \[board\] now.*`illusionprint upgrade flat.toml`"),
    ("upgrade one.toml", 2, "has tables already"),
    ("upgrade missing.toml", 2, "cannot read missing.toml"),
    ("upgrade nobody.toml", 2, "is no puzzle"),
    ("make jigsaw cat dog --near 1m", 2, "near and far belong to a hybrid; 'jigsaw' came"),
    ("make latin.toml", 2, "not UTF-8 text"),
    ("make none.toml", 2, "lacks 'kind'"),
    ("make missing.toml", 2, "there is no puzzle file 'missing.toml'"),
    ("make puzzles/rabbit-duk.toml", 2, "did you mean 'rabbit-duck'"),
    ("make rabbit-duk", 2, "did you mean 'rabbit-duck'"),
    ("make rabbit-duck cat dog", 2, "has prompts of its own"),
    ("make folder", 2, "there is no puzzle file 'folder/puzzle.toml'"),
    ("make jigsaw a.png b.jpg --out afile", 1, "cannot write .*a file stands where a folder is needed"),
    ("make jigsaw a.png b.jpg --out afile/below", 1, "cannot write .*a file stands where a folder is needed"),
    ("draw jigsow cat dog", 2, "did you mean 'jigsaw'"),
    ("draw hybrid cat dog", 2, "illusionprint make hybrid"),
    ("hybrid a.png", 2, "Missing argument 'NEAR'"),
    ("hybrid a.png b.jpg --near 3m --far 1m", 2, "--near must be less than --far; 3 m and 1 m came"),
    ("hybrid a.png b.jpg --near 0m", 2, "more than 0"),
    ("hybrid a.png b.jpg --near near", 2, "not a length"),
    ("hybrid a.png b.jpg --size A99", 2, "unknown size 'A99'"),
    ("hybrid a.png missing.jpg", 2, "there is no picture 'missing.jpg'"),
    ("hybrid a.png b.jpg --size 9999mm", 2, "smaller --size"),
    ("poster nothing", 2, "no result folder or picture 'nothing'"),
    ("poster folder", 2, "not a result folder"),
    ("poster text.jpg", 2, "cannot read 'text.jpg'"),
    ("poster a.png --size A22", 2, "unknown size 'A22'"),
    ("poster a.png --size 10mm", 2, "at least 120 mm"),
    ("poster a.png --size 100m", 2, "at most 5000 mm; 100000x100000mm came"),
    ("poster a.png --title 日本", 2, "no letters for U.65E5 U.672C of '日本'"),
    ("poster a.png --font none.ttf", 2, "no font file 'none.ttf'"),
    ("poster a.png --font text.jpg", 2, "cannot be embedded"),
    ("poster a.png --dpi 5", 2, "20<=x<=1200"),
    ("poster a.png --out afile/x.pdf", 1, "cannot write afile/x.pdf: a file stands where a folder is needed"),
    ("poster a.png --out folder", 2, "it takes a PDF to write, as in 'poster.pdf'; 'folder' came"),
    ("poster a.png --out x.png", 2, "it takes a PDF to write, as in 'poster.pdf'; 'x.png' came"),
    ("make flip cat dog --out x.png", 2, "it takes a folder; 'x.png' came. Did you mean 'x'"),
    ("draw flip cat dog --sheet --out below/x.PDF", 2, "it takes a folder; 'below/x.PDF' came. Did you mean 'below/x'"),
    ("hybrid a.png b.jpg --out ''", 2, "it takes a folder; '' came"),
    ("suggest ''", 2, "a subject is a word or a picture's path; '' came"),
    ("suggest --style ink", 2, "when SUBJECT is not set, there is no --style"),
    ("suggest rabbit --grid 4x4", 2, "there is no --grid: it belongs to --view jigsaw"),
    ("suggest rabbit --out x.pdf", 2, "it takes a folder, or a .png file to write; 'x.pdf' came"),
    ("check nothing", 2, "not a result folder"),
    ("check a.png", 2, "not a result folder"),
    ("check damaged", 2, "damaged result"),
    ("proof nothing", 2, "not a result folder"),
    ("layout nothing", 2, "not a result folder"),
    ("layout folder --template a3", 2, "not a result folder"),
    ("show nothing", 2, "unknown puzzle or template 'nothing'"),
    ("show rabit-duck", 2, "did you mean 'rabbit-duck'"),
    ("list nothing", 2, "unknown room 'nothing'.* Allowed: denoisers, .*, views, vocabulary"),
    ("list tab", 2, "did you mean 'tabs'"),
    ("list", 2, "Missing argument 'ROOM'"),
    ("vocabulary add nto", 2, "no set of that name; did you mean 'noto'"),
    ("vocabulary add noto --licence CC0", 2, "'noto' is a published set, which has its own"),
    ("make flip cat dog --size 9999mm --dpi 20", 2, "need a page of .* at most 5080 mm"),
]


@pytest.mark.parametrize("line, status, says", WRONG, ids=[w[0][:60] for w in WRONG])
def test_wrong_use(line, status, says, place):
    before = all_files(place)
    found = run(line)
    assert (found.exit_code, found.stdout) == (status, "")
    assert isinstance(found.exception, SystemExit) and "Traceback" not in found.stderr
    messages = [m for m in found.stderr.splitlines() if m.startswith(("illusionprint: ", "Error: "))]
    assert len(messages) == 1 and messages[0].endswith((".", "?", ")", "KIND'", "NEAR'", "ROOM'.", "KIND'.")), found.stderr
    assert re.search(says, messages[0]), messages[0]
    assert all_files(place) == before


@pytest.mark.parametrize("grid", ["4x4", "20x20", "3x7"])
def test_the_size_that_a_message_asks_for_will_do(grid, place):
    says = re.search(r"Take at least (\d+) x (\d+) mm", run(f"make jigsaw cat dog --grid {grid} --size 20mm").stderr)
    spec = PuzzleSpec.of("jigsaw", ("cat", "dog"), grid=grid, size=f"{says[1]}x{says[2]}mm")
    assert board_of(spec).count > 0
    with pytest.raises(BadValue):
        board_of(spec.replace(size=f"{int(says[1]) - 1}x{int(says[2]) - 1}mm"))


def test_the_check_of_wrong_use_can_fail(place):
    with pytest.raises(AssertionError):
        test_wrong_use(f"draw jigsaw a.png b.jpg {TINY} --quiet", 0, "", place)  # it writes


def test_a_real_shell_sees_the_same(place):
    before = all_files(place)
    for line, status, says in (("make jigsow cat dog", 2, "jigsaw"), ("make jigsaw a.png b.jpg --out afile", 1, "cannot write"), ("make --sed 3", 2, "--seed")):
        found = shell(line, cwd=place)
        assert found.returncode == status and says in found.stderr and "Traceback" not in found.stderr and found.stdout == ""
    assert all_files(place) == before


@pytest.mark.parametrize("error, status, says", [(MemoryError(), 1, "not enough memory"), (KeyboardInterrupt(), 1, "nothing was left half-written")])
def test_what_ends_a_run_is_one_line(error, status, says, place, monkeypatch):
    def end(*_, **__):
        raise error

    monkeypatch.setattr(workshop, "make", end)
    found = run("make jigsaw a.png b.jpg")
    assert found.exit_code == status and found.stderr.count("\n") == 1 and says in found.stderr


# Right use


def test_seeds():
    assert seeds_of("") == [] and seeds_of("0-2,7") == [0, 1, 2, 7] and seeds_of(" 3 , 5 - 6") == [3, 5, 6]
    for text in (",", "1,", "3-1", "0-1000", "-1", "1.5", "a"):
        with pytest.raises(BadValue):
            seeds_of(text)


def test_one_result_a_seed_and_only_folders_on_stdout(place):
    found = run(f"make jigsaw a.png b.jpg {TINY} --grid 2x3 --seeds 0,4 --out results --quiet")
    assert found.exit_code == 0 and found.stderr == ""
    assert found.stdout.split() == ["results/jigsaw-2x3-a-b/0", "results/jigsaw-2x3-a-b/4"] and all(
        Path(f, "proof.html").is_file() for f in found.stdout.split()
    )


def test_a_flat_file_is_written_anew_in_tables(place):
    (place / "long.toml").write_bytes(FILES["flat.toml"] + b'dpi = 60\nsubject = "whole"\nnear = "1m"\nfar = "4m"\n')
    assert run("upgrade flat.toml").stdout == "flat.toml\n"
    assert (place / "flat.toml").read_text().startswith("# mine\n") and run("upgrade flat.toml").exit_code == 2
    found = PuzzleSpec.load(place / "flat.toml")
    assert (
        found == PuzzleSpec.of("jigsaw", ("cat", "dog"), grid="3x3", solutions="exact", machine="plotter") and found.exact and found.machine.name == "plotter"
    )
    assert run("upgrade long.toml").exit_code == 0 and PuzzleSpec.load(place / "long.toml").viewing.far == "4m"


def test_help_shows_what_belongs_to_a_kind():
    flags = {kind: set(re.findall(r"^  (--[a-z]+)", run(f"make {kind} --help").stdout, re.M)) for kind in ("", "jigsaw", "rotate-180", "hybrid")}
    assert {"--grid", "--kept", "--sides", "--search", "--model"} <= flags["jigsaw"] and not flags["jigsaw"] & {"--near", "--far", "--compose"}
    assert {"--compose", "--model", "--size"} <= flags["rotate-180"] and not flags["rotate-180"] & {"--grid", "--tabs", "--kept", "--near"}
    assert {"--near", "--far", "--size"} <= flags["hybrid"] and not flags["hybrid"] & {"--grid", "--finish", "--search", "--model"}
    assert flags[""] == {"--seed", "--seeds", "--keep", "--out", "--quiet"} and "hybrid" in run("make --help").stdout
    assert all(f"{heading}:" in run("make jigsaw --help").stdout for heading in ("Board", "Pictures", "Photographs", "Model", "Run", "Constraints", "Examples"))


def commands() -> list[str]:
    return [n for n in main.list_commands(None)]


@pytest.mark.parametrize("name", commands())
def test_every_commands_help_ends_with_examples_that_are_commands(name, place, monkeypatch):
    text = run(f"{name} --help").stdout
    lines = text.partition("Examples:\n")[2].strip().splitlines()
    assert lines and all(line.startswith("  illusionprint ") for line in [f"  {lines[0].strip()}", *lines[1:]])
    for line in lines:
        words = shlex.split(line)[1:]
        with main.make_context("illusionprint", words) as context:
            command, left = main, words
            while hasattr(command, "resolve_command"):
                _, command, left = command.resolve_command(context, left)
            command.make_context(words[0], list(left), parent=context).close()


def test_a_shell_completes_kinds_subjects_and_names(place):
    def completed(words: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-m", "illusionprint"],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "_ILLUSIONPRINT_COMPLETE": "bash_complete", "COMP_WORDS": f"illusionprint {words}", "COMP_CWORD": str(len(words.split(" ")))},
        )
        return {line.partition(",")[2] for line in done.stdout.split()}

    assert {"jigsaw"} == completed("make jig") and "rabbit" in completed("make jigsaw rab") and {"classic"} == completed("make jigsaw --tabs cl")
    assert {"stained_glass"} == completed("make jigsaw --finish st") and {"plotter"} == completed("make jigsaw --machine pl")


def test_every_stage_on_what_the_one_before_left(place):
    folder = run(f"draw jigsaw a.png b.jpg {TINY} --grid 2x2 --quiet").stdout.strip()
    assert {p.name for p in Path(folder).iterdir()} == {
        "anagram.png",
        "anagram.json",
        "arrangement.json",
        "puzzle.toml",
        "seen-1.png",
        "seen-2.png",
        "target-1.png",
        "target-2.png",
    }
    assert run(f"layout {folder} --template letter --quiet").stdout.strip() == folder
    found = run(f"proof {folder} --quiet")
    assert found.exit_code == 0 and "no errors" in found.stdout
    assert run(f"check {folder}").stdout == found.stdout
    told, quiet = run(f"poster {folder} --size A4"), run(f"poster {folder} --size A4 --quiet")
    assert told.stdout.strip() == quiet.stdout.strip() == f"{folder}/poster.pdf" and "poster" in told.stderr and not quiet.stderr
    again = run(f"make {folder} --out again --quiet")
    assert again.exit_code == 0 and 'template = "letter"' in Path(again.stdout.strip(), "puzzle.toml").read_text()
    Image.new("RGB", (40, 40)).save(f"{folder}/seen-2.png")
    damaged = run(f"check {folder}")
    assert damaged.exit_code == 1 and "error" in damaged.stdout


def test_a_hybrid_and_its_puzzle(place):
    folder = run("hybrid a.png b.jpg --size 60x45mm --dpi 30 --near 0.5m --far 4m --quiet").stdout.strip()
    again = run(f"make {folder}/puzzle.toml --out again --quiet").stdout.strip()
    assert folder and all_files(Path(folder)) == all_files(Path(again))


@pytest.mark.parametrize("name", ["rabbit-duck", "puzzles/rabbit-duck.toml", "Rabbit-Duck", "own.toml"])
def test_a_puzzle_by_name_by_path_and_by_file(name, place, monkeypatch):
    seen = []
    monkeypatch.setattr(workshop, "make", lambda spec, out, tell: seen.append(spec) or Made(out / "x"))
    (place / "own.toml").write_bytes(data.find("puzzles", "rabbit-duck").read_bytes())
    assert run(f"make {name} --dpi 50").exit_code == 0
    assert seen[0].pictures.prompts == ("rabbit", "duck") and seen[0].board.grid == "4x4" and seen[0].sheet.dpi == 50


def test_pictures_beside_a_puzzles_file_are_found(place, tmp_path_factory, monkeypatch):
    (place / "mine.toml").write_text('kind = "jigsaw"\npictures.prompts = ["a.png", "b.jpg"]\nsheet = { size = "60mm", dpi = 20.0 }\nboard.grid = "2x2"\n')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run(f"draw {place / 'mine.toml'} --quiet").stdout.strip() == "output/jigsaw-2x2-a-b/0"


@pytest.mark.parametrize("style", [s for s in plugins.names("vocabulary") if s == "openmoji"])
def test_share_alike_is_admitted_when_asked_for(style, place, monkeypatch):
    seen = []
    monkeypatch.setattr(workshop, "draw", lambda spec, out, tell: seen.append(spec) or Made(out / "x"))
    assert run(f"draw jigsaw cat dog --style {style} --licence share-alike").exit_code == 0 and seen[0].pictures.styles == (style,)
    assert 'licence = "share-alike"' in seen[0].toml() and "licence" not in seen[0].replace(licence="attribution").toml()


def test_share_alike_is_agreed_to_in_a_puzzles_file_too(place):
    (place / "mine.toml").write_text(
        'kind = "rotate_180"\npictures = { prompts = ["cat", "dog"], styles = ["openmoji"] }\nsheet = { size = "60mm", dpi = 20.0 }\n'
    )
    made = run("draw mine.toml --quiet")
    assert made.exit_code == 2 and 'licence = "share-alike"' in made.stderr and not (place / "output").exists()


def odd_pictures(folder: Path) -> dict[str, np.ndarray]:
    """name -> what it should look like, uint8 rgb, of pictures in unusual modes."""
    base = Image.open(folder / "a.png")
    grey = np.asarray(base.convert("L"))
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side; to be turned clockwise
    base.transpose(Image.Transpose.ROTATE_90).save(folder / "turned.png", exif=exif)
    base.convert("CMYK").save(folder / "cmyk.tif")
    Image.fromarray(grey.astype(np.uint16) * 257).save(folder / "sixteen.png")
    base.quantize(200).save(folder / "palette.png")
    base.convert("L").save(folder / "grey.png")
    base.convert("1").save(folder / "bits.png")
    base.save(folder / "web.webp", lossless=True)
    opaque = base.convert("RGBA")
    opaque.save(folder / "opaque.png")
    rgb = {n: np.asarray(Image.open(folder / n).convert("RGB")) for n in ("palette.png", "bits.png", "cmyk.tif")}
    same = {n: np.asarray(base) for n in ("turned.png", "web.webp", "opaque.png")}
    return rgb | same | {n: np.repeat(grey[..., None], 3, -1) for n in ("sixteen.png", "grey.png")}


def test_pictures_of_every_mode_are_what_they_look_like(place):
    """Each gives the same target as a plain PNG of what it looks like, which is made once for those that look alike; a mirrored one does not."""

    def target(name: str) -> np.ndarray:
        found = run(f"draw rotate_180 {name} b.jpg --size 40x30mm --dpi 40 --search 0 --cast 1 --quiet")
        assert found.exit_code == 0, found.stderr
        return np.asarray(Image.open(Path(found.stdout.strip(), "target-1.png")), int)

    @functools.cache
    def plain(look: bytes, shape: tuple[int, ...]) -> np.ndarray:
        Image.fromarray(np.frombuffer(look, np.uint8).reshape(shape)).save(place / "plain.png")
        return target("plain.png")

    found = odd_pictures(place)
    for name, look in found.items():
        one, mirrored = target(name), look[:, ::-1]
        assert np.abs(one - plain(look.tobytes(), look.shape)).max() <= 2, name
        assert np.abs(one - plain(mirrored.tobytes(), mirrored.shape)).max() > 20, name


@pytest.mark.parametrize(
    "line",
    ["make jigsaw many.gif b.jpg --grid 3x4 --search 0", "draw flip many.gif b.jpg --subject whole --search 0", "hybrid many.gif b.jpg", "poster many.gif"],
)
def test_pictures_that_hold_more_than_one_are_said(line, place):
    first = Image.open("a.png")
    first.save("many.gif", save_all=True, append_images=[first.transpose(Image.Transpose.FLIP_LEFT_RIGHT)])
    line += " --dpi 20" + " --size 60mm" * ("poster" not in line)
    said = run(line)
    assert (
        said.exit_code == 0
        and said.stderr.count("'many.gif' holds 2 pictures (frames or pages); the first is taken") == 1
        and "b.jpg' holds" not in said.stderr
    )
    assert "holds" not in run(f"{line} --quiet").stderr and "holds" not in run(line.replace("many.gif", "a.png")).stderr


def test_lists(place):
    assert run("list views").stdout.split() == plugins.names("views")
    assert set(run("list puzzles").stdout.split()) >= {"rabbit-duck", "penguin-whale"}
    assert all(f" {room}" in run("list --help").stdout for room in ROOMS) and run("list TABS").stdout == run("list tabs").stdout
    assert len(run("list vocabulary").stdout.splitlines()) > 1000
    assert {"circle", "heart"} <= set(run("list outlines").stdout.split())
    assert run("show rabbit-duck").stdout.strip() == data.find("puzzles", "rabbit-duck").read_text().strip()


def rooms(text):
    return set(re.findall(r"`(?:illusionprint )?list (\w+)", text))


def test_every_list_that_help_and_readme_tell_of_is_there():
    root = Path(__file__).parents[1]
    told = set().union(
        *(rooms(page.read_text()) for page in (root / "README.md", *root.glob("docs/*.md"))), *(rooms(getattr(o, "help", "") or "") for o in making.make.params)
    )
    assert {"tabs", "tilings", "outlines", "finishes"} <= told
    assert told <= set(ROOMS)
    assert not rooms("a name (`list moulds`)") <= set(ROOMS)


# Stopping


def started(command: str, place: Path, **options) -> subprocess.Popen:
    """A run that has reached its first stage, and hears SIGINT even where the tests run in a shell's background."""
    process = subprocess.Popen(
        [sys.executable, "-m", "illusionprint", *shlex.split(command)],
        cwd=place,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **options,
    )
    while "casting" not in (line := process.stderr.readline()):
        assert line, "it ended before it began"
    return process


@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_in_the_middle(kill, place):
    before = all_files(place)
    process = started("make rotate_180 cat dog", place)
    time.sleep(0.5)
    process.send_signal(kill)
    rest = process.communicate(timeout=60)[1]
    assert process.returncode == 1 and rest.splitlines()[-1].startswith("illusionprint: stopped") and "Traceback" not in rest
    assert all_files(place) == before


def test_a_hard_kill_leaves_no_result_under_its_name(place):
    (place / "output" / "rotate-180-cat-dog" / "0").mkdir(parents=True)
    (place / "output" / "rotate-180-cat-dog" / "0" / "file").write_text("older")
    process = started("make rotate_180 cat dog", place)
    process.kill()
    process.communicate(timeout=60)
    assert all_files(place / "output" / "rotate-180-cat-dog" / "0") == {"file": b"older"}


def test_a_file_that_the_system_does_not_let_grow(place):
    """A real refusal of the kernel, as of a full disk: no file may have more than 20 kB."""
    before = all_files(place)
    found = shell(f"make jigsaw a.png b.jpg {TINY} --grid 2x2 --quiet", cwd=place, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000)))
    assert found.returncode == 1 and found.stderr.count("\n") == 1 and "cannot write" in found.stderr and "too large" in found.stderr
    assert all_files(place) == before


# Light start and progress


@pytest.mark.parametrize("line", ["--help", "--version", "make --help"])
def test_help_and_version_are_instant(line, place):
    took = []
    for _ in range(5):
        begin = time.perf_counter()
        found = shell(line)
        took.append(time.perf_counter() - begin)
        assert found.returncode == 0 and ("illusionprint" in found.stdout)
    assert statistics.median(took) < 1  # 0.3 s is the aim; machines are noisy


def test_version(place):
    assert run("--version").output.strip() == f"illusionprint {__version__}"


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom illusionprint.cli import main\ntry:\n    main(['make', '--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'cv2', 'PIL', 'torch', 'rich', 'shapely', 'reportlab'} & set(sys.modules)\nassert not heavy, heavy"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0
    assert subprocess.run([sys.executable, "-c", "import numpy\n" + code], capture_output=True).returncode == 1  # the check can fail


def test_progress_is_plain_lines_when_not_on_a_terminal(place):
    found = shell(f"make jigsaw a.png b.jpg {TINY} --grid 2x2", cwd=place)
    lines = [line for line in found.stderr.splitlines() if "pixels an inch of print" not in line]  # what is said of small pictures, after the run
    assert found.returncode == 0 and found.stdout.strip() == "output/jigsaw-2x2-a-b/0" and "\x1b" not in found.stderr and len(lines) >= 4
    assert all(line[7:8] == "s" and float(line[:6]) >= 0 for line in lines) and any("proof" in line for line in lines)


def on_a_terminal(line: str, place: Path) -> str:
    """What a run writes to a terminal as its stderr."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "illusionprint", *shlex.split(line)],
        cwd=place,
        stderr=theirs,
        stdout=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 4096):
            seen += chunk
    except OSError:  # Linux says so at the end
        pass
    os.close(ours)
    process.communicate(timeout=60)
    assert process.returncode == 0
    return seen.decode()


def test_progress_is_a_bar_on_a_terminal_and_nothing_when_quiet(place):
    line = f"make jigsaw a.png b.jpg {TINY} --grid 2x2"
    assert "━" in on_a_terminal(line, place)
    assert on_a_terminal(line + " --quiet", place) == ""
