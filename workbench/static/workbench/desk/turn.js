// One turn on the page. The server writes its lane; until an answer is there, an act is drawn the way it will be.

import { drawEvidence } from "./evidence.js";
import { element } from "./elements.js";
import { nextSeq } from "./ids.js";

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

  /** Say whether a link leads from a code of this turn to that coding. */
  hasLink(key, { position, code, kind }) {
    const links = this.chip(key)?.querySelectorAll("[data-to]") ?? [];
    return [...links].some(({ dataset }) => dataset.to === `${position}:${code}` && dataset.kind === kind.key);
  }

  rating(key) {
    return Number(this.chip(key)?.querySelector("[data-rate]")?.dataset.rate ?? 0);
  }

  /** List what is said about the turn, in words that can be compared. */
  said() {
    const codes = this.chips.map((chip) => {
      const rating = this.rating(chip.dataset.code);
      return `“${chip.querySelector(".chip-name").textContent}”${rating ? ` (${rating})` : ""}`;
    });
    const outcome = { none: ["“none applies”"], uncodable: ["“uncodable”"] }[this.outcome] ?? [];
    return [...codes, ...outcome, ...(this.flagged ? ["the flag"] : []), ...(this.memo ? [`the memo “${this.memo}”`] : [])];
  }

  /** Name the first code that still owes its rating. */
  get owing() {
    const chip = this.chips.find((one) => one.querySelector(".owed"));
    return chip ? this.book.byKey.get(chip.dataset.code) : null;
  }

  /** Give what was said about a code to one of the codebook's questions. */
  answer(key, question) {
    return JSON.parse(this.chip(key)?.dataset.attributes ?? "{}")[question] ?? "";
  }

  /** Name the first code with a question that has to be answered and is not. */
  get unanswered() {
    const codes = this.chips.map((chip) => this.book.byKey.get(chip.dataset.code));
    const asked = codes.flatMap((code) => code.attributes.map((one) => [code, one]));
    return asked.find(([code, one]) => one.required && !one.default && !this.answer(code.key, one.key)) ?? null;
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

  /** Write a sentence beside the turn, or take it away; what was said about a later act stays, after this one. */
  say(sentence, seq = nextSeq()) {
    const old = this.item.querySelector(".lane-said");
    const later = Number(old?.dataset.seq) > seq;
    old?.remove();
    const said = element("p", { className: "lane-said" }, later ? `${sentence} ${old.textContent}` : sentence);
    said.dataset.seq = later ? old.dataset.seq : seq;
    if (sentence) this.needLane().append(said);
    else if (this.lane && !this.lane.children.length) this.lane.remove();
  }
}
