// Adjudication by keys. The page works without this module: every box, link and button is there for the mouse too.
// Keys count only while something inside this element has focus, so that nobody's dictation presses them (WCAG 2.1.4).

const OWN = { J: "later", Z: "undo" };

class Adjudicate extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form.answer");
    this.addEventListener("keydown", this);
    this.addEventListener("change", this);
    this.addEventListener("click", this);
    this.addEventListener("focusin", this);
    if (!document.querySelector("[role=alert]")) this.boxes[0]?.focus({ preventScroll: true });
    document.querySelector(".agenda-card[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  get boxes() {
    return [...this.form.querySelectorAll("input[name=keep], input[name=outcome]")].filter((box) => box.checkVisibility());
  }

  handleEvent(event) {
    if (event.type === "change") this.settle(event.target);
    else if (event.type === "click") this.pressed(event);
    else if (event.type === "focusin") this.arrive(event);
    else this.key(event);
  }

  // The browser takes for visible what lies under the bar.
  arrive(event) {
    this.select(event.target);
    if (event.relatedTarget && !event.target.closest(".decide-bar")) event.target.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  pressed(event) {
    const link = event.target.closest("a[data-take]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.take(link);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const writing = event.target.matches("textarea, select, input[type=text]");
    if (event.key === "Enter" && !event.shiftKey && !event.target.matches("a, button, summary, select")) this.done(event, () => this.form.requestSubmit());
    else if (writing && event.key === "Escape") this.done(event, () => this.boxes[0]?.focus());
    else if (!writing) this.command(event);
  }

  command(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const letter = /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : "";
    if (step) this.done(event, () => this.move(step));
    else if (event.key === "/") this.done(event, () => this.form.elements.reason.focus());
    else if (event.key === "=") this.done(event, () => this.take(this.querySelector("[data-take=majority]")));
    else if (event.key === "%") this.done(event, () => this.take(this.querySelector("[data-take=mean]")));
    else if (event.key === "0") this.done(event, () => this.outcome("none"));
    else if (event.key === "-") this.done(event, () => this.outcome("uncodable"));
    else if (/^[1-9]$/.test(event.key)) this.done(event, () => this.rate(event.key));
    else if (letter && event.shiftKey) this.done(event, () => this.take(this.querySelector(`[data-take="${letter}"]`)));
    else if (letter) this.letter(event, letter);
  }

  done(event, act) {
    event.preventDefault();
    act();
  }

  letter(event, letter) {
    const cap = [...this.form.querySelectorAll("[data-code] kbd")].find((key) => key.textContent === letter);
    if (cap) this.done(event, () => this.keep(cap.closest("[data-code]")));
    else if (OWN[letter] === "later") this.done(event, () => this.querySelector("[data-later]").click());
    else if (OWN[letter] === "undo") this.done(event, () => this.querySelector("form[data-undo]")?.requestSubmit());
  }

  keep(place) {
    const others = place.closest("details");
    if (others) others.open = true;
    const box = place.querySelector("input[name=keep]");
    box.checked = !box.checked;
    box.focus();
    this.settle(box);
  }

  move(step) {
    const { boxes } = this;
    const at = boxes.findIndex((box) => box.closest("tr, li")?.contains(document.activeElement));
    boxes[Math.min(Math.max(at + step, 0), boxes.length - 1)]?.focus();
  }

  rate(number) {
    const place = document.activeElement.closest("[data-code]");
    const rating = place?.querySelector(`.ratings input[value="${number}"]`);
    if (!rating) return;
    rating.checked = true;
    place.querySelector("input[name=keep]").checked = true;
    this.settle(rating);
  }

  outcome(name) {
    const box = this.form.querySelector(`input[name=outcome][value="${name}"]`);
    box.checked = !box.checked;
    box.focus();
    this.settle(box);
  }

  // A turn has codes, or one outcome: what was chosen last stays.
  settle(changed) {
    if (changed.name === "outcome" && changed.checked) {
      for (const box of this.form.querySelectorAll("input[name=keep], input[name=outcome]")) if (box !== changed) box.checked = false;
    } else if (changed.name?.startsWith("rating.")) {
      changed.closest("[data-code]").querySelector("input[name=keep]").checked = true;
      this.clear("outcome");
    } else if (changed.name === "keep" && changed.checked) this.clear("outcome");
  }

  clear(name) {
    for (const box of this.form.querySelectorAll(`input[name=${name}]`)) box.checked = false;
  }

  take(link) {
    if (!link) return;
    const set = JSON.parse(link.dataset.set);
    this.clear("keep");
    this.clear("outcome");
    for (const [code, kept] of Object.entries(set.codes)) this.put(code, kept);
    if (set.outcome) this.form.querySelector(`input[name=outcome][value="${set.outcome}"]`).checked = true;
    const rule = this.form.querySelector(`input[name=rule][value="${link.dataset.take}"]`);
    if (rule) rule.checked = true;
    this.querySelector("input[name=keep]:checked, input[name=outcome]:checked")?.focus();
  }

  put(code, kept) {
    const place = [...this.form.querySelectorAll("[data-code]")].find((one) => one.dataset.code === code);
    if (!place) return;
    place.querySelector("input[name=keep]").checked = true;
    for (const rating of place.querySelectorAll(".ratings input")) rating.checked = Number(rating.value) === kept.rating;
    place.querySelector("input[type=hidden]").value = kept.spans;
    for (const [name, value] of Object.entries(kept.attributes)) {
      const field = this.form.elements[`attribute.${code}.${name}`];
      if (field) field.value = value;
    }
  }

  select(target) {
    for (const row of this.form.querySelectorAll("tr[aria-selected]")) row.removeAttribute("aria-selected");
    target.closest("tr[data-code], tr[data-outcome]")?.setAttribute("aria-selected", "true");
  }
}

customElements.define("wb-adjudicate", Adjudicate);
