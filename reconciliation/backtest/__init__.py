"""What a change would do before it does it. A checkpoint's document is held against every recorded move of a window: each is
decided twice, and what differs is judged by the drift that followed. Drafts of matcher terms and calendars are tried over a past
period by the real matcher, in a transaction that is taken back. Nothing that is replayed or tried is changed."""
