"""Made-up texts that redaction is measured on: secrets of every kind, and what is none."""
