"""Stands in for Pachyderm's edges.py, which uses OpenCV: edges.py IMAGE OUT"""
import pathlib
import sys

import pgm

image, out = (pathlib.Path(path) for path in sys.argv[1:])
rows = pgm.read(image)


def edge(y, x):
    """How much a pixel differs from the ones to the right and below."""
    right = rows[y][min(x + 1, len(rows[0]) - 1)]
    below = rows[min(y + 1, len(rows) - 1)][x]
    return max(abs(rows[y][x] - right), abs(rows[y][x] - below))


pgm.write(out / image.name, [[edge(y, x) for x in range(len(rows[0]))] for y in range(len(rows))])
