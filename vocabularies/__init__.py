"""What the whole federation agrees on: the Record, the terms, the rules, the formats. Pure: no sockets or SQL."""
