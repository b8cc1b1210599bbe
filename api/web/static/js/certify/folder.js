/**
 * The folder into which the scanner writes: files that are new and no longer grow are handed over, the oldest first.
 *
 * The choice is kept in the browser (IndexedDB), so the next original asks for nothing while the permission lasts.
 */

const EVERY_MS = 1000;
const TAKEN = /\.(pdf|jpe?g|png|tiff?)$/i;

function kept(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("sohoa-certify", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("folders");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asked = act(opening.result.transaction("folders", mode).objectStore("folders"));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    };
  });
}

export class ScannerFolder {
  /** @param {(file: File) => void} arrive is told of each new file */
  constructor(arrive) {
    this.arrive = arrive;
    this.since = Date.now();
    this.seen = new Map();
    this.handle = null;
  }

  /** Goes on with the folder chosen before; true if it is allowed without asking. */
  async resume() {
    const handle = await kept("readonly", (folders) => folders.get("scanner")).catch(() => null);
    if (!handle || (await handle.queryPermission?.({ mode: "read" })) === "prompt") return false;
    this.#watch(handle);
    return true;
  }

  /** Asks the person for the folder. */
  async choose() {
    const handle = await window.showDirectoryPicker({ id: "scanner", mode: "read" });
    await kept("readwrite", (folders) => folders.put(handle, "scanner")).catch(() => null);
    this.#watch(handle);
  }

  get name() {
    return this.handle?.name ?? "";
  }

  #watch(handle) {
    const first = this.handle === null;
    this.handle = handle;
    this.seen.clear();
    if (first) this.#look();
  }

  async #look() {
    const found = [];
    for await (const entry of this.handle.values()) {
      if (entry.kind !== "file" || !TAKEN.test(entry.name)) continue;
      const file = await entry.getFile().catch(() => null);
      if (file !== null && file.lastModified >= this.since) found.push(file);
    }
    for (const file of found.sort((one, other) => one.lastModified - other.lastModified)) {
      const key = `${file.name}/${file.lastModified}`;
      const before = this.seen.get(key);
      if (before === file.size && file.size > 0) {
        this.seen.set(key, "taken");
        this.arrive(file);
      } else if (before !== "taken") {
        this.seen.set(key, file.size);
      }
    }
    setTimeout(() => this.#look(), EVERY_MS);
  }
}
