/**
 * The camera over the desk: the one facing the paper, at the finest it gives.
 */

export class Camera {
  /** @param {HTMLVideoElement} video @param {HTMLSelectElement} choice of cameras */
  constructor(video, choice) {
    this.video = video;
    this.choice = choice;
    this.stream = null;
    choice.addEventListener("change", () => this.open(choice.value));
  }

  /** @param {string} [device] */
  async open(device) {
    this.close();
    const which = device ? { deviceId: { exact: device } } : { facingMode: { ideal: "environment" } };
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...which, width: { ideal: 4096 }, height: { ideal: 3072 }, frameRate: { ideal: 10 } } });
    this.video.srcObject = this.stream;
    await this.video.play();
    await this.#name();
  }

  close() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
  }

  /** @returns {Promise<Blob>} what the camera sees now, as a JPEG */
  async shoot() {
    const canvas = new OffscreenCanvas(this.video.videoWidth, this.video.videoHeight);
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    return canvas.convertToBlob({ type: "image/jpeg", quality: 0.95 });
  }

  async #name() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((each) => each.kind === "videoinput");
    const used = this.stream.getVideoTracks()[0].getSettings().deviceId;
    this.choice.replaceChildren(...cameras.map((each, at) => new Option(each.label || `Camera ${at + 1}`, each.deviceId, false, each.deviceId === used)));
    this.choice.closest(".pick").hidden = cameras.length < 2;
  }
}
