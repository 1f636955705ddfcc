"""Letters into lines, lines into running text: order, cells, hyphens, running heads, labels."""
