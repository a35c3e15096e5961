"""The generated documents: what stands in each file of docs/reference/."""

from reconciliation.checkpoints.baseline import baseline
from reconciliation.oversight.lifecycle.as_markdown import signals_as_markdown, tables_as_markdown, tree_as_markdown
from reconciliation.oversight.lifecycle.decision_tree import Policy, decision_tree
from reconciliation.oversight.lifecycle.signal_catalogue import signal_catalogue
from reconciliation.oversight.lifecycle.state_tables import state_tables


def documents() -> dict[str, str]:
    """File name → text. Of the checkpoints that ship; the pages show those in force."""
    shipped = [Policy(document["key"], 1, document) for document in baseline()]
    return {
        "decision-tree.md": tree_as_markdown(decision_tree(shipped)),
        "signals.md": signals_as_markdown(signal_catalogue()),
        "state-tables.md": tables_as_markdown(state_tables()),
    }
