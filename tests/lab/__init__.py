"""The fault lab: simulated runs whose truth is known, and every policy judged on the same ones."""
