// Puts all edge pictures on one sheet, a row a sample: node code/montage.mjs EDGES OUT
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPng, writePng } from './png.mjs';

const GAP = 4;

const [edges, out] = process.argv.slice(2);
const rows = readdirSync(edges, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .sort()
  .map((sample) => picturesOf(join(edges, sample)))
  .filter((row) => row.length > 0);
writePng(join(out, 'montage.png'), sheet(rows));
console.log(`${rows.length} samples on one sheet`);

function picturesOf(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.png'))
    .sort()
    .map((name) => readPng(join(folder, name)));
}

/** A table of pictures in cells of equal size, on grey. */
function sheet(rows) {
  const cellWidth = Math.max(1, ...rows.flat().map((picture) => picture.width)) + GAP;
  const cellHeight = Math.max(1, ...rows.flat().map((picture) => picture.height)) + GAP;
  const width = Math.max(1, ...rows.map((row) => row.length)) * cellWidth + GAP;
  const height = Math.max(1, rows.length) * cellHeight + GAP;
  const pixels = new Uint8Array(width * height).fill(96);
  rows.forEach((row, r) => {
    row.forEach((picture, c) => {
      paste(pixels, width, picture, GAP + c * cellWidth, GAP + r * cellHeight);
    });
  });
  return { width, height, channels: 1, pixels };
}

function paste(pixels, width, picture, left, top) {
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++) {
      pixels[(top + y) * width + left + x] = picture.pixels[(y * picture.width + x) * picture.channels];
    }
  }
}
