"""The vehicle in a Japanese parking bay, next to a kei car and a familiar Japanese model, all to one scale.

One unit of the drawing is a centimetre. Cars are seen from the left and from above, with their front to the left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vehicles.fit.limits import HIGH_ROOF_GARAGE, ORDINARY_GARAGE, SMALL_BAY, STANDARD_BAY
from vehicles.specifications import Specification

#: What of its picture in ``static/img/bodies.svg`` each body fills: left, top, right, bottom.
EXTENTS = {
    "sedan": (12.3, 15, 147.8, 56.0),
    "coupe": (14.2, 18, 146, 56.0),
    "convertible": (14.2, 19.2, 146, 56.0),
    "wagon": (12.3, 14.7, 147.8, 56.0),
    "liftback": (14.3, 14.4, 145.8, 56.0),
    "hatchback": (20.3, 13.8, 139.8, 56.0),
    "suv": (12.3, 5.6, 148, 56.0),
    "minivan": (7.2, 5.6, 153, 56.0),
    "pickup": (2.2, 4, 157.8, 56.0),
    "van": (4.2, 2, 155.8, 56.0),
    "truck": (2.2, 1, 158, 56.0),
}
#: The room for all cars: longer and taller than the longest and tallest US-built vehicle for private buyers.
WIDTH, HEIGHT, MARGIN = 660, 230, 10


@dataclass(frozen=True)
class Car:
    """A car to draw: lengths in millimetres, as its sources give them."""

    name: str | Promise
    body: str
    length_mm: int
    width_mm: int
    height_mm: int | None
    sources: Sequence[str] = ()

    @property
    def length(self) -> float:
        return self.length_mm / 10

    @property
    def width(self) -> float:
        return self.width_mm / 10

    @property
    def height(self) -> float | None:
        return self.height_mm / 10 if self.height_mm else None


#: The 12th Corolla sedan as Japan has it, and the second N-BOX, for years the best-selling car there.
FAMILIAR = Car(_("Toyota Corolla sedan (Japan)"), "sedan", 4495, 1745, 1435, ("fit-002",))
KEI = Car(_("Honda N-BOX, a kei car"), "minivan", 3395, 1475, 1790, ("fit-003",))


@dataclass(frozen=True)
class View:
    """One car from the side and from above in a standard bay."""

    car: Car
    is_subject: bool

    viewbox_side = f"0 0 {WIDTH} {HEIGHT + MARGIN}"
    viewbox_above = f"0 0 {WIDTH} {STANDARD_BAY.width_mm // 10 + 2 * MARGIN}"
    ground = HEIGHT
    #: The usual limits of height in mechanical car parks, as lines above the ground.
    heights = tuple((HEIGHT - limit.height_mm / 10, limit.height_mm) for limit in (ORDINARY_GARAGE, HIGH_ROOF_GARAGE))
    bay = (MARGIN, MARGIN, STANDARD_BAY.length_mm // 10, STANDARD_BAY.width_mm // 10)
    small_bay = (MARGIN, 2 * MARGIN, SMALL_BAY.length_mm // 10, SMALL_BAY.width_mm // 10)

    @property
    def left(self) -> float:
        """Where the car's front is: it stands in the middle of the bay, or overhangs its open end."""
        room = self.bay[2] - self.car.length
        return MARGIN + max(room / 2, 0)

    @property
    def top(self) -> float:
        return MARGIN + (self.bay[3] - self.car.width) / 2

    @property
    def side(self) -> dict[str, float | str] | None:
        """Where the picture of the body goes, stretched to length and height; None where the height is not known."""
        if self.car.height is None:
            return None
        left, top, right, bottom = EXTENTS[self.car.body]
        return {
            "x": self.left,
            "y": HEIGHT - self.car.height,
            "width": self.car.length,
            "height": self.car.height,
            "viewbox": f"{left} {top} {round(right - left, 1)} {round(bottom - top, 1)}",
        }

    @property
    def outline(self) -> str:
        """The path of the body from above."""
        x, y, length, width = self.left, self.top, self.car.length, self.car.width
        nose, tail = width * 0.3, width * 0.16
        return (
            f"M{x + nose:.1f} {y:.1f}H{x + length - tail:.1f}q{tail:.1f} 0 {tail:.1f} {tail:.1f}"
            f"v{width - 2 * tail:.1f}q0 {tail:.1f} {-tail:.1f} {tail:.1f}H{x + nose:.1f}"
            f"q{-nose:.1f} 0 {-nose:.1f} {-nose:.1f}v{-(width - 2 * nose):.1f}q0 {-nose:.1f} {nose:.1f} {-nose:.1f}z"
        )

    @property
    def glass(self) -> str:
        """The path of windscreen and rear window, or of the load bed of a pickup, from above."""
        x, y, length, width = self.left, self.top, self.car.length, self.car.width
        bonnet = 0.16 if self.car.body in ("minivan", "van") else 0.29
        inset = width * 0.12
        front = x + length * bonnet
        screen = f"M{front:.1f} {y + inset:.1f}l{length * 0.08:.1f} {inset / 2:.1f}v{width - 3 * inset:.1f}"
        screen += f"l{-length * 0.08:.1f} {inset / 2:.1f}"
        screen += f"q{-length * 0.03:.1f} {-width / 2 + inset:.1f} 0 {-width + 2 * inset:.1f}z"
        if self.car.body == "pickup":
            bed = x + length * 0.64
            return screen + f"M{bed:.1f} {y + inset / 2:.1f}H{x + length * 0.97:.1f}v{width - inset:.1f}H{bed:.1f}z"
        rear = x + length * 0.9
        window = f"M{rear:.1f} {y + inset * 1.5:.1f}l{-length * 0.06:.1f} {inset / 2:.1f}"
        return screen + window + f"v{width - 4 * inset:.1f}l{length * 0.06:.1f} {inset / 2:.1f}z"


def drawn(specs: Sequence[Specification], name: str) -> list[View]:
    """The largest variant of which most is known, beside the two others; nothing without any length and width."""
    known = [spec for spec in specs if spec.length_mm and spec.width_mm]
    if not known:
        return []
    largest = max(known, key=lambda spec: (spec.height_mm is not None, spec.span("length_mm")))
    height = largest.span("height_mm")
    car = Car(
        name,
        largest.body_style.slug,
        largest.span("length_mm")[1],
        largest.span("width_mm")[1],
        height[1] if height else None,
    )
    return [View(car, True), View(FAMILIAR, False), View(KEI, False)]
