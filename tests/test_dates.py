"""Dates as precise as they are known."""

import contextlib
import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from catalogue.dates import OPEN, PartialDate, in_order, validate_span_end
from catalogue.templatetags.catalogue import span, when

PARTIAL_DATES = st.builds(
    lambda day, precision: PartialDate.parse(day.isoformat()[:precision]),
    st.dates(min_value=datetime.date(1000, 1, 1)),
    st.sampled_from([4, 7, 10]),
)


@given(PARTIAL_DATES)
def test_a_date_survives_being_written_and_read(date):
    assert PartialDate.parse(str(date)) == date
    assert date.earliest <= date.latest


@given(PARTIAL_DATES, PARTIAL_DATES)
def test_dates_sort_as_their_text_does_and_a_vaguer_date_comes_first(one, other):
    assert (one < other) == (str(one) < str(other))


@given(PARTIAL_DATES, PARTIAL_DATES)
def test_dates_that_can_be_in_order_are_taken_to_be(one, other):
    assert in_order(str(one), str(other)) == (one.earliest <= other.latest)


@given(st.text(max_size=12))
def test_anything_else_is_refused_with_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize("text", ["1992-13", "1992-02-30", "92", "1992-9", "1992/09", " 1992", "1992-00", "0000"])
def test_impossible_dates_are_refused(text):
    with pytest.raises(ValueError):
        PartialDate.parse(text)


def test_dates_are_shown_at_the_precision_known_in_the_readers_language():
    shown = [PartialDate.parse(text).display() for text in ("1992", "1992-09", "1992-09-07")]
    assert shown == ["1992", "September 1992", "7 September 1992"]


def test_an_open_end_reads_differently_from_an_unknown_one():
    assert "since" in span("2007", OPEN)
    assert "end unknown" in span("2007", "")
    assert "start unknown" in span("", "2007")
    assert "unknown" in span("", "")
    assert "2007" in span("2007", "2009")
    assert "2009" in span("2007", "2009")
    assert "unknown" in when("")


def test_only_an_end_may_be_open():
    validate_span_end(OPEN)
    with pytest.raises(ValueError):
        PartialDate.parse(OPEN)


def test_dates_do_not_break_in_japanese():
    with translation.override("ja"):
        assert "1992" in PartialDate.parse("1992-09").display()
