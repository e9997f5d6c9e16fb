"""Whether two records describe one thing: keys that bring them together, evidence, vetoes and a probability."""
