"""What a setting would do before it does it: drafts of matcher terms and calendars, tried over a past period by the real
matcher in a transaction that is taken back, and sent for approval with what was found."""
