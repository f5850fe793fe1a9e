// The turn one is at: outlined, focused, with palette, strip and tools about it.

import { Turn } from "./turn.js";

/** Moves over the turns. `last` is the code that digits, attributes and memos are about. */
export class Cursor {
  constructor(desk) {
    this.desk = desk;
    this.turn = null;
    this.last = null;
  }

  turnAt(position) {
    const item = document.getElementById(`turn-${position}`);
    return item ? new Turn(item, this.desk.book) : null;
  }

  /** Go to a turn, wherever it is in the hour; one that is not on the page yet is brought first. */
  go(position, options = {}) {
    const { hour } = this.desk;
    if (!hour.isTurn(position) || (position === this.turn?.position && hour.has(position))) return;
    if (hour.has(position)) this.arrive(position, options);
    else this.desk.travel(position, { block: "center", ...options });
  }

  arrive(position, { block = "nearest", focus = true } = {}) {
    this.desk.form.commit();
    this.desk.linkForm.close();
    this.leave();
    this.turn = this.turnAt(position);
    this.last = this.lastOf(this.turn);
    this.mark();
    this.desk.strip.show(this.turn);
    if (this.last) this.desk.palette.explain(this.last.key);
    if (focus) this.focus();
    if (block !== "none") this.turn.item.scrollIntoView({ block, behavior: "instant" });
  }

  mark() {
    this.turn.item.setAttribute("aria-current", "true");
    this.turn.item.tabIndex = -1;
    this.refresh();
  }

  /** The turn is taken out of the page, far from where the reader scrolled to: what is being written is kept. */
  leaving(item) {
    if (item !== this.turn?.item) return;
    const hasFocus = item.contains(document.activeElement);
    this.desk.form.commit();
    if (hasFocus) this.desk.hour.list.focus({ preventScroll: true });
  }

  /** The turn may have come back among these. */
  found(items) {
    const item = items.find((one) => one.id === this.turn?.item.id);
    if (!item) return;
    this.turn = this.turnAt(this.turn.position);
    this.mark();
    if (document.activeElement === this.desk.hour.list) this.focus();
  }

  leave() {
    if (!this.turn) return;
    this.turn.say("");
    this.turn.item.removeAttribute("aria-current");
    this.turn.item.removeAttribute("tabindex");
  }

  focus() {
    this.turn?.item.focus({ preventScroll: true });
  }

  /** Name the code that waits for its rating, or the last one in the lane. */
  lastOf(turn) {
    return turn.owing ?? this.desk.book.byKey.get(turn.chips.at(-1)?.dataset.code) ?? null;
  }

  /** Bring palette and tools up to date with the turn. */
  refresh() {
    if (!this.last || !this.turn.chip(this.last.key)) this.last = this.lastOf(this.turn);
    this.desk.palette.show(this.turn);
    if (!this.desk.isFinal) this.desk.tools.show(this.turn, this.last);
  }
}
