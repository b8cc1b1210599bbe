/**
 * Says in words whether a picture of a paper will do, while the paper still lies there.
 *
 * Measured on a picture shrunk to at most 1000 pixels: sharpness as the variance of the Laplacian, brightness as the level
 * of the paper, glare as the share of burnt-out pixels beside it. The thresholds are coarse on purpose: the reading worker
 * judges in earnest, this only spares a second try.
 */

const SIDE = 1000;
const SHARP = 60;
const DARK = 110;
const BURNT = 0.3;
/** A4's long side at 200 dpi, which the reading asks for; fewer pixels than that are called too few there as well. */
const SMALL = 2339;

/**
 * @param {ImageBitmap} picture
 * @returns {string[]} names of what is wrong, in the words of the page; empty: nothing
 */
export function faultsOf(picture) {
  const ratio = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.max(3, Math.round(picture.width * ratio)), Math.max(3, Math.round(picture.height * ratio)));
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const grey = greyOf(pen.getImageData(0, 0, canvas.width, canvas.height));
  const faults = [];
  if (Math.max(picture.width, picture.height) < SMALL) faults.push("small");
  if (sharpness(grey, canvas.width, canvas.height) < SHARP) faults.push("blurred");
  const levels = grey.toSorted();
  const paper = levels[Math.floor(levels.length * 0.8)];
  if (paper < DARK) faults.push("dark");
  const burnt = levels.length - levels.findIndex((level) => level >= 254);
  if (levels.at(-1) >= 254 && burnt / levels.length > BURNT && levels[Math.floor(levels.length * 0.3)] < 200) faults.push("glare");
  return faults;
}

function greyOf(image) {
  const grey = new Uint8Array(image.width * image.height);
  for (let at = 0; at < grey.length; at += 1) {
    const from = at * 4;
    grey[at] = (image.data[from] * 299 + image.data[from + 1] * 587 + image.data[from + 2] * 114) / 1000;
  }
  return grey;
}

function sharpness(grey, width, height) {
  let sum = 0;
  let squares = 0;
  let count = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const edge = grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
      sum += edge;
      squares += edge * edge;
      count += 1;
    }
  }
  const mean = sum / count;
  return squares / count - mean * mean;
}
