"""The making of the labelled set: things, the nodes that hold them, and how each node writes them."""
