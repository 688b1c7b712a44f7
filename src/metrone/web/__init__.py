"""HTTP in and out. The only room that knows the framework."""
