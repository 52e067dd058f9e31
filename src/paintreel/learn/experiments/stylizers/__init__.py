"""FSGAN beside the stylizers that it is compared with, and the styles that come bundled."""
