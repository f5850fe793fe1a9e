// The portrait of the hour: kept in step with the turns, a bar a turn or a bar for many.

import { mark } from "./elements.js";

/** Works on the strip that the server wrote. */
export class Strip {
  constructor(root) {
    this.root = root;
    this.bars = [...root.querySelectorAll(".strip-turn")];
    this.binned = Boolean(this.bars[0]?.dataset.first);
    this.sum = root.querySelector(".strip-sum b");
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
    else if (bar && turn) this.draw(bar, turn);
  }

  fill(bar, step) {
    const { first, last } = bar.dataset;
    const judged = Number(bar.dataset.judged) + step;
    const size = last - first + 1;
    bar.dataset.judged = judged;
    bar.dataset.state = judged === size ? "judged" : judged ? "part" : "open";
    bar.ariaLabel = `Turns ${first} to ${last}, ${judged} of ${size} judged`;
  }

  draw(bar, turn) {
    bar.dataset.state = turn.item.dataset.state;
    const names = turn.chips.map((chip) => chip.querySelector(".chip-name").textContent);
    const who = turn.item.querySelector(".turn-who").textContent;
    const codes = names.length ? `: ${names.join(", ")}` : "";
    bar.ariaLabel = `Turn ${turn.position}, ${who}, ${bar.dataset.state}${codes}`;
    const signs = turn.chips.slice(0, 3).map((chip) => mark(chip.dataset.slot));
    bar.querySelector(".strip-codes").replaceChildren(...signs);
  }
}
