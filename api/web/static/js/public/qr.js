// The QR of a certified copy, read from the camera or from a picture; it leads to the page of its code on this very site.

const LONGEST_SIDE = 1600;
const LOOK_EVERY_MS = 250;
const place = document.querySelector("[data-qr]");

/** Return the path of a code's page; null when the QR is of something else. */
export function pathOf(text) {
  const found = /\/k\/([0-9A-Za-z*~$=-]{16,24})(?:[#?]|$)/.exec(text) ?? /^([0-9A-Za-z*~$=-]{16,24})$/.exec(text.trim());
  return found === null ? null : `/k/${encodeURIComponent(found[1])}`;
}

function read(source, width, height) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(source, 0, 0, canvas.width, canvas.height);
  const pixels = pen.getImageData(0, 0, canvas.width, canvas.height);
  return window.jsQR(pixels.data, pixels.width, pixels.height)?.data ?? null;
}

if (place !== null) {
  const refusal = place.querySelector("[role=alert]");
  const video = place.querySelector("video");
  const tell = (text) => { refusal.textContent = text; refusal.hidden = text === ""; };
  const follow = (text) => {
    const path = pathOf(text);
    if (path === null) tell(place.dataset.foreign);
    else location.assign(path);
    return path !== null;
  };
  place.hidden = false;

  place.querySelector("[data-qr-picture]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file === undefined) return;
    tell("");
    try {
      const picture = await createImageBitmap(file);
      const text = read(picture, picture.width, picture.height);
      if (text === null) tell(place.dataset.none);
      else follow(text);
    } catch {
      tell(place.dataset.none);
    }
    event.target.value = "";
  });

  const camera = place.querySelector("[data-qr-camera]");
  camera.hidden = navigator.mediaDevices === undefined;
  camera.addEventListener("click", async () => {
    tell("");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      const timer = setInterval(() => {
        const text = video.videoWidth > 0 ? read(video, video.videoWidth, video.videoHeight) : null;
        if (text === null || !follow(text)) return;
        clearInterval(timer);
        for (const track of stream.getTracks()) track.stop();
      }, LOOK_EVERY_MS);
    } catch {
      tell(place.dataset.camera);
    }
  });
}
