"""Hybrid images: contrast sensitivity, viewing distances and the view from a distance."""

from .hybrids import Hybrid, compose, hybrid, normalised
from .visibility import crossover_distances, simulated_view
from .vision import cycles_per_degree, cycles_per_width, visual_angle_deg

__all__ = ["Hybrid", "compose", "crossover_distances", "cycles_per_degree", "cycles_per_width", "hybrid", "normalised", "simulated_view", "visual_angle_deg"]
