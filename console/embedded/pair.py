"""The embedded database and broker together, as far as the environment did not name others."""

from dataclasses import dataclass, field

from console.embedded.broker import Broker
from console.embedded.cluster import Cluster
from console.embedded.places import Places


@dataclass
class Pair:
    """Started in order, stopped in reverse."""

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

    def start(self) -> None:
        """Start what is to be started. Raises CannotStart; what did start is then still to be stopped."""
        for member in self.members():
            self.started.append(member)
            member.start()

    def stop(self) -> None:
        while self.started:
            self.started.pop().stop()
