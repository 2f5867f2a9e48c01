"""Seeing at a distance: geometry, the eye's sensitivity, hybrids and what remains of a picture."""
from .geometry import cpd, cycles, distance_m, field_deg, ppi_needed
from .hybrids import Hybrid, compose, hybrid, matched, split
from .seen import as_seen
from .visibility import distances

__all__ = ["Hybrid", "as_seen", "compose", "cpd", "cycles", "distance_m", "distances", "field_deg", "hybrid", "matched", "ppi_needed",
           "split"]
