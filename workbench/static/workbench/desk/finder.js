// Finding, in one field: a code by its name, words anywhere in the hour, a turn by its number.

import { element } from "./elements.js";

const PAUSE = 120;
const SHORTEST = 2;
const AROUND = 40;

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

/** Works on the field above the codes; what is found stands below them. */
export class Finder {
  constructor(desk) {
    this.desk = desk;
    this.palette = desk.palette;
    this.input = desk.palette.input;
    this.forget();
  }

  get isOpen() { return document.activeElement === this.input; }
  get number() { return this.input.value.match(/^\s*:\s*(\d*)\s*$/)?.[1]; }

  /** Open the finder; false when it is open for words already, so that the browser may have its own. */
  open({ said, inText = false } = {}) {
    if (inText && this.isOpen && this.inText) return false;
    this.palette.root.classList.add("is-finding");
    this.inText = inText;
    if (said !== undefined) this.input.value = said;
    this.input.focus();
    if (said === undefined) this.input.select();
    this.look();
    return true;
  }

  forget() {
    clearTimeout(this.timer);
    Object.assign(this, { positions: [], said: [], at: -1, words: "" });
    globalThis.CSS?.highlights?.delete("found");
  }

  /** Let the text below the codes speak of codes again. */
  rest() {
    if (!this.palette.held) return;
    this.palette.held = false;
    this.palette.explained = "";
    this.forget();
  }

  close() {
    this.input.value = "";
    this.inText = false;
    this.palette.root.classList.remove("is-finding");
    this.rest();
    this.forget();
    this.palette.find("");
    this.desk.cursor.focus();
  }

  look() {
    this.palette.held = false;
    this.forget();
    const words = this.input.value.trim();
    const { total } = this.desk.hour;
    this.code = this.palette.find(this.inText || this.number !== undefined ? "" : words);
    if (this.number !== undefined) this.tell("Go to a turn", `Its number, 1 to ${total.toLocaleString("en-GB")}, then Enter.`);
    else if (words.length >= SHORTEST) this.timer = setTimeout(() => this.search(words), PAUSE);
    else if (!this.code) this.tell(this.inText ? "Find in the text" : "Find", this.inText ? "Words that were said, then Enter. Press Ctrl+F once more for the browser's own search." : "A code by its name, words that were said, or : and the number of a turn.");
  }

  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    if (event.key !== "Escape" && !step) return false;
    event.preventDefault();
    const { number, code } = this;
    if (event.key === "Escape") this.close();
    else if (number) this.goTo(Number(number));
    else if (event.key === "Enter" && code) {
      this.close();
      this.desk.perform("give", code);
    } else if (this.input.value.trim()) this.step(step);
    else this.close();
    return true;
  }

  goTo(position) {
    const { hour, cursor } = this.desk;
    if (!hour.isTurn(position)) {
      this.tell("Go to a turn", `There is no turn ${position}: they go from 1 to ${hour.total.toLocaleString("en-GB")}.`);
      return;
    }
    this.close();
    cursor.go(position, { block: "center" });
  }

  // Words -----------------------------------------------------------------------------------------------------------

  async search(words) {
    clearTimeout(this.timer);
    this.words = words;
    const found = (this.desk.hour.isWindow && (await this.ask(words))) || this.here(words);
    if (this.words !== words) return;
    Object.assign(this, found, { at: -1 });
    this.mark(this.desk.hour.items);
    this.show();
  }

  /** Have the server look through the whole hour; null when it cannot be asked. */
  async ask(words) {
    try {
      const answer = await fetch(this.desk.dataset.find, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ words }),
        redirect: "error",
      });
      const { turns, said } = await answer.json();
      return turns ? { positions: turns, said, partly: false } : null;
    } catch {
      return null;
    }
  }

  /** Look through the turns of this page. */
  here(words) {
    const wanted = words.toLowerCase();
    const said = [];
    for (const item of this.desk.hour.items) {
      const text = item.querySelector(".turn-text").textContent;
      const at = text.toLowerCase().indexOf(wanted);
      if (at < 0) continue;
      const end = at + words.length;
      said.push([Number(item.id.slice(5)), text.slice(Math.max(0, at - AROUND), at), text.slice(at, end), text.slice(end, end + AROUND)]);
    }
    return { positions: said.map(([position]) => position), said, partly: this.desk.hour.isWindow };
  }

  /** Go to the next turn that holds the words, from where one is. */
  async step(step) {
    const words = this.input.value.trim();
    if (this.words !== words) await this.search(words);
    const { positions } = this;
    if (!positions.length) return;
    if (this.at >= 0) this.at = (this.at + step + positions.length) % positions.length;
    else {
      const here = this.desk.turn.position;
      this.at = step > 0 ? positions.findIndex((one) => one >= here) : positions.findLastIndex((one) => one <= here);
      if (this.at < 0) this.at = step > 0 ? 0 : positions.length - 1;
    }
    this.desk.cursor.go(positions[this.at], { block: "center", focus: false });
    this.show();
    this.desk.tell(`Turn ${positions[this.at]}, ${this.at + 1} of ${positions.length}`);
  }

  show() {
    const { positions, said, at, words } = this;
    const count = positions.length.toLocaleString("en-GB");
    const turns = positions.length === 1 ? "1 turn" : `${count} turns`;
    const heading = at >= 0 ? `“${words}”: ${at + 1} of ${turns}` : `“${words}” in ${positions.length ? turns : "no turn"}`;
    const more = positions.length > said.length ? [`Of the first ${said.length} the words stand here; the arrows reach all.`] : [];
    const partly = this.partly ? ["Only the turns on this page were searched: the server cannot be asked now."] : [];
    if (this.code) this.palette.define.querySelector(".found-also")?.remove();
    if (this.code && at < 0) {
      const also = positions.length ? `Said in ${turns} too: the down arrow goes there.` : "Nobody says it in the text.";
      this.palette.define.prepend(element("p", { className: "found-also" }, also));
      return;
    }
    const list = element("ol", { className: "found" }, ...said.map((one) => this.line(one, positions[at])));
    this.tell(heading, positions.length ? "Arrows or Enter go on, Esc stays there." : "", ...partly, ...more, list);
  }

  line([position, before, words, after], current) {
    const link = element(
      "a",
      { href: `?turn=${position}#turn-${position}` },
      element("b", {}, String(position)),
      element("span", { dir: "auto" }, before, element("u", {}, words), after),
    );
    if (position === current) link.ariaCurrent = "true";
    return element("li", {}, link);
  }

  tell(heading, ...parts) {
    const { palette } = this;
    palette.held = true;
    palette.define.dataset.slot = "stone";
    const sentences = parts.map((part) => (typeof part === "string" ? element("p", {}, part) : part));
    palette.define.replaceChildren(element("header", {}, element("h3", {}, heading)), ...sentences);
    palette.define.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  /** Mark the words in these turns, without touching their text. */
  mark(items) {
    if (!this.words || !globalThis.CSS?.highlights) return;
    const found = CSS.highlights.get("found") ?? new Highlight();
    const wanted = this.words.toLowerCase();
    for (const item of items) {
      const walker = document.createTreeWalker(item.querySelector(".turn-text"), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode.data.toLowerCase();
        for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) {
          const range = new StaticRange({ startContainer: walker.currentNode, startOffset: at, endContainer: walker.currentNode, endOffset: at + wanted.length });
          found.add(range);
        }
      }
    }
    CSS.highlights.set("found", found);
  }
}
