// The way to the server: acts in order, one request under way at a time, each kept until it is answered.

import { newId, nextSeq } from "./ids.js";
import { mayBeKept } from "./store.js";

const BATCH = 100;
const PATIENCE = 20_000;
const LONGEST_WAIT = 30_000;
const SIGNED_OUT_WAIT = 4_000;

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

/**
 * Sends acts and says how they fare by events: `answers` (what the server said), `state` (saved, saving, unsent,
 * signed-out, stopped) and `dropped` (an act the server could not read at all).
 */
export class ActQueue extends EventTarget {
  constructor(url, store, owner) {
    super();
    this.url = url;
    this.owner = owner;
    this.store = store;
    this.pending = [];
    this.open = new Set();
    this.batch = BATCH;
    this.failures = 0;
    this.busy = false;
    this.answeredIds = new Set();
    this.state = { name: "idle" };
    addEventListener("online", this);
    addEventListener("focus", this);
  }

  async restore() {
    const stored = await this.store.waiting();
    const here = new Set(this.pending.map((act) => act.id));
    const kept = stored.filter((act) => !here.has(act.id) && !this.answeredIds.has(act.id));
    this.pending = [...kept, ...this.pending];
    if (this.pending.length) this.send();
    return kept;
  }

  /** Take an act on: it has its id and its place in the order from now on, whatever happens to the line. */
  push(said, options = {}) {
    const act = { id: newId(), seq: nextSeq(), ...said };
    this.pending.push(act);
    if (mayBeKept(act, options)) this.store.add(act).catch(() => {});
    else this.open.add(act.id);
    // What is shown is true at once: one act more that is not saved.
    if (this.failures) this.say(this.state);
    this.send();
    return act;
  }

  waitingFor(position) {
    return this.pending.filter((act) => act.position === position);
  }

  handleEvent() {
    if (this.pending.length) this.send();
  }

  async send() {
    if (this.busy || !this.pending.length) return;
    this.busy = true;
    clearTimeout(this.timer);
    if (this.failures === 0) this.say({ name: "saving" });
    const acts = this.pending.slice(0, this.batch);
    try {
      await this.settle(acts, await this.post(acts));
    } catch {
      this.later({ name: "unsent", why: "offline" });
    }
    this.busy = false;
    if (this.failures === 0 && this.pending.length) this.send();
  }

  post(acts) {
    return fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken(), Accept: "application/json", "X-Desk-Owner": this.owner },
      body: JSON.stringify(acts),
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE),
    });
  }

  async settle(acts, response) {
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    const body = isJson ? await response.json() : {};
    if (body.answers?.length) await this.answered(body.answers);
    if (response.ok && isJson) {
      this.failures = 0;
      if (!this.pending.length) this.batch = BATCH;
      this.say(this.pending.length ? { name: "saving" } : { name: "saved", at: new Date(body.at) });
    } else if (response.status === 400 && isJson) {
      await this.unreadable(acts, body);
    } else if (response.status === 401 || (response.status === 403 && (!isJson || body.code === "other_person"))) {
      this.later({ name: "signed-out", why: body.code === "other_person" ? "Somebody else is signed in here" : "Signed out" }, SIGNED_OUT_WAIT);
    } else if (isJson && (response.status === 403 || response.status === 404)) {
      this.later({ name: "stopped", why: body.detail }, LONGEST_WAIT);
    } else {
      this.later({ name: "unsent", why: "the server is not ready" });
    }
  }

  async answered(answers) {
    const done = new Set(answers.map((answer) => answer.id));
    for (const id of done) this.answeredIds.add(id);
    const acts = new Map(this.pending.map((act) => [act.id, act]));
    this.pending = this.pending.filter((act) => !done.has(act.id));
    for (const answer of answers) this.store.remove(answer.id).catch(() => {});
    this.dispatchEvent(new CustomEvent("answers", { detail: answers.map((answer) => [acts.get(answer.id), answer]) }));
  }

  /** One act that cannot be read must not hold up the others: find it, let it go, and say so. */
  async unreadable(acts, body) {
    this.failures = 0;
    if (acts.length > 1) {
      this.batch = 1;
      return;
    }
    this.pending.shift();
    this.store.remove(acts[0].id).catch(() => {});
    this.dispatchEvent(new CustomEvent("dropped", { detail: [acts[0], body.detail] }));
    if (!this.pending.length) this.say({ name: "idle" });
  }

  later(state, wait) {
    this.failures += 1;
    this.say(state);
    const growing = Math.min(500 * 2 ** (this.failures - 1), LONGEST_WAIT);
    this.timer = setTimeout(() => this.send(), wait ?? growing * (0.75 + Math.random() / 2));
  }

  say(state) {
    const inPage = this.pending.filter((act) => this.open.has(act.id)).length;
    this.state = { ...state, count: this.pending.length, inPage };
    this.dispatchEvent(new CustomEvent("state", { detail: this.state }));
  }
}
