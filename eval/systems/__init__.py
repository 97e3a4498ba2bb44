"""The systems that can be measured. `base` says what every one must do; which is asked for is decided by name."""

from eval.systems.base import Asked, Span, System

__all__ = ["Asked", "Span", "System"]
