"""What the door to the network is made of: checked addresses, bounded bodies, certificates in plain words."""
