"""One small module for each family of layouts; `reader.py` asks them in turn."""
