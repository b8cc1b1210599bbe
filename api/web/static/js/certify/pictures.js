/**
 * Pictures of pages as they are shown and joined: upright, with what is wrong with them.
 */

import { faultsOf } from "./advice.js";

const QUALITY = 0.95;

/**
 * @typedef {object} Shot
 * @property {Blob} blob as it was made
 * @property {number} width
 * @property {number} height
 * @property {string[]} faults
 * @property {number} at by the server's clock, ms since 1970
 * @property {string} url of the picture, to be shown
 */

/** Takes a picture in. @param {Blob} blob @param {number} at @returns {Promise<Shot>} */
export async function shotOf(blob, at) {
  const picture = await createImageBitmap(blob);
  const shot = { blob, width: picture.width, height: picture.height, faults: faultsOf(picture), at, url: URL.createObjectURL(blob) };
  picture.close();
  return shot;
}

/** Turns a picture into an upright colour JPEG without metadata. @param {Blob} blob */
export async function pageOf(blob) {
  const picture = await createImageBitmap(blob);
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext("2d").drawImage(picture, 0, 0);
  const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  const page = { jpeg: new Uint8Array(await jpeg.arrayBuffer()), width: picture.width, height: picture.height };
  picture.close();
  return page;
}
