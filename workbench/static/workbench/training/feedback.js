// Feedback by keys: from turn to turn, and to the next that differs. The page works without this module.
// Keys count only while focus is inside this element, which takes it when the page opens (WCAG 2.1.4).

class Feedback extends HTMLElement {
  connectedCallback() {
    this.tabIndex = -1;
    this.addEventListener("keydown", this);
    const asked = document.getElementById(location.hash.slice(1));
    (asked || this).focus({ preventScroll: !asked });
  }

  get turns() {
    return [...this.querySelectorAll(".beside-turn")];
  }

  handleEvent(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (step) this.done(event, () => this.move(step));
    else if (event.key.toLowerCase() === "d") this.done(event, () => this.move(1, (turn) => turn.querySelector(".apart")));
    else if (event.key === "Enter" && event.target.matches(".beside-turn")) this.done(event, () => this.open(event.target));
  }

  done(event, act) {
    event.preventDefault();
    act();
  }

  move(step, wanted = () => true) {
    const { turns } = this;
    const at = turns.findIndex((turn) => turn.contains(document.activeElement));
    const ahead = step > 0 ? turns.slice(at + 1) : turns.slice(0, Math.max(at, 0)).reverse();
    const found = ahead.find(wanted);
    found?.focus({ preventScroll: true });
    found?.scrollIntoView({ block: "center" });
  }

  open(turn) {
    const all = [...turn.querySelectorAll("details")];
    const opened = all.every((one) => one.open);
    for (const one of all) one.open = !opened;
  }
}

customElements.define("wb-feedback", Feedback);
