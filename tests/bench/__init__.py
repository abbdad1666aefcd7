"""Measured figures: `python -m tests.bench [PART…]` prints them; nothing here is asserted in the suite."""
