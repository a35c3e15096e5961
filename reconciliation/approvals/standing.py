"""The pure half of who may decide: by which right a person could, or what bars them. The same rule is asked at the
decision, again of every earlier approval when the request executes, and by whoever wants to know who could approve."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Bar = Literal["", "role", "maker", "about", "behind", "used", "right", "lent", "never"]
ClauseOf = tuple[str, int, str]  # a policy by its key, its version, the number of the clause


@dataclass(frozen=True, slots=True)
class Lent:
    """`role`, lent by `lender` to `delegate`, in force now; both are persons by id."""

    lender: int
    delegate: int
    role: str


@dataclass(frozen=True, slots=True)
class Restricted:
    """Something that only those decide about who hold a right on it: an account by id, or a policy by key."""

    id: int
    label: str
    account_id: int | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts at one moment: the names of persons, the roles that each holds under an open sign-in, what is lent,
    what is restricted, who has a right on it (person, restriction), and the clauses that no delegate approves under."""

    names: Mapping[int, str]
    holds: Mapping[int, frozenset[str]]
    lent: tuple[Lent, ...] = ()
    restricted: tuple[Restricted, ...] = ()
    rights: frozenset[tuple[int, int]] = frozenset()
    never_lent: frozenset[ClauseOf] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of its deciders, and by which clause of policy. `about` is the person whose own rights it changes, if
    any; `behind` are persons who could have made a system ask for it; `used` are the rights that were used on it, by the person
    who owns each; `decided` the persons who decided on it."""

    roles: frozenset[str]
    maker: int
    clause: ClauseOf = ("", 0, "")
    accounts: frozenset[int] = frozenset()
    about: int | None = None
    behind: frozenset[int] = frozenset()
    used: frozenset[int] = frozenset()
    decided: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to decide: in `role`, one's own or that of the person `on_behalf_of`. `bar` is "" where nothing stands
    against it, else `says` tells what does."""

    role: str
    on_behalf_of: int | None = None
    bar: Bar = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways of one person; `best` is the one that they would decide by."""

    person: int
    ways: tuple[Way, ...] = field(default=())

    @property
    def best(self) -> Way:
        """The first open way, one's own role before a lent one; where none is open, the first with what bars it."""
        return next((way for way in self.ways if not way.bar), self.ways[0])


def ways_of(person: int, asked: Asked, standing: Standing) -> Ways:
    """Every way in which a person might decide, each with what bars it; never empty."""
    own = [Way(role) for role in sorted(standing.holds.get(person, frozenset()) & asked.roles)]
    lent = sorted(
        (g for g in standing.lent if g.delegate == person and g.role in asked.roles), key=lambda g: (g.lender, g.role)
    )
    found = own + [Way(g.role, g.lender) for g in lent]
    if not found:
        return Ways(person, (Way("", None, "role", "holds no role that decides it, and none is lent to them"),))
    return Ways(person, tuple(_barred(way, person, asked, standing) for way in found))


def why_it_counts_no_more(person: int, way: Way, asked: Asked, standing: Standing) -> str:
    """What stands against an approval that `person` gave by `way`, as things are now, in words that follow their name; ""
    when it still counts."""
    again = replace(asked, used=frozenset(), decided=frozenset())
    if way.on_behalf_of is not None and Lent(way.on_behalf_of, person, way.role) not in standing.lent:
        return f"decided for {_name(way.on_behalf_of, standing)}, who lends them the role {_plain(way.role)} no more"
    return _barred(Way(way.role, way.on_behalf_of), person, again, standing).says


def _barred(way: Way, person: int, asked: Asked, standing: Standing) -> Way:
    owner = person if way.on_behalf_of is None else way.on_behalf_of
    lender = "" if way.on_behalf_of is None else _name(owner, standing)
    bar = _bar(way, person, owner, asked, standing)
    missing = [r.label for r in touched(asked, standing.restricted) if (owner, r.id) not in standing.rights]
    if not bar and missing:
        bar = "right"
    says = {
        "": "",
        "maker": f"would decide for {lender}, who asked for it" if lender and owner == asked.maker else "asked for it",
        "behind": f"would decide for {lender}, who stands behind what asks for it" if lender and owner in asked.behind
                  else "stands behind what asks for it",
        "about": f"would decide for {lender}, whom it is about" if lender and owner == asked.about else "is whom it is about",
        "used": "decided on it already" if person in asked.decided else _used(lender),
        "role": f"{_decides_for(lender)}holds the role {_plain(way.role)} no more",
        "lent": "works here no more",
        "never": f"would decide for {lender}, and policy lets no delegate approve it",
        "right": f"{_decides_for(lender)}has no right on {' and '.join(missing)}",
    }[bar]  # fmt: skip
    return Way(way.role, way.on_behalf_of, bar, says)


def _used(lender: str) -> str:
    return (
        f"would use the right of {lender}, which was used on it already"
        if lender
        else "lent a right that was used on it"
    )


def _decides_for(lender: str) -> str:
    return f"decides for {lender}, who " if lender else ""


def _bar(way: Way, person: int, owner: int, asked: Asked, standing: Standing) -> Bar:
    if asked.maker in (person, owner):
        return "maker"
    if asked.about in (person, owner):
        return "about"
    if not asked.behind.isdisjoint((person, owner)):
        return "behind"
    if person in asked.decided or owner in asked.used:
        return "used"
    if way.role not in asked.roles or way.role not in standing.holds.get(owner, frozenset()):
        return "role"
    if owner != person and asked.clause in standing.never_lent:
        return "never"
    return "" if standing.holds.get(person) else "lent"


def touched(asked: Asked, restricted: Collection[Restricted]) -> list[Restricted]:
    """What of the restricted a request is about."""
    return [
        r for r in restricted
        if (r.account_id is not None and r.account_id in asked.accounts) or (r.policy and r.policy == asked.clause[0])
    ]  # fmt: skip


def _name(person: int, standing: Standing) -> str:
    return standing.names.get(person, "somebody")


def _plain(role: str) -> str:
    return role.replace("_", " ")
