"""The embedded database and broker together, as far as the environment did not name others."""

from dataclasses import dataclass, field
from types import TracebackType

from console.embedded.broker import Broker
from console.embedded.cluster import Cluster
from console.embedded.places import Places


@dataclass
class Pair:
    """Started on entry, stopped in reverse on exit."""

    places: Places
    with_database: bool
    with_broker: bool
    started: list[Cluster | Broker] = field(default_factory=list)

    def members(self) -> list[Cluster | Broker]:
        places = self.places
        found: list[Cluster | Broker] = []
        if self.with_database:
            found.append(Cluster(places.cluster, places.sockets, places.logs / "postgres.log"))
        if self.with_broker:
            found.append(Broker(places.broker, places.broker_socket, places.logs / "valkey.log"))
        return found

    def __enter__(self) -> "Pair":
        for member in self.members():
            self.started.append(member)
            member.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        while self.started:
            self.started.pop().stop()
