"""The graph of judgements: who says of which two records that they are one thing, or not, and why."""
