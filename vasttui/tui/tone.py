"""What a colour means, and the glyph that says the same to who sees none."""

from enum import Enum


class Tone(Enum):
    """A meaning. Values: glyph, text style, style of a filled badge (theme tokens)."""

    GOOD = ("✔", "$text-success", "$success")
    INFO = ("●", "$text-primary", "$primary")
    WATCH = ("◆", "$text-warning", "$warning")
    BAD = ("▲", "$text-error", "$error")
    DEAD = ("✖", "$text-error", "$error")
    MUTED = ("○", "$text-muted", "$surface")

    @property
    def glyph(self) -> str:
        """One cell wide; differs for every tone."""
        return self.value[0]

    @property
    def style(self) -> str:
        """For text on the ordinary background."""
        return self.value[1]

    @property
    def fill(self) -> str:
        """A background that shouts."""
        return f"bold $background on {self.value[2]}"
