"""The steps that bring a control database to its newest shape. Run by control/schema.py and by nothing else."""
