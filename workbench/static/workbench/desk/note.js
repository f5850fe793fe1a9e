// The rater's own note on the hour. Its words wait in the open page until the server has them, nowhere else.

const PAUSE = 1500;

/** Sends the note when the writing pauses; never writes over what another window wrote meanwhile. */
export class OwnNote {
  constructor(box) {
    this.box = box;
    this.form = box.querySelector("form");
    this.field = this.form.elements.text;
    this.before = this.form.elements.before;
    this.out = this.form.querySelector("output");
    this.who = this.form.querySelector("[data-who]");
    for (const name of ["input", "change", "submit", "keydown"]) this.form.addEventListener(name, this);
    addEventListener("online", this);
  }

  get isChanged() { return Boolean(this.field) && this.field.value.trim() !== this.before.value.trim(); }

  /** Open the note and go to it. */
  open() {
    this.box.open = true;
    (this.field ?? this.form.querySelector("input[type=checkbox], button") ?? this.box.querySelector("summary")).focus();
  }

  handleEvent(event) {
    const { type } = event;
    event.stopPropagation();
    if (type === "keydown") {
      if (event.key === "Escape") this.box.dispatchEvent(new CustomEvent("left", { bubbles: true }));
      return;
    }
    if (type === "submit") event.preventDefault();
    clearTimeout(this.timer);
    if (type === "input") this.out.textContent = "";
    if (type === "input") this.timer = setTimeout(() => this.send(), PAUSE);
    else if (type !== "online" || this.isChanged) this.send();
  }

  async send() {
    const body = new URLSearchParams(new FormData(this.form));
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
      this.answered(answer.status, await answer.json());
    } catch {
      this.out.textContent = "Not saved: the note waits in this open page.";
    }
  }

  answered(status, said) {
    if (status === 200) {
      if (this.before) this.before.value = said.text;
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
