"""Gap polling: what the provider lists for a period, held against the log. It promises that each difference is named and
nothing else, and that nothing of what is missing is made up."""
