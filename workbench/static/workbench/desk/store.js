// Unsent acts in this browser: codes, ratings and ids only, under one person and one assignment alone.

const NAME = "workbench-desk";
const TEXT_KINDS = new Set(["memo", "coding_memo"]);

/** Say whether an act holds nothing but codes, ratings and ids; words a person wrote are never kept in a browser. */
export function mayBeKept(act, { freeText = false } = {}) {
  return !TEXT_KINDS.has(act.kind) && !act.reason && !freeText;
}

function finished(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Acts that wait, in the order in which they were done. Without IndexedDB (some private windows) it keeps nothing. */
export class ActStore {
  constructor(owner, assignment) {
    this.place = `${owner}|${assignment}`;
  }

  open() {
    this.opening ??= this.openBase();
    return this.opening;
  }

  async openBase() {
    try {
      const opening = indexedDB.open(NAME, 1);
      opening.onupgradeneeded = () => {
        const acts = opening.result.createObjectStore("acts", { keyPath: "n", autoIncrement: true });
        acts.createIndex("place", "place");
        acts.createIndex("id", "act.id");
      };
      this.base = await finished(opening);
    } catch {
      this.base = null;
    }
  }

  acts(mode) {
    return this.base.transaction("acts", mode).objectStore("acts");
  }

  async waiting() {
    await this.open();
    if (!this.base) return [];
    const rows = await finished(this.acts("readonly").index("place").getAll(this.place));
    return rows.map((row) => row.act);
  }

  async add(act) {
    await this.open();
    if (this.base) await finished(this.acts("readwrite").add({ place: this.place, act }));
  }

  async remove(id) {
    await this.open();
    if (!this.base) return;
    const acts = this.acts("readwrite");
    for (const key of await finished(acts.index("id").getAllKeys(id))) acts.delete(key);
  }
}
