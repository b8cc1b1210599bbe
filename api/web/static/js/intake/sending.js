// How bytes get to the archive: hashed here, sent by tus 1.0, and asked for again afterwards.

/** The network is away; what was begun goes on later. */
export class Offline extends Error {}

/** The archive answered, and not as hoped (RFC 9457). */
export class Refusal extends Error {
  constructor(status, told) {
    super(told?.detail ?? "");
    this.status = status;
    this.code = told?.code ?? "";
  }
}

const PIECE_BYTES = 2 * 1024 * 1024;
const ENDPOINT = "/api/v1/uploads";

/** SHA-256 of a file, worked out by this machine, as hex. */
export async function sha256(blob) {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send a file, from where it broke off if it has an address.
 * @param {Blob} blob the file
 * @param {string} address of the upload; empty: it begins
 * @param {{moved: (address: string) => void, progress: (sent: number) => void}} tell what is learnt on the way
 * @returns {Promise<string>} the address of the whole upload
 */
export function send(blob, address, tell) {
  return new Promise((done, fail) => {
    const upload = new tus.Upload(blob, {
      endpoint: ENDPOINT,
      uploadUrl: address || null,
      chunkSize: PIECE_BYTES,
      uploadDataDuringCreation: blob.size <= PIECE_BYTES,
      storeFingerprintForResuming: false,
      retryDelays: [500, 2000],
      onUploadUrlAvailable: () => tell.moved(upload.url),
      onProgress: (sent) => tell.progress(sent),
      onSuccess: () => done(upload.url),
      onError: (error) => fail(reason(error.originalResponse)),
    });
    upload.start();
  });
}

function reason(answer) {
  if (answer === null || answer === undefined || answer.getStatus() === 0) return new Offline();
  let told = {};
  try {
    told = JSON.parse(answer.getBody());
  } catch {
    told = {};
  }
  return new Refusal(answer.getStatus(), told);
}

/** Ask the archive: JSON in, JSON out. Throws {@link Offline} or {@link Refusal}. */
export async function ask(method, path, body, headers = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Offline();
  }
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(answer.status, told);
  return told;
}

/** Give an upload up; nobody minds when it is gone already. */
export async function giveUp(address) {
  await fetch(address, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => undefined);
}

/** The id of an upload by its address. */
export function idOf(address) {
  return address.slice(address.lastIndexOf("/") + 1);
}

/** Whether this browser can show a picture that the archive gives. */
export async function shows(address) {
  const picture = new Image();
  picture.src = address;
  try {
    await picture.decode();
  } catch {
    return false;
  }
  return picture.naturalWidth > 0;
}
