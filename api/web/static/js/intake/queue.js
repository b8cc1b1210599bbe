// The queue of scans on this machine: in IndexedDB, so that neither a closed tab nor an hour without network loses one.
//
// One item is one paper: {id, owner, dossier, ordinal, reason, files: [{name, type, size, sha256, address}], stage, sent,
// total, held, document, message, remarks, addedAt}. The bytes lie beside it, so that a change of stage does not write
// them again, and leave this machine as soon as the archive has proved that it holds them.

const NAME = "sohoa-intake";
const STORE = "papers";
const BYTES = "bytes";
const channel = "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;

/** The queue of one person. */
export class Queue extends EventTarget {
  #database;
  #owner;

  constructor(database, owner) {
    super();
    this.#database = database;
    this.#owner = owner;
    channel?.addEventListener("message", () => this.dispatchEvent(new Event("change")));
  }

  /** Open the queue; throws when the browser keeps nothing (private windows of some browsers). */
  static async open(owner) {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(STORE, { keyPath: "id" });
      opening.result.createObjectStore(BYTES);
    };
    const queue = new Queue(await done(opening), owner);
    navigator.storage?.persist?.();
    return queue;
  }

  /** Give all items of this person, the oldest first. */
  async all() {
    const every = await done(this.#database.transaction(STORE).objectStore(STORE).getAll());
    return every.filter((item) => item.owner === this.#owner).sort((one, other) => one.addedAt - other.addedAt);
  }

  /** Give one item, or undefined when it was taken away. */
  async get(id) {
    return done(this.#database.transaction(STORE).objectStore(STORE).get(id));
  }

  /** Give the files of an item, in their order. */
  async bytes(id) {
    return (await done(this.#database.transaction(BYTES).objectStore(BYTES).get(id))) ?? [];
  }

  /** Add a paper; it is on the disk when this is done. */
  async add(paper, files) {
    const item = {
      id: crypto.randomUUID(), owner: this.#owner, addedAt: Date.now(), stage: "waiting", sent: 0, document: "",
      message: "", remarks: [], held: true, total: files.reduce((sum, file) => sum + file.size, 0),
      files: files.map((file) => ({ name: file.name, type: file.type, size: file.size })), ...paper,
    };
    await this.#write((papers, bytes) => { bytes.put(files, item.id); papers.put(item); });
    return item;
  }

  /** Change an item, unless it was taken away meanwhile. */
  async change(id, values) {
    const transaction = this.#database.transaction(STORE, "readwrite", { durability: "strict" });
    const store = transaction.objectStore(STORE);
    const item = await done(store.get(id));
    if (item !== undefined) store.put({ ...item, ...values });
    await finished(transaction);
    this.#told();
    return item === undefined ? undefined : { ...item, ...values };
  }

  /** Let go of the bytes of an item; the item itself stays. */
  async letGo(id) {
    await this.#write((_, bytes) => bytes.delete(id));
    await this.change(id, { held: false });
  }

  /** Take an item away. */
  async remove(id) {
    await this.#write((papers, bytes) => { papers.delete(id); bytes.delete(id); });
  }

  async #write(act) {
    const transaction = this.#database.transaction([STORE, BYTES], "readwrite", { durability: "strict" });
    act(transaction.objectStore(STORE), transaction.objectStore(BYTES));
    await finished(transaction);
    this.#told();
  }

  #told() {
    this.dispatchEvent(new Event("change"));
    channel?.postMessage("change");
  }
}

function done(request) {
  return new Promise((tell, fail) => {
    request.onsuccess = () => tell(request.result);
    request.onerror = () => fail(request.error);
  });
}

function finished(transaction) {
  return new Promise((tell, fail) => {
    transaction.oncomplete = () => tell();
    transaction.onerror = transaction.onabort = () => fail(transaction.error);
  });
}
