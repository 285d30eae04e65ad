"""How fast the program is, measured against the least that the same work could cost: `python -m tests.bench`."""
