"""Blend: two pictures under a view become one that shows both."""
