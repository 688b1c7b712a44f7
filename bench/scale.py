"""How much a run measures: the full one, and a quick one that shows that everything works."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scale:
    """Rounds are interleaved and their median counts. Seconds are of one round."""

    rounds: int
    seconds: float
    batch_rounds: int
    batch_seconds: float
    paced_seconds: float
    samples: int  # single events timed until they show
    read_rounds: int
    main_events: int
    small_events: int
    demo_events: int
    page_events: int
    page_rounds: int


FULL = Scale(5, 5.0, 3, 8.0, 10.0, 60, 15, 10_000_000, 100_000, 80_000, 5_000_000, 9)
QUICK = Scale(1, 2.0, 1, 2.0, 2.0, 6, 3, 200_000, 2_000, 8_000, 200_000, 3)


@dataclass(frozen=True, slots=True)
class Bench:
    """What every measurement is given: the scale, a temporary folder of its own, the folder of cached worlds."""

    scale: Scale
    folder: Path
    worlds: Path
