"""The pages of the secretariat: nodes, runs and what became of every record."""
