"""What a record says, folded so that two records can be compared; pure."""
