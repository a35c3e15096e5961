"""What Prometheus scrapes: figures read from the database at scrape time, so that any number of web processes tells the same. A
scrape that cannot read everything fails whole; no figure is ever made up."""
