// Finds the edges in every picture of one sample: node code/edges.mjs SAMPLE OUT
//
// The results are named for the pictures, never for the sample. That is what lets Minipach compute two
// samples of equal content once.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brightness, readPng, writePng } from './png.mjs';

const [sample, out] = process.argv.slice(2);

for (const name of readdirSync(sample).sort()) {
  if (!name.endsWith('.png')) continue;
  writePng(join(out, name), findEdges(readPng(join(sample, name))));
  console.log(`${name}: edges found`);
}

/** The Sobel operator: how fast the brightness changes, sideways and downwards. */
function findEdges(picture) {
  const { width, height } = picture;
  const grey = brightness(picture);
  const pixels = new Uint8Array(width * height);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = (dx, dy) => grey[(y + dy) * width + x + dx];
      const sideways = at(1, -1) + 2 * at(1, 0) + at(1, 1) - at(-1, -1) - 2 * at(-1, 0) - at(-1, 1);
      const down = at(-1, 1) + 2 * at(0, 1) + at(1, 1) - at(-1, -1) - 2 * at(0, -1) - at(1, -1);
      pixels[y * width + x] = Math.min(255, Math.round(Math.hypot(sideways, down) / 2));
    }
  }
  return { width, height, channels: 1, pixels };
}
