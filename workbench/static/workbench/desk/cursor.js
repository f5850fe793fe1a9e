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

  go(position, { block = "nearest" } = {}) {
    const turn = this.turnAt(position);
    if (!turn || turn.position === this.turn?.position) return;
    this.desk.form.commit();
    this.desk.linkForm.close();
    this.leave();
    this.turn = turn;
    this.last = this.lastOf(turn);
    turn.item.setAttribute("aria-current", "true");
    turn.item.tabIndex = -1;
    this.refresh();
    this.desk.strip.show(turn);
    if (this.last) this.desk.palette.explain(this.last.key);
    this.focus();
    if (block !== "none") turn.item.scrollIntoView({ block, behavior: "instant" });
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
