"""The one watcher: drives a host through the monitor, and leaves a journal."""
