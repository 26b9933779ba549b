// Paints samples: folders of pictures that look like cells under a microscope.
//
//   node code/paint.mjs images/sample-07=7 images/sample-08=8
//
// The number is the seed. One seed gives the same cells everywhere, so two samples painted with one seed
// hold equal content under different names, as when an instrument's export is saved twice.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writePng } from './png.mjs';

const WIDTH = 240;
const HEIGHT = 160;
const VIEWS = 3;

const samples = process.argv.slice(2).map((word) => /^(.+)=(\d+)$/.exec(word));
if (samples.length === 0 || samples.includes(null)) {
  console.error('Usage: node code/paint.mjs FOLDER=SEED…, such as images/sample-07=7');
  process.exit(2);
}
for (const [, folder, seed] of samples) {
  mkdirSync(folder, { recursive: true });
  for (let view = 1; view <= VIEWS; view++) {
    writePng(join(folder, `view-${view}.png`), paint(randomNumbers(Number(seed) * 1000 + view)));
  }
}

function paint(random) {
  const light = new Float64Array(WIDTH * HEIGHT);
  const nucleus = new Float64Array(WIDTH * HEIGHT);
  const cells = 6 + Math.floor(random() * 14);
  for (let cell = 0; cell < cells; cell++) paintCell(light, nucleus, random);
  const pixels = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let i = 0; i < light.length; i++) {
    const grain = random() * 14;
    pixels[i * 3] = shade(18 + 60 * light[i] + 90 * nucleus[i] + grain);
    pixels[i * 3 + 1] = shade(26 + 150 * light[i] - 20 * nucleus[i] + grain);
    pixels[i * 3 + 2] = shade(44 + 90 * light[i] + 110 * nucleus[i] + grain);
  }
  return { width: WIDTH, height: HEIGHT, channels: 3, pixels };
}

/** Adds one soft-edged ellipse with a brighter nucleus. */
function paintCell(light, nucleus, random) {
  const centreX = random() * WIDTH;
  const centreY = random() * HEIGHT;
  const long = 10 + random() * 14;
  const short = long * (0.6 + random() * 0.4);
  const turn = random() * Math.PI;
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const along = ((x - centreX) * Math.cos(turn) + (y - centreY) * Math.sin(turn)) / long;
      const across = ((y - centreY) * Math.cos(turn) - (x - centreX) * Math.sin(turn)) / short;
      const distance = Math.sqrt(along * along + across * across);
      const i = y * WIDTH + x;
      light[i] = Math.max(light[i], edge(distance, 1));
      nucleus[i] = Math.max(nucleus[i], edge(distance, 0.4));
    }
  }
}

/** 1 inside the radius, 0 outside, and a short slope between. */
function edge(distance, radius) {
  return Math.min(1, Math.max(0, (radius - distance) / 0.12 + 0.5));
}

function shade(value) {
  return Math.min(255, Math.max(0, Math.round(value)));
}

/** Repeatable numbers from 0 up to 1 (the generator called mulberry32): `Math.random` cannot be seeded. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
