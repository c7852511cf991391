"""The parts of a policy test: the case that is given, what happens to it, and what is told of it."""
