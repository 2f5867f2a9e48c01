"""Proof of a result: its files read back with other libraries than those that wrote them.

The page comes from pypdfium2, the cut lines from svgelements, the pieces from shapely's polygonize; nothing is taken from the rooms that made them. `prove`
returns coded findings and figures, `write` puts them down as proof.json and proof.html.
"""

from .findings import CODES, Finding, Proof
from .prove import prove
from .report import write

__all__ = ["CODES", "Finding", "Proof", "prove", "write"]
