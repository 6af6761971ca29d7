"""Studyhall 学法堂: legal study for an office, and figures that can be shown."""

__version__ = "0.2.0"
