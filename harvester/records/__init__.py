"""What becomes of each record: what it means, its outcome, what is kept of it, what is owed and tried again."""
