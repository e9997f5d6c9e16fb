"""Who may run when, on which machine and how far: queue, leases, hosts, hours, places."""
