"""Where a run lives: this machine, a machine over SSH, or a record on disk."""
