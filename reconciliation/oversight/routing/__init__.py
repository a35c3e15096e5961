"""Incident routing: which signal leads to which playbook. Rows and playbooks are data; nothing here acts."""
