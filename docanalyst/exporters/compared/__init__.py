"""Exports of comparisons: two versions side by side, and agreements as amended."""
