// Writing in the lane: a memo, or why a turn cannot be coded. What is written waits in the open page, nowhere else.

import { element } from "./elements.js";

/** One small form beside the turn; Enter keeps what is written, Escape leaves it, moving on keeps it too. */
export class LaneForm {
  constructor(desk) {
    this.desk = desk;
  }

  get isOpen() { return Boolean(this.form); }
  get isChanged() { return this.isOpen && this.field.value.trim() !== this.before; }

  open(turn, { label, text, longest, lines, keep }) {
    this.desk.form.commit();
    this.desk.linkForm.close();
    this.turn = turn;
    this.before = text.trim();
    this.keep = keep;
    this.field = element(lines > 1 ? "textarea" : "input", { rows: lines, maxLength: longest, value: text, dir: "auto" });
    const button = element("button", { className: "button", type: "submit" }, "Keep", element("kbd", {}, "Enter"));
    this.form = element("form", { className: "lane-form" }, element("label", {}, element("span", {}, label), this.field), button);
    this.form.addEventListener("submit", this);
    this.field.addEventListener("keydown", this);
    this.put(turn);
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  put(turn) {
    turn.needLane().append(this.form);
  }

  handleEvent(event) {
    if (event.type === "submit") {
      event.preventDefault();
      this.commit({ always: true });
      this.desk.cursor.focus();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "Escape") {
      this.close();
      this.desk.cursor.focus();
    }
    event.stopPropagation();
  }

  /** Keep what is written; unless always, only when it is something else than before. */
  commit({ always = false } = {}) {
    if (!this.isOpen) return;
    const { keep, field, isChanged } = this;
    // What no database text can hold, pasted from elsewhere, would have the whole memo refused.
    const text = field.value.replace(/\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "").trim();
    this.close();
    if (always || isChanged) keep(text);
  }

  close() {
    if (!this.isOpen) return;
    const { form, turn } = this;
    this.form = null;
    form.remove();
    if (turn.lane && !turn.lane.children.length) turn.lane.remove();
  }
}
