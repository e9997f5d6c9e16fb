"""What a run proves and what it may therefore change: lists, audits, what waits, a person's decision."""
