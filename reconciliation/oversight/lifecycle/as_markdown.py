"""The decision tree and the state tables as Markdown, for the documents. Pure; the same figures as the pages show."""

from collections.abc import Iterable, Sequence

from reconciliation.oversight.lifecycle.decision_tree import Branch, Limb, Question
from reconciliation.oversight.lifecycle.signal_catalogue import Group
from reconciliation.oversight.lifecycle.state_tables import StateTable
from reconciliation.oversight.routing.playbooks import playbook
from reconciliation.policies.wording import OUTCOME_WORDS

WRITTEN = "Written by `.venv/bin/python manage.py write_reference`; a test holds it against the code."


def tree_as_markdown(limbs: Sequence[Limb]) -> str:
    """docs/reference/decision-tree.md, of the checkpoints that every tenant starts with."""
    lines = [
        "# Decision tree", "", WRITTEN, "",
        "As shipped; `/lifecycle/` shows the same of the checkpoints in force. Branches are asked from the top, the first that "
        "fits decides, and what no clause names is forbidden. A freeze window is asked before all of them.", "",
    ]  # fmt: skip
    plane = ""
    for limb in limbs:
        if limb.plane != plane:
            lines += [f"## {limb.words}", ""]
            plane = limb.plane
        lines += [f"### Reaches {limb.stage}", ""]
        for question in limb.questions:
            lines += _question(question)
    return "\n".join(lines)


def tables_as_markdown(tables: Sequence[StateTable]) -> str:
    """docs/reference/state-tables.md"""
    lines = [
        "# State tables",
        "",
        WRITTEN,
        "",
        "What stands in no table is refused, by the code and by the database.",
        "",
    ]
    for table in tables:
        lines += [f"## {table.title}", "", table.says, "", *_rows(("From", "To", "By"), _steps(table)), ""]
        if table.final:
            lines += [f"Nothing leaves: {', '.join(table.final)}.", ""]
    return "\n".join(lines)


def signals_as_markdown(groups: Sequence[Group]) -> str:
    """docs/reference/signals.md"""
    lines = ["# Signals", "", WRITTEN, "", "What can say that something is wrong, and which playbook it leads to.", ""]
    for group in groups:
        rows = (
            (
                row.name,
                row.limit,
                row.meaning,
                ", ".join(f"[{playbook(key).title}](../playbooks/{key}.md)" for key in row.playbooks),
            )
            for row in group.rows
        )
        lines += [
            f"## {group.title}",
            "",
            group.says,
            "",
            *_rows(("Signal", group.limit, "Meaning", "Playbook"), rows),
            "",
        ]
    return "\n".join(lines)


def _question(question: Question) -> list[str]:
    steps = question.steps
    lines = [f"- `{question.move.name}`: {question.move.words}" + (f" ({steps})" if steps else "")]
    lines += [f"  {n}. {_branch(branch)}" for n, branch in enumerate(question.branches, 1)]
    if question.otherwise:
        lines.append(f"  {len(question.branches) + 1}. else it {question.otherwise}")
    return [*lines, ""]


def _branch(branch: Branch) -> str:
    where = f"where {branch.where}: " if branch.where else ""
    lifted = "" if branch.liftable else "; no override lifts it"
    answer = ", ".join(words for words in (OUTCOME_WORDS[branch.outcome], branch.answer) if words)
    return f"{where}it {answer} ({branch.title}, clause {branch.clause}{lifted})"


def _steps(table: StateTable) -> Iterable[tuple[str, str, str]]:
    return ((step.before or "nothing", step.after, step.by) for step in table.steps)


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join('---' for _ in heads)}|"]
    return lines + [f"| {' | '.join(row)} |" for row in rows]
