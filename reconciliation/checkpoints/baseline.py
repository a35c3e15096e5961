"""The checkpoints that ship: what a tenant starts with. Read by the migration that stores them, and by nothing else."""

import json
from pathlib import Path

import yaml

from reconciliation.checkpoints.documents import Document, digest_of, require_document

FILE = Path(__file__).parent / "policies" / "baseline.yaml"
STORE = "INSERT INTO checkpoint_baseline (position, document, document_sha256) VALUES (%s, %s::jsonb, %s)"


def baseline() -> list[Document]:
    """The documents in the order of the file, each held against its schema."""
    return [require_document(document) for document in yaml.safe_load(FILE.read_text())]


def statements() -> list[tuple[str, list[object]]]:
    """One INSERT per document, for a migration."""
    return [(STORE, [n, json.dumps(d), digest_of(d)]) for n, d in enumerate(baseline(), 1)]
