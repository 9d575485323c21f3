"""The yearly automobile tax and the weight tax of private passenger cars, in yen, as of spring 2026.

Prefectures charge the automobile tax by displacement; a car registered new before October 2019 keeps the higher rate
of its time. The weight tax is paid at each inspection by curb weight, 4,100 yen for each half tonne and year.
"""

from __future__ import annotations

from dataclasses import dataclass

TAX_SOURCES = ("specs-131", "specs-132", "specs-133")
ELECTRIC_TAX_SOURCES = ("fit-004",)
WEIGHT_TAX_SOURCES = ("specs-138", "specs-137", "specs-139")
SURCHARGE_SOURCES = ("specs-134", "specs-135")

#: From this month a car registered new pays the lower rate.
LOWER_SINCE = "2019-10"
#: What a petrol car pays more once it is older than this, in percent and years.
SURCHARGE_PERCENT, SURCHARGE_AFTER_YEARS = 15, 13


@dataclass(frozen=True)
class Band:
    """Displacements above ``over`` up to ``up_to`` cc (None: no end), and what they pay a year."""

    over: int
    up_to: int | None
    yen: int
    #: Of a car registered new before October 2019.
    yen_before: int

    def holds(self, cc: int) -> bool:
        return self.over < cc and (self.up_to is None or cc <= self.up_to)


AUTOMOBILE_TAX = (
    Band(0, 1000, 25_000, 29_500),
    Band(1000, 1500, 30_500, 34_500),
    Band(1500, 2000, 36_000, 39_500),
    Band(2000, 2500, 43_500, 45_000),
    Band(2500, 3000, 50_000, 51_000),
    Band(3000, 3500, 57_000, 58_000),
    Band(3500, 4000, 65_500, 66_500),
    Band(4000, 4500, 75_500, 76_500),
    Band(4500, 6000, 87_000, 88_000),
    Band(6000, None, 110_000, 111_000),
)


def automobile_tax(least_cc: int, most_cc: int) -> list[Band]:
    """The bands that displacements from ``least_cc`` to ``most_cc`` are in; more than one where they span a border.

    >>> [band.yen for band in automobile_tax(2000, 2000)]
    [36000]
    """
    first = next(place for place, band in enumerate(AUTOMOBILE_TAX) if band.holds(least_cc))
    last = next(place for place, band in enumerate(AUTOMOBILE_TAX) if band.holds(most_cc))
    return list(AUTOMOBILE_TAX[first : last + 1])


@dataclass(frozen=True)
class WeightBand:
    """Curb weights up to ``half_tonnes`` times 500 kg, above the band before."""

    half_tonnes: int

    @property
    def over_kg(self) -> int:
        return (self.half_tonnes - 1) * 500

    @property
    def up_to_kg(self) -> int:
        return self.half_tonnes * 500

    @property
    def yen_for_two_years(self) -> int:
        return self.half_tonnes * 4_100 * 2

    @property
    def yen_when_new(self) -> int:
        """For the three years until a new car's first inspection."""
        return self.half_tonnes * 4_100 * 3


def weight_tax(least_kg: int, most_kg: int) -> list[WeightBand]:
    """The bands that curb weights from ``least_kg`` to ``most_kg`` are in.

    >>> [band.yen_for_two_years for band in weight_tax(1500, 1510)]
    [24600, 32800]
    """
    return [WeightBand(number) for number in range(-(-least_kg // 500), -(-most_kg // 500) + 1)]
