"""Draws a client's chart again and again, and prints how long it takes, its size, and the memory.

``python -m benchmarks.picture`` draws four questions of twelve weeks, each time with other words.
"""

from __future__ import annotations

import resource
import statistics
import time
from dataclasses import replace

import click

from bot.charts import Chart, Dot, Panel
from bot.report.chart_picture import picture_of

TIMES = 50
DOTS = tuple(Dot(week + 0.5, week % 11, str(week % 11), week > 0) for week in range(12))
PANEL = Panel("", "10: very good · 0: very hard", 0, 10, "0", "10", DOTS, (3, 7))
DAYS = ((0, "7 Sep"), (6, "19 Oct"), (11, "23 Nov"))


def main() -> None:
    """Print the first drawing and the median of the others, in milliseconds of this process."""
    took: list[float] = []
    size = 0
    for number in range(TIMES):
        titles = [f"Question {number}.{place}: how was it this week?" for place in range(4)]
        panels = tuple(replace(PANEL, title=title) for title in titles)
        began = time.process_time()
        drawn = picture_of(Chart("Your answers", "", 12, DAYS, panels, ("A ring.",), ""))
        took.append(1000 * (time.process_time() - began))
        size = len(drawn or b"")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(
        f"the first {took[0]:.0f} ms, then {statistics.median(took[1:]):.0f} ms in the median, "
        f"{max(took[1:]):.0f} ms at most; {size / 1024:.0f} KB; {peak:.0f} MB in all at the peak"
    )


if __name__ == "__main__":
    main()
