"""What fills the terminal: one screen a file; only the first shown is imported at start."""
