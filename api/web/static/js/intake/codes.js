// The dossier's code from a bar code or QR before the camera: bar codes where the browser reads them, QR everywhere. A keyboard-wedge scanner
// needs none of this: it types.

import { say } from "./words.js";

const FORMATS = ["qr_code", "code_128", "code_39", "data_matrix", "ean_13", "pdf417"];
const EVERY_MS = 200;

/** Show the button that reads codes, if this machine can have a camera. */
export async function offerCamera(opener, input) {
  if (!navigator.mediaDevices?.getUserMedia) return;
  opener.hidden = false;
  opener.addEventListener("click", async () => read(await detector(), input));
}

/** The browser's own reader of codes where it has one; else a script that knows QR codes only. */
async function detector() {
  if ("BarcodeDetector" in window) {
    const able = await BarcodeDetector.getSupportedFormats().catch(() => []);
    const formats = FORMATS.filter((format) => able.includes(format));
    if (formats.length > 0) return new BarcodeDetector({ formats });
  }
  await import("/static/vendor/jsqr-1.4.0.js");
  return { detect: async (video) => inPicture(video) };
}

function inPicture(video) {
  const { videoWidth: width, videoHeight: height } = video;
  if (width === 0) return [];
  const canvas = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  canvas.drawImage(video, 0, 0);
  const found = window.jsQR(canvas.getImageData(0, 0, width, height).data, width, height);
  return found === null ? [] : [{ rawValue: found.data }];
}

/** What a code holds of a dossier's code: itself, or the last part of an address, or its `dossier`. */
export function dossierIn(text) {
  const told = text.trim();
  try {
    const address = new URL(told);
    return address.searchParams.get("dossier") ?? address.searchParams.get("mahoso") ?? address.pathname.split("/").pop();
  } catch {
    return told;
  }
}

async function read(reader, input) {
  const dialog = document.getElementById("camera-code");
  const video = document.getElementById("camera-picture");
  const note = document.getElementById("camera-note");
  note.textContent = "";
  dialog.showModal();
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    note.textContent = say("noCamera");
    return;
  }
  video.srcObject = stream;
  const end = () => stream.getTracks().forEach((track) => track.stop());
  dialog.addEventListener("close", end, { once: true });
  await video.play();
  note.textContent = say("noCode");
  while (dialog.open) {
    const [code] = await reader.detect(video).catch(() => []);
    if (code !== undefined) {
      input.value = dossierIn(code.rawValue);
      dialog.close();
      input.form.requestSubmit();
      return;
    }
    await new Promise((tell) => setTimeout(tell, EVERY_MS));
  }
}

