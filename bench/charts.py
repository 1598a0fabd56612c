"""A chart for the documents: horizontal bars as SVG, in the reader's own light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, LEFT, RIGHT = 720, 190, 90  # of the whole, of the labels and of the values
BAR, GAP, TOP = 22, 8, 44

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2937 }
.title { font-weight: 600; font-size: 15px }
.bar { fill: #94a3b8 }
.ours { fill: #0f766e }
@media (prefers-color-scheme: dark) {
  text { fill: #e5e7eb }
  .bar { fill: #64748b }
  .ours { fill: #2dd4bf }
}
"""


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: `said` is the value as people read it; `ours` stands out."""

    label: str
    value: float
    said: str
    ours: bool = False


def chart(title: str, bars: Sequence[Bar]) -> str:
    """The bars in their order, as long as their values are to the largest one."""
    height = TOP + len(bars) * (BAR + GAP)
    most = max(bar.value for bar in bars)
    told = "; ".join(f"{bar.label}: {bar.said}" for bar in bars)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(f"{title}. {told}")}">',
        f"<style>{STYLE}</style>",
        f'<text class="title" x="0" y="20">{escape(title)}</text>',
    ]
    for number, bar in enumerate(bars):
        top = TOP + number * (BAR + GAP)
        length = max(1.0, bar.value / most * (WIDTH - LEFT - RIGHT))
        base = top + BAR * 0.7
        lines += [
            f'<text x="{LEFT - 10}" y="{base:.1f}" text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="{"ours" if bar.ours else "bar"}" x="{LEFT}" y="{top}" '
            f'width="{length:.1f}" height="{BAR}" rx="3"/>',
            f'<text x="{LEFT + length + 8:.1f}" y="{base:.1f}">{escape(bar.said)}</text>',
        ]
    return "\n".join([*lines, "</svg>", ""])
