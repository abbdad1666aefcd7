"""The lab's two pictures, as text (plotext) and as SVG: delays over all faults, and looks against delay."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np
import plotext

from vasttui.logs.clean import clean_line

Curve = Sequence[tuple[float, float]]
COLOURS = ("#0b7285", "#e8590c", "#5f3dc4", "#2b8a3e", "#c2255c", "#868e96", "#1864ab")
WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 760, 400, 62, 46, 34, 16
TEXT_SIZE = (92, 22)
MARKS = "●+x·"


def text_plot(curves: Mapping[str, Curve], title: str, x_label: str, y_label: str) -> str:
    """The curves over log10 of x, as plain text."""
    figure: Any = plotext.figure  # it carries no types
    figure.clear()
    for mark, (name, curve) in zip(MARKS, curves.items(), strict=False):
        xs, ys = [float(np.log10(x)) for x, _ in curve], [y for _, y in curve]
        figure.draw(figure.signal(xs, ys, marker=mark).label(name))
    figure.title(title)
    figure.label(f"log10 of {x_label}", "x")
    figure.label(y_label, "y")
    figure.plot_size(*TEXT_SIZE)
    return "\n".join(clean_line(line, 400).rstrip() for line in str(figure.build()).splitlines())


def svg_plot(
    curves: Mapping[str, Curve], title: str, x_label: str, y_label: str, ticks: Mapping[float, str]
) -> str:
    """The curves over a logarithmic x, as SVG."""
    xs = [np.log10(x) for curve in curves.values() for x, _ in curve]
    low, high = min(xs), max(xs)
    top = max(y for curve in curves.values() for _, y in curve)

    def place(x: float, y: float) -> tuple[float, float]:
        across = (np.log10(x) - low) / max(1e-9, high - low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / top * (HEIGHT - BOTTOM - TOP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>',
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text transform="translate(14 {HEIGHT / 2}) rotate(-90)" text-anchor="middle">',
        f"{escape(y_label)}</text>",
    ]
    for value, label in ticks.items():
        if low <= np.log10(value) <= high:
            x, _ = place(value, 0)
            parts.append(f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#dee2e6"/>')
            parts.append(
                f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{escape(label)}</text>'
            )
    for share in np.linspace(0, top, 5):
        _, y = place(10**low, float(share))
        parts.append(f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#dee2e6"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:g}</text>')
    for n, (name, curve) in enumerate(curves.items()):
        colour = COLOURS[n % len(COLOURS)]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in curve))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        y = HEIGHT - BOTTOM - 12 - 16 * n
        parts.append(
            f'<text x="{WIDTH - RIGHT - 8}" y="{y}" text-anchor="end" fill="{colour}">{escape(name)}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])
