"""Stands in for ImageMagick's montage: montage.py DIRECTORY… OUT"""
import pathlib
import sys

import pgm

*directories, out = (pathlib.Path(path) for path in sys.argv[1:])
sheet = []
for directory in directories:
    images = [pgm.read(path) for path in sorted(directory.glob("*.pgm"))]
    sheet += [sum(rows, []) for rows in zip(*images)]
pgm.write(out, sheet)
