"""Arrangements fitted to pictures: what each piece costs in each place, linear assignment, and its refinement."""
