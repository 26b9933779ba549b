// Measures every picture of one sample: node code/stats.mjs SAMPLE OUT
// Leaves `summary.json` (mean, spread, number of cells) and `histogram.csv` (brightness in 16 steps).
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brightness, readPng } from './png.mjs';

const STEPS = 16;
/** Brighter than this is cell, darker is background; smaller spots than this many pixels are grain. */
const THRESHOLD = 80;
const SMALLEST_CELL = 40;

const [sample, out] = process.argv.slice(2);
const summary = {};
const table = ['picture,from,to,pixels'];

for (const name of readdirSync(sample).sort()) {
  if (!name.endsWith('.png')) continue;
  const picture = readPng(join(sample, name));
  const grey = brightness(picture);
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const variance = grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length;
  const cells = countCells(grey, picture.width);
  summary[name] = { mean: round(mean), spread: round(Math.sqrt(variance)), cells };
  histogram(grey).forEach((pixels, step) => {
    table.push(`${name},${(step * 256) / STEPS},${((step + 1) * 256) / STEPS},${pixels}`);
  });
  console.log(`${name}: ${cells} cells`);
}
writeFileSync(join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
writeFileSync(join(out, 'histogram.csv'), `${table.join('\n')}\n`);

function histogram(grey) {
  const counts = new Array(STEPS).fill(0);
  for (const value of grey) counts[Math.min(STEPS - 1, Math.floor((value * STEPS) / 256))]++;
  return counts;
}

/** Counts patches of bright pixels that touch; cells that overlap count as one. */
function countCells(grey, width) {
  const seen = new Uint8Array(grey.length);
  let cells = 0;
  for (let start = 0; start < grey.length; start++) {
    if (patchSize(grey, width, seen, start) >= SMALLEST_CELL) cells++;
  }
  return cells;
}

function patchSize(grey, width, seen, start) {
  const open = [start];
  let size = 0;
  for (let i = open.pop(); i !== undefined; i = open.pop()) {
    if (seen[i] || grey[i] <= THRESHOLD) continue;
    seen[i] = 1;
    size++;
    if (i % width > 0) open.push(i - 1);
    if (i % width < width - 1) open.push(i + 1);
    if (i >= width) open.push(i - width);
    if (i + width < grey.length) open.push(i + width);
  }
  return size;
}

function round(value) {
  return Math.round(value * 100) / 100;
}
