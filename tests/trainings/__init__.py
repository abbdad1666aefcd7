"""Small real trainings: what tests launch, and what sample_runs/ records."""
