// The coding desk: turns keys and clicks into what they ask for. What is asked for stands in commands.js.

import { Book } from "./book.js";
import * as commands from "./commands.js";
import { Cursor } from "./cursor.js";
import { drawEvidence } from "./evidence.js";
import { Finder } from "./finder.js";
import { Hour } from "./hour.js";
import { command, isSingle } from "./keys.js";
import { LaneForm } from "./lane_form.js";
import { LinkForm } from "./links.js";
import { OwnNote } from "./note.js";
import { Palette } from "./palette.js";
import { ActQueue } from "./queue.js";
import { Reading } from "./reading.js";
import { Record } from "./record.js";
import { SavedState } from "./saved.js";
import { ActStore } from "./store.js";
import { Strip } from "./strip.js";
import { Tools } from "./tools.js";
import { Visit } from "./visit.js";

const HERE = ["click", "mousedown", "pointerover", "focusin", "input", "change", "left", "pointerup"];
const WINDOWS = ["beforeunload", "hashchange", "resize"];
const READING = new Set(["move", "find", "goTo", "help", "note", "quiet", "words", "leave", "nothing"]);
const WRITING = new Set(["find", "goTo", "memo", "codingMemo", "uncodable", "note", "link"]);
const PLACES = "a[href*='#turn-'], .code-key, [data-tool], button[data-rate], .turn";

/** The element around the whole desk; `data-final` makes it a page to read. */
class Desk extends HTMLElement {
  connectedCallback() {
    const { url, owner, assignment, first } = this.dataset;
    const palette = this.querySelector(".palette");
    this.book = new Book(palette);
    this.palette = new Palette(palette, this.book);
    this.strip = new Strip(this.querySelector(".strip"));
    this.tools = new Tools(this.querySelector(".turn-tools"));
    this.form = new LaneForm(this);
    this.linkForm = new LinkForm(this);
    this.reading = new Reading(this, this.querySelector(".reading"));
    this.begun = "";
    this.exact = false;
    this.note = new OwnNote(this.querySelector(".own-note"));
    this.visit = new Visit();
    this.cursor = new Cursor(this);
    this.record = new Record(this, this.dataset);
    this.queue = new ActQueue(url, new ActStore(owner, assignment), owner);
    this.hour = new Hour(this, this.querySelector(".turns"));
    this.finder = new Finder(this);
    this.held = [];
    this.wide = innerWidth;
    this.saved = this.isFinal ? null : new SavedState(document.querySelector("[data-saved]"), () => this.queue.send());
    this.live = this.querySelector(".desk-live");
    for (const name of HERE) this.addEventListener(name, this);
    for (const name of ["answers", "state", "dropped"]) this.queue.addEventListener(name, this);
    document.addEventListener("keydown", this);
    for (const name of WINDOWS) addEventListener(name, this);
    for (const chip of this.querySelectorAll(".chip[data-spans]")) drawEvidence(chip.closest(".turn"));
    this.cursor.go(this.wanted() || Number(first), { block: "center" });
    if (!this.isFinal) this.restore();
    this.dataset.ready = "";
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this);
    for (const name of WINDOWS) removeEventListener(name, this);
  }

  get isFinal() { return "final" in this.dataset; }
  get turn() { return this.cursor.turn; }

  wanted() {
    const position = Number(location.hash.match(/^#turn-(\d+)$/)?.[1]);
    return this.hour.isTurn(position) ? position : 0;
  }

  async restore() {
    for (const act of await this.queue.restore()) this.record.draw(act);
  }

  handleEvent(event) {
    this[`on${event.type}`](event);
  }

  perform(name, ...rest) {
    if (this.isFinal && !READING.has(name)) this.say("This assignment was submitted; its codings are final.");
    // Finishing leads on, and what is undone may lie elsewhere.
    else if (this.hour.isAside(this.turn?.position) && !READING.has(name) && !/finish|do$/.test(name))
      this.say("This turn is not asked for. J and K go to those that are.");
    else if (this.arriving) this.held.push([name, ...rest]);
    else if (this.turn && !READING.has(name) && !this.turn.item.isConnected) {
      this.held.push([name, ...rest]);
      this.travel(this.turn.position, { block: "center" });
    } else if (this.turn) {
      if (name !== "move") this.finder.rest();
      commands[name](this, ...rest);
    }
  }

  /** Go to a turn that is not on the page: keys pressed on the way are for that turn, and wait for it. */
  async travel(position, options) {
    const way = (this.arriving = { position });
    this.form.commit();
    const came = await this.hour.bring(position);
    if (this.arriving !== way) return;
    this.arriving = null;
    if (came) this.cursor.arrive(position, options);
    const held = this.held.splice(0);
    if (came) for (const one of held) typeof one === "string" ? this.type(one) : this.perform(...one);
    else this.say(`Turn ${position} could not be fetched: the line is down, or you are signed out. Try again.`);
  }

  /** Put a letter that was held into the field that a key before it opened. */
  type(letter) {
    const field = document.activeElement;
    if (field.matches("input, textarea")) field.setRangeText(letter, field.selectionStart, field.selectionEnd, "end");
  }

  // Keys -----------------------------------------------------------------------------------------------------------

  onkeydown(event) {
    const finding = event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (finding && this.turn && this.finder.open({ inText: true })) event.preventDefault();
    else if (this.held.some((one) => WRITING.has(one[0])) && event.key.length === 1) {
      event.preventDefault();
      this.held.push(event.key);
    } else if (event.target.closest?.("input, textarea, select")) this.contains(event.target) && this.infield(event);
    else if (!event.target.closest?.("[popover]")) this.outside(event, command(event));
  }

  outside(event, asked) {
    if (this.reading.keysAreOff && isSingle(event)) return;
    if (this.begun && asked?.[0] !== "code" && !["Shift", "Alt"].includes(event.key)) this.begin("");
    if (!asked || (asked[0] === "finish" && event.target.closest?.("button, a, summary"))) return;
    if (asked[0] === "code" && !this.begun && !this.book.byLetter.has(asked[1]) && !this.book.beginnings.has(asked[1])) return;
    event.preventDefault();
    this.perform(...asked);
  }

  /** In a field only Enter and Escape are ours: they lead back to the turn. In the finder arrows go on. */
  infield(event) {
    if (event.isComposing || (event.target === this.finder.input && this.finder.key(event))) return;
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    this.cursor.focus();
  }

  // Mouse and fields -----------------------------------------------------------------------------------------------

  onclick(event) {
    const place = event.target.closest(PLACES);
    if (!place) return;
    const { code, tool, rate } = place.dataset;
    if (place.matches("a")) {
      event.preventDefault();
      this.cursor.go(Number(place.hash.slice(6)), { block: "center" });
    } else if (code) this.perform("give", this.book.byKey.get(code));
    else if (tool) this.perform(tool);
    else if (rate) this.perform("rate", Number(rate));
    else if (!event.target.closest("form, label, details")) this.cursor.go(Number(place.id.slice(5)), { block: "none" });
  }

  onmousedown(event) {
    // The selected words and the focus stay where they are while a code or a tool is clicked.
    if (event.target.closest(".code-key, [data-tool], button[data-rate]")) event.preventDefault();
  }

  onpointerover({ target }) {
    const place = target.closest(".code-key, .chip, [data-define]");
    if (place) this.palette.explain(place.dataset.code ?? place.dataset.define);
  }

  onpointerup({ target, altKey }) {
    if (target.closest(".turn-text")) this.exact = altKey;
  }

  /** Keep the first of two letters, and show which codes begin with it. */
  begin(letter) {
    this.begun = letter;
    this.palette.begin(letter);
    if (letter) this.tell(`${letter}, and one more letter`);
  }

  onfocusin({ target }) {
    if (target.matches(".code-key")) this.palette.explain(target.dataset.code);
  }

  oninput({ target }) {
    if (target === this.finder.input) this.finder.look();
  }

  onchange({ target }) {
    const { attribute } = target.dataset;
    if (!attribute || !this.cursor.last) return;
    const said = { kind: "attribute", code: this.cursor.last.key, attribute, value: target.value.trim() };
    this.record.act(said, { freeText: target.matches("input") });
  }

  onleft() {
    this.cursor.focus();
  }

  onhashchange() {
    if (this.wanted()) this.cursor.go(this.wanted(), { block: "center" });
  }

  /** A screen that was turned, or a window made narrower, still shows the turn one is at; a phone's own bars do not count. */
  onresize() {
    if (this.wide !== innerWidth) this.turn?.item.scrollIntoView({ block: "nearest", behavior: "instant" });
    this.wide = innerWidth;
  }

  onbeforeunload(event) {
    if (this.queue.pending.length || this.form.isChanged || this.note.isChanged) event.preventDefault();
  }

  // The server -----------------------------------------------------------------------------------------------------

  onanswers({ detail }) {
    this.record.answered(detail);
  }

  onstate({ detail }) {
    this.saved.show(detail);
    const said = { unsent: "Not saved yet: acts wait in this browser.", "signed-out": "Signed out. The password field stands at the top.", stopped: `Not saved: ${detail.why}` }[detail.name] ?? "";
    if (said && said !== this.warned) this.tell(said);
    if (!said && this.warned && detail.name === "saved") this.tell("Saved again.");
    if (said || detail.name === "saved") this.warned = said;
  }

  ondropped({ detail: [act, why] }) {
    this.visit.forget(act.id);
    this.say(`This could not be kept: ${why}`, act.position);
  }

  /** Say a sentence beside the turn it is about, and to those who listen. */
  say(sentence, position = this.turn?.position, seq = undefined) {
    this.cursor.turnAt(position)?.say(sentence, seq);
    this.tell(position === this.turn?.position ? sentence : `Turn ${position}: ${sentence}`);
  }

  tell(sentence) {
    this.live.textContent = sentence;
  }
}

customElements.define("wb-desk", Desk);
