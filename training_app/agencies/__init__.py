"""Partner organisations of the arrangements, under every name they have had."""
