"""Imports: files dropped, read, compared with the ledger, reviewed, taken over, undone.

- `reading`   bytes into rows, by the format found and what the person decided about the file
- `matching`  which instrument each row is about
- `settling`  what a ledger would refuse: more sold than held, another currency
- `reviewing` all of it together: each row new, known, rejected or skipped, and the open questions
- `drafts`    an import from the drop to the review, and its decisions
- `taking`    from the review into the ledger, at once or not at all, and back out again
- `templates` what was decided about files of one header, kept for the next of them

Everything but `drafts` and `taking` computes: it runs in a thread and touches no database.
"""
