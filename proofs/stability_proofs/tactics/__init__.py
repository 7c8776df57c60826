"""Helpers that build derivations from the rules of the kernel; nothing here is trusted."""
