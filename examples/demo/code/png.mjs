// Reads and writes PNG pictures with nothing but Node, so that the demo needs no image library.
// Reads 8-bit grey, grey + alpha, RGB and RGBA without interlacing, which is what most cameras and plots export.
import { readFileSync, writeFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';

/**
 * A picture: `channels` numbers from 0 to 255 a pixel (1 is grey, 3 is RGB), row after row.
 * @typedef {{ width: number, height: number, channels: 1 | 3, pixels: Uint8Array }} Picture
 */

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Numbers a pixel by PNG's colour type; palettes (3) are not read. */
const CHANNELS = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);

/**
 * Reads a PNG file; transparency is dropped.
 * @param {string} file
 * @returns {Picture}
 */
export function readPng(file) {
  const bytes = readFileSync(file);
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) throw new Error(`${file} is not a PNG file.`);
  const compressed = [];
  let header;
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = data;
    if (type === 'IDAT') compressed.push(data);
    at += 12 + length;
  }
  if (!header) throw new Error(`${file} has no PNG header.`);
  const channels = CHANNELS.get(header[9]);
  if (header[8] !== 8 || channels === undefined || header[12] !== 0) {
    throw new Error(`${file}: only 8-bit grey and colour PNG files without interlacing are read here.`);
  }
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  return withoutAlpha(
    width,
    height,
    channels,
    unfilter(inflateSync(Buffer.concat(compressed)), width, height, channels),
  );
}

/**
 * Writes a picture as a PNG file.
 * @param {string} file
 * @param {Picture} picture
 */
export function writePng(file, { width, height, channels, pixels }) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = channels === 1 ? 0 : 2;
  const stride = width * channels;
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(pixels.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  writeFileSync(
    file,
    Buffer.concat([
      SIGNATURE,
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

/**
 * The brightness of every pixel, from 0 to 255.
 * @param {Picture} picture
 * @returns {Float64Array}
 */
export function brightness({ width, height, channels, pixels }) {
  const grey = new Float64Array(width * height);
  for (let i = 0; i < grey.length; i++) {
    const at = i * channels;
    grey[i] =
      channels === 1 ? pixels[at] : 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  }
  return grey;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  frame.set(body, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

/** The checksum at the end of each chunk; written out because `zlib.crc32` is missing from older Node. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** Undoes the five row filters of the PNG standard, section 9. */
function unfilter(rows, width, height, channels) {
  const stride = width * channels;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x >= channels ? out[y * stride + x - channels] : 0;
      const up = y > 0 ? out[(y - 1) * stride + x] : 0;
      const corner = x >= channels && y > 0 ? out[(y - 1) * stride + x - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * stride + x] = rows[y * (stride + 1) + 1 + x] + guess;
    }
  }
  return out;
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function withoutAlpha(width, height, channels, pixels) {
  if (channels === 1 || channels === 3) return { width, height, channels, pixels };
  const kept = channels - 1;
  const out = new Uint8Array(width * height * kept);
  for (let i = 0; i < width * height; i++)
    out.set(pixels.subarray(i * channels, i * channels + kept), i * kept);
  return { width, height, channels: kept, pixels: out };
}
