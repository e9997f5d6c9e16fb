"""What people are told: reports, digests by mail, the doctor's findings, whole exports."""
