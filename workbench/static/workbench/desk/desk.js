// The coding desk: moves the cursor, turns keys and clicks into acts, and shows what the server says.

import { Book } from "./book.js";
import { predict } from "./drawing.js";
import { drawEvidence, selectedSpan } from "./evidence.js";
import { command } from "./keys.js";
import { LaneForm } from "./lane_form.js";
import { Palette } from "./palette.js";
import { ActQueue } from "./queue.js";
import { SavedState } from "./saved.js";
import { ActStore } from "./store.js";
import { Strip } from "./strip.js";
import { Tools } from "./tools.js";
import { Turn } from "./turn.js";
import { Visit } from "./visit.js";
import * as commands from "./commands.js";

const EVENTS = ["click", "mousedown", "pointerover", "focusin", "input", "change"];

/** The element around the whole desk; `data-final` makes it a page to read. */
class Desk extends HTMLElement {
  connectedCallback() {
    const { url, owner, assignment, total, judged, first } = this.dataset;
    this.book = new Book(this.querySelector(".palette"));
    this.palette = new Palette(this.querySelector(".palette"), this.book);
    this.strip = new Strip(this.querySelector(".strip"));
    this.tools = new Tools(this.querySelector(".turn-tools"));
    this.form = new LaneForm(this);
    this.visit = new Visit();
    this.snapshots = new Map();
    this.live = this.querySelector(".desk-live");
    this.total = Number(total);
    this.judged = Number(judged);
    this.queue = new ActQueue(url, new ActStore(owner, assignment));
    this.saved = new SavedState(document.querySelector("[data-saved]"));
    this.submitLink = document.querySelector("[data-submit]");
    for (const name of EVENTS) this.addEventListener(name, this);
    document.addEventListener("keydown", this);
    for (const name of ["answers", "state", "dropped"]) this.queue.addEventListener(name, this);
    addEventListener("beforeunload", this);
    addEventListener("hashchange", this);
    for (const chip of this.querySelectorAll(".chip[data-spans]")) drawEvidence(chip.closest(".turn"));
    if (this.total) this.go(this.wanted() || Number(first), { block: "center" });
    if (!this.isFinal) this.restore();
    this.dataset.ready = "";
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    removeEventListener("beforeunload", this);
    removeEventListener("hashchange", this);
  }

  get isFinal() { return "final" in this.dataset; }
  get current() { return this.turn; }

  wanted() {
    const position = Number(location.hash.match(/^#turn-(\d+)$/)?.[1]);
    return document.getElementById(`turn-${position}`) ? position : 0;
  }

  async restore() {
    for (const act of await this.queue.restore()) this.draw(act);
  }

  handleEvent(event) {
    this[`on${event.type}`]?.(event);
  }

  // What the person does -------------------------------------------------------------------------------------------

  onkeydown(event) {
    if (event.target.closest?.("input, textarea, select")) return this.onfield(event);
    if (event.target.closest?.("[popover], dialog")) return undefined;
    const asked = command(event);
    if (!asked || (asked[0] === "finish" && event.target.closest?.("button, a, summary"))) return undefined;
    if (asked[0] === "code" && !this.book.byLetter.has(asked[1])) return undefined;
    event.preventDefault();
    return this.perform(...asked);
  }

  /** In a field only Enter and Escape are ours: they lead back to the turn. */
  onfield(event) {
    if ((event.key !== "Enter" && event.key !== "Escape") || event.isComposing) return;
    event.preventDefault();
    if (event.target !== this.palette.input) {
      this.focusTurn();
      return;
    }
    const code = event.key === "Enter" ? this.palette.find() : null;
    this.palette.clearFind();
    this.focusTurn();
    if (code) this.perform("give", code);
  }

  perform(name, ...rest) {
    if (this.isFinal && !["move", "find", "help", "leave"].includes(name)) return this.say("This assignment was submitted; its codings are final.");
    return commands[name]?.(this, ...rest);
  }

  onclick(event) {
    const place = event.target.closest("a[href^='#turn-'], .code-key, [data-tool], [data-rate][type=button], .turn");
    if (!place) return;
    if (place.matches("a[href^='#turn-']")) {
      event.preventDefault();
      this.go(Number(place.hash.slice(6)), { block: "center" });
    } else if (place.matches(".code-key")) this.perform("give", this.book.byKey.get(place.dataset.code));
    else if (place.dataset.tool) this.perform(place.dataset.tool);
    else if (place.dataset.rate) this.perform("rate", Number(place.dataset.rate));
    else if (!event.target.closest("form, label, button")) this.go(Number(place.id.slice(5)), { block: "none" });
  }

  onmousedown(event) {
    // The selected words and the focus stay where they are while a code or a tool is clicked.
    if (event.target.closest(".code-key, [data-tool], [data-rate][type=button]")) event.preventDefault();
  }

  onpointerover(event) {
    const key = event.target.closest(".code-key, .chip, [data-define]");
    if (key) this.palette.explain(key.dataset.code ?? key.dataset.define);
  }

  onfocusin(event) {
    const key = event.target.closest(".code-key");
    if (key) this.palette.explain(key.dataset.code);
  }

  oninput(event) {
    if (event.target === this.palette.input) this.palette.find();
  }

  onchange(event) {
    const { attribute } = event.target.dataset;
    if (!attribute || !this.last) return;
    const said = { kind: "attribute", code: this.last.key, attribute, value: event.target.value.trim() };
    this.act(said, { freeText: event.target.matches("input") });
  }

  onhashchange() {
    if (this.wanted()) this.go(this.wanted(), { block: "center" });
  }

  onbeforeunload(event) {
    if (this.queue.pending.length || this.form.isChanged) event.preventDefault();
  }

  // The cursor -----------------------------------------------------------------------------------------------------

  turnAt(position) {
    const item = document.getElementById(`turn-${position}`);
    return item ? new Turn(item, this.book) : null;
  }

  go(position, { block = "nearest" } = {}) {
    const turn = this.turnAt(position);
    if (!turn || turn.position === this.turn?.position) return;
    this.form.commit();
    if (this.turn) {
      this.turn.say("");
      this.turn.item.removeAttribute("aria-current");
      this.turn.item.removeAttribute("tabindex");
    }
    this.turn = turn;
    this.last = this.lastOf(turn);
    turn.item.setAttribute("aria-current", "true");
    turn.item.tabIndex = -1;
    this.refresh();
    this.strip.show(turn);
    if (this.last) this.palette.explain(this.last.key);
    turn.item.focus({ preventScroll: true });
    if (block !== "none") turn.item.scrollIntoView({ block, behavior: "instant" });
  }

  lastOf(turn) {
    return turn.owing ?? this.book.byKey.get(turn.chips.at(-1)?.dataset.code) ?? null;
  }

  focusTurn() {
    this.turn?.item.focus({ preventScroll: true });
  }

  refresh() {
    if (this.last && !this.turn.chip(this.last.key)) this.last = this.lastOf(this.turn);
    this.palette.show(this.turn);
    if (!this.isFinal) this.tools.show(this.turn, this.last);
  }

  takeSelection() {
    const span = this.turn && selectedSpan(this.turn.text);
    if (span) getSelection().removeAllRanges();
    return span;
  }

  // Acts and answers -----------------------------------------------------------------------------------------------

  /** Do an act on the current turn: it is drawn at once, sent at once, and can be undone. */
  act(said, options) {
    const act = this.queue.push({ position: this.turn.position, ...said }, options);
    this.visit.did(act);
    this.turn.say("");
    this.draw(act);
    return act;
  }

  send(said) {
    const act = this.queue.push(said);
    this.draw(act);
    return act;
  }

  draw(act) {
    const turn = this.turnAt(act.position);
    if (turn) this.changing(turn, () => predict(turn, act, this.snapshots));
  }

  /** Change a turn, and keep strip, count, palette and tools in step with it. */
  changing(turn, change) {
    const before = turn.finished;
    change();
    const step = turn.finished - before;
    this.judged += step;
    this.strip.update(turn, step, this.judged, this.total);
    if (this.submitLink) this.countDown(this.total - this.judged);
    if (turn.position === this.turn?.position) this.refresh();
  }

  countDown(left) {
    this.submitLink.textContent = left ? `Submit: ${left.toLocaleString("en-GB")} turn${left === 1 ? "" : "s"} left` : "Submit";
    this.submitLink.classList.toggle("button-main", !left);
  }

  onanswers({ detail }) {
    const turns = new Map(detail.map(([, answer]) => [answer.position, answer]));
    for (const [position, answer] of turns) {
      const turn = this.turnAt(position);
      if (!turn || answer.lane === undefined) continue;
      this.changing(turn, () => {
        turn.showMarkup(answer.lane, answer.state);
        for (const act of this.queue.waitingFor(position)) predict(turn, act, this.snapshots);
      });
    }
    for (const [act, answer] of detail) {
      if (answer.refused && act) this.visit.forget(act.id);
      if (answer.said) this.say(answer.said, answer.position);
    }
  }

  onstate({ detail }) {
    this.saved.show(detail);
  }

  ondropped({ detail: [act, why] }) {
    this.visit.forget(act.id);
    this.say(`This could not be kept: ${why}`, act.position);
  }

  /** Say a sentence beside the turn it is about, and to those who listen. */
  say(sentence, position = this.turn?.position) {
    const turn = this.turnAt(position);
    turn?.say(sentence);
    this.tell(position === this.turn?.position ? sentence : `Turn ${position}: ${sentence}`);
  }

  tell(sentence) {
    this.live.textContent = sentence;
  }
}

customElements.define("wb-desk", Desk);
