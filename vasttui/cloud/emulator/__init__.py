"""An emulator of the market: the same interface, its machines folders of this one. Loopback only."""
