"""Make and model of a VIN from NHTSA's vPIC data, which the library ``vin`` ships: nothing is asked over a network.

The library's own ``VIN`` class refuses VINs that we still want to explain, and opens its database when it is
imported, so this asks its database class directly, on first use and once in each process.
"""

from __future__ import annotations

import functools
import os
import sqlite3
import threading
from dataclasses import dataclass

#: One connection for all threads of a process: a look-up takes about a millisecond.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class VpicVehicle:
    """What vPIC's patterns say of a vehicle, in vPIC's spelling; empty where they do not."""

    make: str = ""
    model: str = ""


@functools.lru_cache(maxsize=1)
def _database(process: int):
    """The database as this process opened it: a connection must not be carried into a forked worker."""
    from vin.database import VehicleDB  # takes about 30 MB of disk cache, so only where somebody asks

    return VehicleDB()


def _ask(question, *arguments, otherwise):
    with _one_at_a_time:
        try:
            return getattr(_database(os.getpid()), question)(*arguments)
        except sqlite3.Error:
            return otherwise


@functools.lru_cache(maxsize=1)
def _light_makers() -> frozenset[str]:
    return frozenset(_ask("get_wmis_for_cars_and_light_trucks", otherwise=()))


def is_light(wmi: str) -> bool:
    """Whether a maker code stands for passenger cars, multipurpose vehicles or light trucks."""
    return wmi in _light_makers()


def look_up(vin: str, wmi: str, model_year: int) -> VpicVehicle:
    """What vPIC says of a well-formed VIN, if it is of this model year."""
    found = _ask("decode_vin", wmi, f"{vin[3:8]}|{vin[9:]}", model_year, otherwise=None) or {}
    return VpicVehicle(found.get("make") or "", found.get("model") or "")


def make_of(wmi: str) -> str:
    """The only make a maker code stands for, in vPIC's spelling; empty where there are several or none."""
    return _ask("get_make_from_wmi", wmi, otherwise="") or ""
