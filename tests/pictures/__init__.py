"""Pictures of the screen, written by one script from the sample runs: `python -m tests.pictures`."""
