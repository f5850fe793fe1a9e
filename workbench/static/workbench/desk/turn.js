// One turn on the page. The server writes its lane; until an answer is there, an act is drawn the way it will be.

import { drawEvidence } from "./evidence.js";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function mark(slot) {
  const made = element("i", { className: "mark" });
  made.dataset.slot = slot;
  made.ariaHidden = "true";
  return made;
}

function icon(id) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#${id}"/></svg>`;
  return holder.content;
}

/** A view on the turn's list item; it holds nothing that the page does not show. */
export class Turn {
  constructor(item, book) {
    this.item = item;
    this.book = book;
  }

  get position() { return Number(this.item.id.slice(5)); }
  get role() { return this.item.dataset.speaks; }
  get text() { return this.item.querySelector(".turn-text"); }
  get lane() { return this.item.querySelector(":scope > .lane"); }
  get chips() { return [...this.item.querySelectorAll(".chip")]; }
  get finished() { return this.item.dataset.state !== "open"; }
  get outcome() { return this.item.querySelector("[data-outcome]")?.dataset.outcome ?? ""; }
  get reason() { return this.item.querySelector("[data-outcome] q")?.textContent ?? ""; }
  get flagged() { return Boolean(this.item.querySelector("[data-flag]")); }
  get memo() { return this.item.querySelector("[data-memo] span")?.textContent ?? ""; }
  get isEmpty() { return !this.chips.length && !this.outcome; }

  chip(key) {
    return this.item.querySelector(`.chip[data-code="${CSS.escape(key)}"]`);
  }

  rating(key) {
    return Number(this.chip(key)?.querySelector("[data-rate]")?.dataset.rate ?? 0);
  }

  /** Name the first code that still owes its rating. */
  get owing() {
    const chip = this.chips.find((one) => one.querySelector(".owed"));
    return chip ? this.book.byKey.get(chip.dataset.code) : null;
  }

  /** Keep the lane as it is, so that an undo that waits for its answer can be drawn. */
  snapshot() {
    return { parts: this.parts().map((part) => part.cloneNode(true)), state: this.item.dataset.state };
  }

  parts() {
    return [...(this.lane?.children ?? [])].filter((part) => !part.matches(".lane-form, .lane-said"));
  }

  /** Show what the server, or a snapshot, says about the turn; a form that is being filled in stays. */
  show(parts, state) {
    for (const part of this.parts()) part.remove();
    if (parts.length) this.needLane().prepend(...parts);
    this.settle(state);
  }

  showMarkup(markup, state) {
    const holder = document.createElement("template");
    holder.innerHTML = markup;
    this.show([...(holder.content.firstElementChild?.children ?? [])], state);
  }

  needLane() {
    if (!this.lane) this.text.after(element("div", { className: "lane" }));
    return this.lane;
  }

  settle(state) {
    if (this.lane && !this.lane.children.length) this.lane.remove();
    this.item.dataset.state = state;
    this.item.querySelector(".turn-no").ariaLabel = `Turn ${this.position}, ${state}`;
    drawEvidence(this.item);
  }

  /** Write a sentence beside the turn, or take it away. */
  say(sentence) {
    this.item.querySelector(".lane-said")?.remove();
    if (sentence) this.needLane().append(element("p", { className: "lane-said" }, sentence));
    else if (this.lane && !this.lane.children.length) this.lane.remove();
  }

  // Drawing an act before its answer -------------------------------------------------------------------------------

  predict(act, snapshots) {
    snapshots.set(act.id, this.snapshot());
    if (act.kind === "undo") {
      const before = snapshots.get(act.act);
      if (before) this.show(before.parts.map((part) => part.cloneNode(true)), before.state);
      return;
    }
    this.needLane();
    DRAW[act.kind]?.(this, act);
    const whole = !this.isEmpty && !this.owing;
    const finished = act.kind === "finish" || (this.finished && act.kind !== "unfinish" && whole);
    this.settle(finished ? (this.flagged ? "flagged" : "judged") : "open");
  }

  addChip(code) {
    const list = this.lane.querySelector(".lane-codes") ?? element("ul", { className: "lane-codes", role: "list" });
    if (!list.isConnected) this.lane.prepend(list);
    const name = element("span", { className: "chip-name" }, code.name);
    const chip = element("li", { className: "chip" }, mark(code.slot), name);
    chip.dataset.slot = code.slot;
    chip.dataset.code = code.key;
    const order = this.book.codes.indexOf(code);
    const after = this.chips.find((one) => this.book.codes.indexOf(this.book.byKey.get(one.dataset.code)) > order);
    list.insertBefore(chip, after ?? null);
    if (this.book.owesRating(code)) this.rate(code, null);
  }

  removeChip(key) {
    this.chip(key)?.remove();
    if (!this.chips.length) this.lane.querySelector(".lane-codes")?.remove();
  }

  rate(code, rating) {
    const chip = this.chip(code.key);
    chip?.querySelector("[data-rate], .owed")?.remove();
    if (!chip || (rating === null && !this.book.owesRating(code))) return;
    const bars = this.book.highest <= 3;
    const made = element("span", { className: rating === null ? "owed" : bars ? "rate" : "rate-number", role: "img" });
    made.ariaLabel = rating === null ? "rating owed" : `rated ${rating} of ${this.book.highest}`;
    if (rating === null) made.textContent = bars ? this.book.numbers.join(" ") : `${this.book.lowest}–${this.book.highest}`;
    else made.dataset.rate = rating;
    if (rating !== null && !bars) made.textContent = rating;
    chip.querySelector(".chip-name").after(made);
  }

  setOutcome(outcome, reason) {
    this.lane.querySelector("[data-outcome]")?.remove();
    if (!outcome) return;
    const words = element("span", {}, outcome === "none" ? "none applies" : "uncodable");
    if (reason) words.append(": ", element("q", {}, reason));
    const line = element("p", { className: "chip-none" }, mark("stone"), words);
    line.dataset.outcome = outcome;
    this.lane.prepend(line);
  }

  setLine(name, iconId, words) {
    this.lane.querySelector(`[data-${name}]`)?.remove();
    if (!words) return;
    const line = element("p", { className: "memo" }, icon(iconId), element("span", { dir: "auto" }, words));
    line.dataset[name] = "";
    const form = this.lane.querySelector(".lane-form, .lane-said");
    this.lane.insertBefore(line, form);
  }

  setSpans(key, spans) {
    const chip = this.chip(key);
    if (!chip) return;
    chip.querySelector(".chip-quote")?.remove();
    if (spans.length) chip.dataset.spans = spans.map((span) => span.join("-")).join(",");
    else delete chip.dataset.spans;
  }
}

const DRAW = {
  give(turn, act) {
    const code = turn.book.byKey.get(act.code);
    turn.setOutcome("");
    for (const chip of turn.chips) {
      const other = turn.book.byKey.get(chip.dataset.code);
      if (code.exclusive && other !== code && other.family === code.family) turn.removeChip(other.key);
    }
    if (!turn.chip(code.key)) turn.addChip(code);
    if (act.rating) turn.rate(code, act.rating);
    if (act.spans) turn.setSpans(code.key, act.spans);
  },
  take: (turn, act) => turn.removeChip(act.code),
  rate: (turn, act) => turn.rate(turn.book.byKey.get(act.code), act.rating),
  outcome: (turn, act) => turn.setOutcome(act.outcome, act.reason),
  clear: (turn) => turn.setOutcome(""),
  flag: (turn, act) => turn.setLine("flag", "i-flag", act.flag ? "Flagged for the meeting" : ""),
  memo: (turn, act) => turn.setLine("memo", "i-memo", act.memo),
  evidence: (turn, act) => turn.setSpans(act.code, act.spans),
};
