"""What the whole federation agrees on: the Record, the controlled terms, the formats. Pure: no sockets, SQL, clock or environment."""
