"""The parts of the main screen, one widget a file."""
