"""Production as a railway map: a line for each model that a plant built, or for each plant that built a model,
and on it the generations one behind the other.

Runs are reached through the plant's relations: this app knows nothing of vehicles.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from catalogue.bilingual import in_reader_language
from catalogue.drawings.scale import now
from catalogue.drawings.timeline import Bar, Lane, Span, Timeline, scale_around
from catalogue.words import model_years, plant_in_state

#: The width of a letter on a bar, in pixels.
LETTER = 8
#: A production run: vehicles.ProductionRun.
Run = Any


def run_span(run: Run, today: float) -> Span | None:
    """A run's model years; where they are not known, its production dates."""
    going_on = run.status == "current"
    by_years = Span.of_model_years(run.first_model_year, run.last_model_year, going_on, today)
    return by_years or Span.of_dates(run.production_start, run.production_end, today)


def run_bar(timeline: Timeline, run: Run, span: Span, *, at_plant: bool, here: bool = False) -> Bar:
    generation = run.generation
    full = f"{generation.full_name} {run.local_variant}".strip()
    where = plant_in_state(run.plant) if at_plant else ""
    parts = [full, where, model_years(run), str(run.get_status_display())]
    name = " · ".join(part for part in parts if part)
    own_name = in_reader_language(generation.own_name, generation.own_name_ja)
    label = generation.code.split("/")[0] or own_name or (f"{generation.ordinal}" if generation.ordinal else "")
    status = "planned" if run.status == "planned" else "built"
    bar = timeline.bar(span, name=name, link=generation.get_absolute_url(), label=label, status=status, here=here)
    # On a phone a percent is some three pixels wide: a label that would run out over the edge is left out.
    runs_out = bar.x + (len(label) * LETTER + 5) / 3.1 > 100
    return replace(bar, label="") if runs_out else bar


def production_timeline(runs: Iterable[Run], *, as_of: int | None = None) -> Timeline | None:
    """What one plant built: a lane for each model, its generations one behind the other, like a railway line."""
    return _railway(
        runs,
        lane_of=lambda run: run.generation.model,
        label_of=lambda run: run.generation.model.full_name,
        at_plant=False,
        as_of=as_of,
    )


def model_timeline(runs: Iterable[Run], here: Any = None) -> Timeline | None:
    """A model's history in the United States: a lane for each plant; ``here`` is the generation that is shown."""
    return _railway(
        runs,
        lane_of=lambda run: run.plant,
        label_of=lambda run: run.plant.local_short_name,
        at_plant=True,
        here=here,
    )


def _railway(runs, *, lane_of, label_of, at_plant: bool, here=None, as_of=None) -> Timeline | None:
    today = now()
    spans = [(run, span) for run in runs if (span := run_span(run, today))]
    if not spans:
        return None
    last = max([int(today), *(int(span.end or span.start) for _run, span in spans if (span.end or 0) < 2100)])
    timeline = Timeline(scale_around((span for _run, span in spans), last=last), today=today, as_of=as_of)
    lanes: dict[int, Lane] = {}
    ends: dict[int, list[float]] = {}
    for run, span in sorted(spans, key=lambda pair: (pair[1].start, pair[1].end or pair[1].start)):
        station = lane_of(run)
        bar = run_bar(timeline, run, span, at_plant=at_plant, here=here is not None and run.generation_id == here.pk)
        # Two generations of a model built side by side take a track each.
        track = 0
        while (station.pk, track) in lanes and ends[station.pk, track] > bar.x + 0.01:
            track += 1
        if (station.pk, track) not in lanes:
            lanes[station.pk, track] = Lane(label_of(run) if track == 0 else "", station.get_absolute_url())
            lanes[station.pk, track].note = label_of(run)
        lanes[station.pk, track].bars.append(bar)
        ends[station.pk, track] = bar.end
    # The tracks of one station stay together, in the order in which its first bar begins.
    order: dict[int, int] = {}
    for pk, _track in lanes:
        order.setdefault(pk, len(order))
    timeline.lanes = [lanes[key] for key in sorted(lanes, key=lambda key: (order[key[0]], key[1]))]
    return timeline
