"""What each page's template is given: a query's answer in, a context of texts, figures and addresses out. No database, no
clock, no decision: who may do what was decided before."""
