// What may be sent, and what can be said of a picture while the paper is still in the hand.

import { say } from "./words.js";

const HEADS = [[0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47], [0x49, 0x49, 0x2a, 0x00], [0x4d, 0x4d, 0x00, 0x2a], [0x49, 0x49, 0x2b], [0x4d, 0x4d, 0x00, 0x2b]];
const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];

/** Below this many pixels on the shorter side an A4 page has fewer than 150 dots per inch. */
const LEAST_SIDE = 1240;
const DARK_BELOW = 75;
const SOFT_BELOW = 6;
const LOOKED_AT = 800;

/** Tell why a file cannot be sent; empty when it can. The archive decides again. */
export async function fault(file, limit) {
  if (file.size === 0) return say("empty", { name: file.name });
  if (file.size > limit) return say("tooLarge", { name: file.name, limit: Math.floor(limit / 1048576) });
  const head = new Uint8Array(await file.slice(0, 1024).arrayBuffer());
  const known = HEADS.some((wanted) => wanted.every((byte, at) => head[at] === byte));
  const pdf = head.some((_, at) => PDF.every((byte, index) => head[at + index] === byte));
  return known || pdf ? "" : say("notScan", { name: file.name });
}

/** Say in words what is wrong with a picture: too small, too dark, out of focus. PDF and TIFF are judged when read. */
export async function advice(file) {
  if (!/^image\/(jpeg|png)$/.test(file.type)) return [];
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return [];
  }
  const told = [];
  const { width, height } = picture;
  if (Math.min(width, height) < LEAST_SIDE) told.push(say("small", { width, height }));
  const { light, sharpness } = looked(picture);
  if (light < DARK_BELOW) told.push(say("dark"));
  else if (sharpness < SOFT_BELOW) told.push(say("soft"));
  picture.close();
  return told;
}

/** Brightness (0-255) of the brighter half, and how strongly the tenth of the steepest edges changes from point to point. */
function looked(picture) {
  const scale = Math.min(1, LOOKED_AT / Math.max(picture.width, picture.height));
  const width = Math.max(2, Math.round(picture.width * scale));
  const height = Math.max(2, Math.round(picture.height * scale));
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(picture, 0, 0, width, height);
  const { data } = canvas.getImageData(0, 0, width, height);
  const gray = new Uint8Array(width * height);
  for (let at = 0; at < gray.length; at += 1) {
    gray[at] = (data[4 * at] * 2 + data[4 * at + 1] * 5 + data[4 * at + 2]) >> 3;
  }
  const lights = Uint32Array.from({ length: 256 }, () => 0);
  const steps = Uint32Array.from({ length: 256 }, () => 0);
  for (let at = 0; at < gray.length; at += 1) {
    lights[gray[at]] += 1;
    if (at % width !== 0) steps[Math.abs(gray[at] - gray[at - 1])] += 1;
  }
  return { light: quantile(lights, 0.75), sharpness: quantile(steps, 0.98) };
}

function quantile(counts, share) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let value = 0; value < counts.length; value += 1) {
    seen += counts[value];
    if (seen >= share * total) return value;
  }
  return counts.length - 1;
}
