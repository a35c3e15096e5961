"""Why the embedded services cannot run here. Each message says what to do."""


class CannotStart(RuntimeError):
    """Any of the reasons below; what `up` and the commands print before they end with 1."""


class NotInstalled(CannotStart):
    """A wheel that carries a server is missing."""


class CannotDropRoot(CannotStart):
    """Root or nameless, no user namespaces, and nobody may not read the server's files."""


class ClusterFailed(CannotStart):
    """PostgreSQL could not be created or started; the message ends with its log."""


class BrokerFailed(CannotStart):
    """Valkey did not start; the message ends with its log."""


class GaveUp(CannotStart):
    """A process ended again and again; the message ends with its log."""


class StillStarting(CannotStart):
    """Another process holds the data folder but its services did not come up."""


class FolderOfAnother(CannotStart):
    """The data folder belongs to another user."""
