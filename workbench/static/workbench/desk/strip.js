// The portrait of the hour: kept in step with the turns, a bar a turn or a bar for many.

import { mark } from "./elements.js";

/** Works on the strip that the server wrote. */
export class Strip {
  constructor(root) {
    this.root = root;
    this.bars = [...root.querySelectorAll(".strip-turn")];
    this.binned = Boolean(this.bars[0]?.dataset.first);
    this.sum = root.querySelector(".strip-sum b");
    this.order = Array.from(document.querySelectorAll(".ledger-family"), (family) => family.dataset.slot);
    this.first = this.bars.map((bar) => Number(bar.dataset.first ?? bar.hash.slice(6)));
  }

  bar(position) {
    let low = 0;
    for (let high = this.first.length - 1; low < high; ) {
      const middle = Math.ceil((low + high) / 2);
      if (this.first[middle] <= position) low = middle;
      else high = middle - 1;
    }
    return this.bars[low];
  }

  show(turn) {
    this.current?.removeAttribute("aria-current");
    this.current = this.bar(turn.position);
    this.current?.setAttribute("aria-current", "true");
  }

  /** Bring the bar of a turn up to date; `step` is how the number of judged turns changed with it. */
  update(position, turn, step, judged, total) {
    this.sum.textContent = `${judged.toLocaleString("en-GB")} / ${total.toLocaleString("en-GB")}`;
    const bar = this.bar(position);
    if (bar && this.binned) this.fill(bar, step);
    if (bar && turn) this.binned ? this.gather(bar) : this.draw(bar, turn);
  }

  fill(bar, step) {
    const { first, last, size } = bar.dataset;
    const judged = Number(bar.dataset.judged) + step;
    bar.dataset.judged = judged;
    bar.dataset.state = judged === Number(size) ? "judged" : judged ? "part" : "open";
    bar.ariaLabel = `Turns ${first} to ${last}, ${judged} of ${size} judged`;
  }

  /** Show the families of the turns that a bar stands for, as long as all of them are on the page. */
  gather(bar) {
    const slots = new Set();
    for (let position = Number(bar.dataset.first); position <= bar.dataset.last; position += 1) {
      const item = document.getElementById(`turn-${position}`);
      if (!item) return;
      for (const chip of item.querySelectorAll(".chip")) slots.add(chip.dataset.slot);
    }
    this.sign(bar, this.order.filter((slot) => slots.has(slot)));
  }

  draw(bar, turn) {
    bar.dataset.state = turn.item.dataset.state;
    const names = turn.chips.map((chip) => chip.querySelector(".chip-name").textContent);
    const who = turn.item.querySelector(".turn-who").textContent;
    const codes = names.length ? `: ${names.join(", ")}` : "";
    bar.ariaLabel = `Turn ${turn.position}, ${who}, ${bar.dataset.state}${codes}`;
    this.sign(bar, turn.chips.map((chip) => chip.dataset.slot));
  }

  sign(bar, slots) {
    bar.querySelector(".strip-codes").replaceChildren(...slots.slice(0, 3).map(mark));
  }
}
