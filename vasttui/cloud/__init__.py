"""Where machines come from: Vast.ai's interface, and an emulator of it."""
