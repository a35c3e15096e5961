"""The one-command installation: real PostgreSQL and a real broker from wheels, without root and without
containers.

It promises that one data folder never runs two clusters, that stopping is clean, and that even a SIGKILL of
the
supervisor leaves no process behind. `DATABASE_URL` and `REDIS_URL`, when set, win and nothing here is
started."""
