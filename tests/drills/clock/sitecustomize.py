"""A clock that can be put forward and back while a process runs: Python imports this at its start, with this folder in
PYTHONPATH. The file that DRILL_CLOCK names says how many seconds the clock is off; it is read again and again.

Clocks that measure how long something takes go on, as they do on a machine whose date is changed.
"""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine

CLOCK = Path(os.environ["DRILL_CLOCK"])


class Journey:
    """Where in time this process is; one that it forks goes on from there."""

    said, there = "0", None

    def follow(self) -> None:
        while True:
            said = CLOCK.read_text().strip() or self.said
            if said != self.said:
                if self.there:
                    self.there.stop()
                moment = datetime.now(UTC) + timedelta(seconds=int(said))
                self.there = time_machine.travel(moment, tick=True)
                self.there.start()
                self.said = said
            threading.Event().wait(0.1)

    def begin(self) -> None:
        threading.Thread(target=self.follow, daemon=True).start()


journey = Journey()
journey.begin()
os.register_at_fork(after_in_child=journey.begin)
