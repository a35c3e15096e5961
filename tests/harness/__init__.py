"""What every test stands on: a real PostgreSQL for the session, a database of its own for each worker, the
real roles."""
