// The rater's own note on the hour. Its words wait in the open page until the server has them, nowhere else.

const PAUSE = 1500;

/**
 * Sends the words when the writing pauses, and whether they are shared when the box is ticked or unticked: each alone,
 * one after the other, so that a window opened earlier neither writes over words nor shares them again.
 */
export class OwnNote {
  constructor(box) {
    this.box = box;
    this.form = box.querySelector("form");
    this.field = this.form.elements.text;
    this.before = this.form.elements.before;
    this.shared = this.form.elements.shared;
    this.out = this.form.querySelector("output");
    this.who = this.form.querySelector("[data-who]");
    this.wish = "";
    this.sent = Promise.resolve();
    for (const name of ["input", "change", "submit", "keydown"]) this.form.addEventListener(name, this);
    addEventListener("online", this);
  }

  get isReworded() { return Boolean(this.field) && this.field.value.trim() !== this.before.value.trim(); }

  get isChanged() { return this.isReworded || Boolean(this.wish); }

  /** Open the note and go to it. */
  open() {
    this.box.open = true;
    (this.field ?? this.form.querySelector("input[type=checkbox], button") ?? this.box.querySelector("summary")).focus();
  }

  handleEvent(event) {
    const { type, target } = event;
    event.stopPropagation();
    if (type === "keydown") {
      if (event.key === "Escape") this.box.dispatchEvent(new CustomEvent("left", { bubbles: true }));
      return;
    }
    if (type === "submit") event.preventDefault();
    if (this.shared && target === this.shared) {
      if (type === "change") this.share();
      return;
    }
    clearTimeout(this.timer);
    if (type === "input") {
      this.out.textContent = "";
      this.timer = setTimeout(() => this.keep(), PAUSE);
      return;
    }
    if (this.field && (type === "submit" || this.isReworded)) this.keep();
    if (this.wish || (type === "submit" && this.shared && !this.field)) this.share();
  }

  keep() {
    this.send(() => ({ text: this.field.value, before: this.before.value }), (said) => { this.before.value = said.text; });
  }

  share() {
    const wish = this.shared.checked ? "yes" : "no";
    this.wish = wish;
    this.send(() => ({ shared: wish }), () => { if (this.wish === wish) this.wish = ""; });
  }

  send(say, kept) {
    this.sent = this.sent.then(async () => {
      const body = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value, ...say() });
      try {
        const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
        const said = await answer.json();
        if (answer.ok) kept(said);
        this.answered(answer.status, said);
      } catch {
        this.out.textContent = "Not saved: the note waits in this open page.";
      }
    });
  }

  answered(status, said) {
    if (status === 200) {
      if (this.shared && !this.wish) this.shared.checked = said.shared;
      this.who.textContent = said.who;
      this.out.textContent = `Saved ${new Date(said.at).toLocaleTimeString("en-GB")}`;
    } else if (said.text !== undefined) {
      // Both stay: what stands there goes first, and the writer decides.
      this.before.value = said.text;
      this.field.value = `${said.text}\n\n${this.field.value}`;
      this.out.textContent = "Your note was changed in another window: what stands there is put before yours.";
    } else this.out.textContent = said.detail;
  }
}
