"""Makes the built-in model from nothing but drawn clips: `python -m generation.training`."""
