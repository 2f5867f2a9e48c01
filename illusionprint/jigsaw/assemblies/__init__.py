"""Assemblies of one board: where every piece lies in each, which sides then meet, and the orbits of sides."""
