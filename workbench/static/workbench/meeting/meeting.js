// The meeting by keys. Every key presses, follows or focuses something that stands on the page.
// Keys count only while focus is inside this element, which takes it when the page opens (WCAG 2.1.4).

class Meeting extends HTMLElement {
  connectedCallback() {
    this.addEventListener("keydown", this);
    if (!document.querySelector("[role=alert]")) this.focus({ preventScroll: true });
    document.querySelector(".agenda-card[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  handleEvent(event) {
    if (event.altKey || event.isComposing) return;
    const writing = event.target.matches("textarea, select, input");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && writing) this.done(event, () => event.target.form.requestSubmit());
    else if (event.ctrlKey || event.metaKey) return;
    else if (writing && event.key === "Escape") this.done(event, () => this.focus({ preventScroll: true }));
    else if (!writing) this.command(event);
  }

  command(event) {
    const key = { ArrowRight: "J", ArrowLeft: "K" }[event.key] ?? event.key.toUpperCase();
    const found = this.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (found) this.done(event, () => this.act(found));
  }

  act(found) {
    const more = found.closest("details");
    if (more) more.open = true;
    if (found.matches("a, button")) found.click();
    else found.focus();
  }

  done(event, act) {
    event.preventDefault();
    act();
  }
}

customElements.define("wb-meeting", Meeting);
