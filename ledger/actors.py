"""Who acts: a person, an API token, a job or an operator at the command line, in one role of one tenant."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["person", "token", "job", "operator"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the person's id as text, the token's name or the job's name; `person_id` is None for all but persons.

    Two sign-ins of one human share a `person_id`: they count as one wherever four eyes are asked for. `token` names the
    person's own token through which the act came, "" for an act at the screen; nothing is decided through one.
    """

    kind: ActorKind
    id: str
    roles: frozenset[str]
    name: str = ""
    person_id: int | None = None
    token: str = ""

    @property
    def role(self) -> str:
        """The roles held now, as the audit trail records them."""
        return ",".join(sorted(self.roles)) or self.kind
