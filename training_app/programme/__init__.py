"""What is offered: courses, their sessions and parts, venues, providers and the priorities they serve."""
