"""Training of the judge, with torch: `python -m illusionprint.judge.training OUT.pt`. Nothing else in the program imports this."""
