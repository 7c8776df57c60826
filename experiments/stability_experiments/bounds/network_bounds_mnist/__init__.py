"""Plug-in bounds of networks on digits, beside a placebo."""
