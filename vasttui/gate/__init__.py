"""Plan + offer (or machine) → findings. Pure."""
