"""What numbers mean: METRICS, DIMENSIONS, READS. Every face asks here and nowhere else."""
