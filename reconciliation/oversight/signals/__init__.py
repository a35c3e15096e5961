"""What comes before drift, counted from rows: eleven signals, each with a definition, a range, the rows behind its value and what
it was on the days before. A signal that cannot be known says nothing: it is never 0 and never in range."""
