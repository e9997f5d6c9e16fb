"""Full-text search over a catalogue: derived from the change log, rebuildable at any time, never a source of truth."""
