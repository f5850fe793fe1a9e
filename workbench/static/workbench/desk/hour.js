// The hour on the page: all turns, or of a long hour a window that goes with the reader. The rest stands in two gaps,
// as high as those turns would be, so that the scrollbar tells where one is.

import { drawEvidence } from "./evidence.js";

const OPEN = "o";
const ASIDE = "-";
const LETTER = { open: OPEN, judged: "j", flagged: "f", aside: ASIDE };
const SIZES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const STEP = 100;
const MOST = 400;
const BEFORE = 60;
const WINDOW = 200;
const NEAR = 1600;
const STILL = 90;

function wait(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Knows how far each turn is, rendered or not, and brings turns onto the page. */
export class Hour {
  constructor(desk, list) {
    const { first, last, marks, sizes } = list.dataset;
    const { total, turns } = desk.dataset;
    Object.assign(this, { desk, list, url: turns, total: Number(total), isWindow: Boolean(marks) });
    this.items = [...list.querySelectorAll(":scope > .turn")];
    this.marks = marks ? [...marks] : this.items.map((item) => LETTER[item.dataset.state]);
    this.first = Number(first ?? 1);
    this.last = Number(last ?? this.total);
    if (!this.isWindow) return;
    this.sizes = sizes;
    [this.before, this.after] = list.querySelectorAll(":scope > .turns-gap");
    this.words = new Map([this.before, this.after].map((gap) => [gap, gap.querySelector("a")]));
    this.late = new Map();
    this.measure();
    addEventListener("scroll", this, { passive: true });
    addEventListener("resize", this);
    addEventListener("online", this);
  }

  agrees(position, state) {
    return this.marks[position - 1] === LETTER[state];
  }

  has(position) {
    return position >= this.first && position <= this.last;
  }

  isTurn(position) {
    return Number.isInteger(position) && position >= 1 && position <= this.total;
  }

  /** Keep how far a turn is; gives by how much the number of judged turns changed. */
  note(position, state) {
    const before = this.marks[position - 1];
    this.marks[position - 1] = LETTER[state];
    return (before === OPEN) - (state === "open");
  }

  /** Name the turn before or after one, of those that are asked for. */
  beside(position, step) {
    do position += step;
    while (this.isAside(position));
    return position;
  }

  isAside(position) {
    return this.marks[position - 1] === ASIDE;
  }

  /** Name the next turn that is not judged, from the top again after the last; 0 where all are. */
  nextOpen(position) {
    const ahead = this.marks.indexOf(OPEN, position);
    return (ahead < 0 ? this.marks.indexOf(OPEN) : ahead) + 1;
  }

  // What is fetched ------------------------------------------------------------------------------------------------

  /** Have a turn on the page, with those around it; true once it is there. */
  async bring(position) {
    if (this.has(position)) return true;
    const first = Math.max(1, Math.min(position - BEFORE, this.total - WINDOW + 1));
    return this.fetch(first, Math.min(this.total, first + WINDOW - 1), (items) => {
      this.clear();
      this.put(items, this.after);
      this.first = first;
      this.last = first + items.length - 1;
    });
  }

  async extend(up) {
    const first = up ? Math.max(1, this.first - STEP) : this.last + 1;
    const last = up ? this.first - 1 : Math.min(this.total, this.last + STEP);
    if (first > last) return;
    await this.fetch(first, last, (items) => {
      this.put(items, up ? this.items[0] : this.after, up);
      if (up) this.first = first;
      else this.last = last;
      while (this.items.length > MOST) this.drop(up);
    });
  }

  /** Get turns from the server and put them in; what was answered meanwhile is newer than what was fetched. */
  async fetch(first, last, put) {
    const way = (this.way = {});
    this.late.clear();
    let markup;
    try {
      const answer = await fetch(`${this.url}?first=${first}&last=${last}`, { redirect: "manual" });
      if (answer.ok) markup = await answer.text();
    } catch {
      markup = undefined;
    }
    if (this.way !== way) return false;
    this.say(markup === undefined ? "not here yet: they come when the line is back" : "");
    if (markup === undefined) return false;
    const holder = document.createElement("template");
    holder.innerHTML = markup;
    this.keepPlace(() => put([...holder.content.children]));
    return true;
  }

  put(items, before, first = false) {
    this.items = first ? [...items, ...this.items] : [...this.items, ...items];
    for (const item of items) this.list.insertBefore(item, before);
    for (const item of items) {
      if (item.querySelector(".chip[data-spans]")) drawEvidence(item);
      const position = Number(item.id.slice(5));
      this.desk.record.redraw(position, this.late.get(position));
    }
    this.desk.finder.mark(items);
    this.desk.cursor.found(items);
  }

  /** Take a turn out at the far end; what it measured stays known. */
  drop(atEnd) {
    const item = atEnd ? this.items.pop() : this.items.shift();
    const position = atEnd ? this.last : this.first;
    this.desk.cursor.leaving(item);
    this.heights[position] = item.offsetHeight;
    item.remove();
    if (atEnd) this.last -= 1;
    else this.first += 1;
  }

  clear() {
    while (this.items.length) this.drop(true);
  }

  say(sentence) {
    for (const [gap, link] of this.words) {
      if (link) link.dataset.said = sentence;
      gap.classList.toggle("is-late", Boolean(sentence));
    }
  }

  // Where one is ---------------------------------------------------------------------------------------------------

  /** Guess how high each turn is, from its length and from those that are here. */
  measure() {
    const style = getComputedStyle(this.items[0].querySelector(".turn-text"));
    const line = Number.parseFloat(style.lineHeight);
    const wide = this.items[0].querySelector(".turn-text").clientWidth / (Number.parseFloat(style.fontSize) * 0.44);
    const guess = (letter) => 14 + line * Math.ceil((16 * (2 ** (SIZES.indexOf(letter) / 4) - 1) || 1) / wide);
    const guesses = new Map([...SIZES].map((letter) => [letter, guess(letter)]));
    const real = this.items.at(-1).getBoundingClientRect().bottom - this.items[0].getBoundingClientRect().top;
    let expected = 0;
    for (let position = this.first; position <= this.last; position += 1) expected += guesses.get(this.sizes[position - 1]);
    this.heights = Float64Array.from({ length: this.total + 1 }, (_, position) =>
      position ? (guesses.get(this.sizes[position - 1]) * real) / expected : 0,
    );
    this.fill();
  }

  sum(first, last) {
    let sum = 0;
    for (let position = first; position <= last; position += 1) sum += this.heights[position];
    return sum;
  }

  fill() {
    const gaps = [[this.before, 1, this.first - 1], [this.after, this.last + 1, this.total]];
    for (const [gap, first, last] of gaps) {
      gap.hidden = first > last;
      gap.style.blockSize = `${this.sum(first, last)}px`;
      const link = gap.hidden ? null : (this.words.get(gap) ?? document.createElement("a"));
      if (!link) continue;
      const near = gap === this.before ? Math.max(1, last - WINDOW / 2) : first;
      link.href = `?turn=${near}#turn-${near}`;
      link.textContent = `Turns ${first.toLocaleString("en-GB")} to ${last.toLocaleString("en-GB")}`;
      this.words.set(gap, link);
      if (!link.parentElement) gap.append(link);
    }
  }

  /** Change what is rendered, and have the turns in sight stay where they are. */
  keepPlace(change) {
    const anchor = this.inSight();
    const before = anchor?.getBoundingClientRect().top;
    change();
    this.fill();
    if (anchor?.isConnected) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  }

  inSight() {
    return this.items.find((item) => item.getBoundingClientRect().bottom > 60 && item.getBoundingClientRect().top < innerHeight);
  }

  /** Name the turn that would stand in the middle of the window, from the heights above it. */
  guessed() {
    let left = innerHeight / 2 - this.list.getBoundingClientRect().top;
    let position = 1;
    while (position < this.total && (left -= this.heights[position]) > 0) position += 1;
    return position;
  }

  handleEvent({ type }) {
    if (type === "resize") this.measure();
    else this.look();
  }

  /** Fetch what comes near; far from every turn, wait until the reader has stopped, and go there. */
  async look() {
    if (this.looking) return;
    this.looking = true;
    await wait(0);
    for (let tries = 0; tries < 20 && !this.desk.arriving; tries += 1) {
      const above = this.before.getBoundingClientRect();
      const below = this.after.getBoundingClientRect();
      const [up, down] = [!this.before.hidden && above.bottom > -NEAR, !this.after.hidden && below.top < innerHeight + NEAR];
      if (!up && !down) break;
      const far = !this.inSight();
      let came = true;
      if (far) {
        const at = scrollY;
        await wait(STILL);
        if (scrollY !== at || this.desk.arriving) continue;
        came = await this.stay();
      } else {
        const edge = up ? this.first : this.last;
        await this.extend(up);
        came = edge !== (up ? this.first : this.last);
      }
      if (!came) break;
    }
    this.looking = false;
  }

  /** Bring the turns that belong where one is now; the page stays where it was scrolled to. */
  async stay() {
    const page = document.documentElement;
    const atEnd = scrollY + innerHeight > page.scrollHeight - innerHeight / 2;
    const atTop = scrollY === 0;
    const position = atEnd ? this.total : this.guessed();
    const top = this.list.getBoundingClientRect().top + this.sum(1, position - 1);
    if (!(await this.bring(position))) return false;
    const item = document.getElementById(`turn-${position}`);
    if (atEnd || atTop) scrollTo({ top: atEnd ? page.scrollHeight : 0, behavior: "instant" });
    else scrollBy({ top: item.getBoundingClientRect().top - top, behavior: "instant" });
    return true;
  }
}
