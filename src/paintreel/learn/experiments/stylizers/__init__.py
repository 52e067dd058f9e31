"""FSGAN and AFGAN beside the stylizers that they are compared with."""
