"""The theorems, one file per paper; `stability.theorems.catalogue` lists them all."""
