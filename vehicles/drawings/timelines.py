"""The timeline of exports to Japan: eras as bands, programs as bars, what happened meanwhile as marks."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext

from catalogue.drawings.scale import YearScale, now
from catalogue.drawings.timeline import Bar, Lane, Span, Timeline
from catalogue.models import Milestone
from catalogue.words import plain_date, plant_in_state, span_words
from vehicles.models import ExportEra, ExportProgram

#: The export timeline begins with the first era, whatever is filtered: the same years are always in the same place.
FIRST_EXPORT_YEAR = 1987


def export_timeline(
    programs: Iterable[ExportProgram],
    eras: Iterable[ExportEra],
    policy: Iterable[Milestone] = (),
    *,
    as_of: int | None = None,
) -> Timeline:
    """Programs as bars over the eras, in the order of their launch; turns of trade policy above them.

    Programs without any date are left to the table.
    """
    today = now()
    timeline = Timeline(YearScale(FIRST_EXPORT_YEAR, int(today) + 1), today=today, as_of=as_of)
    for era in eras:
        timeline.band(
            name=era.local_name,
            link=era.get_absolute_url(),
            years=span_words(era.start, era.end),
            start=era.start,
            end=era.end,
        )
    for milestone in policy:
        name = f"{plain_date(milestone.date)}: {milestone.local_title}"
        timeline.mark(name=name, kind=milestone.kind, date=milestone.date)
    for program in programs:
        if bar := program_bar(timeline, program, today):
            lane = Lane(program.local_title, program.get_absolute_url(), bars=[bar])
            lane.detail, lane.note = bar.name, program.get_status_display()
            timeline.lanes.append(lane)
    return timeline


def program_bar(timeline: Timeline, program: ExportProgram, today: float) -> Bar | None:
    """The bar of one program: its sale, or from its announcement on where it is not on sale yet.

    A cancelled one fades out after its announcement: when it was given up is not recorded.
    """
    if program.status in ("announced", "cancelled"):
        known = program.announced or program.sales_start
        if not known:
            return None
        end = ".." if program.status == "announced" else ""
        span = Span.of_dates(known, end, max(today, timeline.scale.last + 1))
        form = gettext("announced %(date)s") if program.announced else gettext("planned for %(date)s")
        when = form % {"date": plain_date(known)}
    else:
        span = Span.of_dates(program.sales_start, program.sales_end, today)
        when = span_words(program.sales_start, program.sales_end)
    if span is None:
        return None
    place = plant_in_state(program.plant) if program.plant else ""
    parts = [program.local_title, str(program.get_status_display()), when, place]
    name = " · ".join(part for part in parts if part)
    return timeline.bar(span, name=name, link=program.get_absolute_url(), status=program.status)
