// Linking the last code given to an earlier coding: a short list beside the turn, the likeliest first.

import { element, mark } from "./elements.js";
import { LaneForm } from "./lane_form.js";

const MOST = 8;

/** The earlier codings that a code may lead to: the first family of the codebook first (the pulls), the nearest first. */
export function choices(desk, code, earlier) {
  const { book } = desk;
  const first = book.codes[0]?.family;
  const fitting = earlier.flatMap((one) => {
    const target = book.byKey.get(one.code);
    return target ? book.linkKinds(code, target).map((kind) => ({ ...one, target, kind })) : [];
  });
  const rank = (one) => Number(one.target.family !== first || code.family === first);
  return fitting.sort((a, b) => rank(a) - rank(b) || b.position - a.position);
}

/** Choose one of them by arrows and Enter, by words that narrow the list, or by a click. */
export class LinkForm extends LaneForm {
  /** `list` gives the choices with `isOn` where the link stands; choosing sets it, choosing it again takes it away. */
  openList(turn, { label, list, keep }) {
    this.list = list;
    this.options = element("ul", { className: "link-choices", role: "listbox", id: "link-choices", ariaLabel: label });
    this.open(turn, { label, text: "", longest: 100, lines: 1, keep });
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-controls", "link-choices");
    this.field.setAttribute("aria-expanded", "true");
    this.form.classList.add("link-form");
    this.form.querySelector("button").remove();
    this.note = element("p", { className: "small quiet", role: "status" });
    this.form.append(this.options, this.note);
    this.form.addEventListener("input", this);
    this.form.addEventListener("click", this);
    this.narrow();
    this.form.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  /** Below text and lane, as wide as both. */
  put(turn) {
    turn.item.insertBefore(this.form, turn.item.querySelector(".turn-tools"));
  }

  narrow() {
    const words = this.field.value.trim().toLowerCase();
    const text = (one) => `${one.position} ${one.target.name} ${one.code} ${one.words}`.toLowerCase();
    const fitting = this.list.filter((one) => text(one).includes(words));
    this.shown = fitting.slice(0, MOST);
    this.options.replaceChildren(...this.shown.map((one, index) => option(one, index)));
    const more = fitting.length - this.shown.length;
    this.note.textContent = more ? `And ${more} more: write a word or a number of the turn.` : fitting.length ? "" : "No earlier coding fits.";
    this.choose(0);
  }

  choose(index) {
    this.at = Math.max(0, Math.min(index, this.shown.length - 1));
    for (const [place, one] of [...this.options.children].entries()) one.ariaSelected = String(place === this.at);
    this.field.setAttribute("aria-activedescendant", this.options.children[this.at]?.id ?? "");
  }

  handleEvent(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.type === "input") this.narrow();
    else if (event.type === "click") this.clicked(event.target.closest("[role=option]"));
    else if (event.type === "keydown" && step) {
      event.preventDefault();
      this.choose(this.at + step);
    } else {
      super.handleEvent(event);
      return;
    }
    event.stopPropagation();
  }

  clicked(place) {
    if (!place?.id) return;
    this.choose([...this.options.children].indexOf(place));
    this.form.requestSubmit();
  }

  /** Only Enter or a click makes a link; moving on leaves it. */
  commit({ always = false } = {}) {
    const { keep, shown, at } = this;
    const chosen = shown?.[at];
    this.close();
    if (always && chosen) keep(chosen);
  }

  get isChanged() { return false; }
}

function option(one, index) {
  const kind = one.kind.name ? `${one.kind.name}: ` : "";
  const head = element("b", {}, mark(one.target.slot), ` ${kind}${one.target.name}`);
  head.dataset.slot = one.target.slot;
  const words = element("span", { className: "said", dir: "auto" }, one.isOn ? "linked; choose to unlink. " : "", one.words);
  return element("li", { role: "option", id: `link-choice-${index}` }, element("span", { className: "num" }, String(one.position)), head, words);
}
