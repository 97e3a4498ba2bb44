"""Measuring an assistant against questions whose answers are known. Nothing imports it but what measures."""
