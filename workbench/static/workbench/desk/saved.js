// The saved state in the top bar: “saved” only after the server has said so, and no longer than it is true.

import { signIn } from "./sign_in.js";

const SLOW = 400;

/** Shows one of the prepared states; each is in the page as a template, so that its words stand in one place. */
export class SavedState {
  constructor(place, goOn) {
    this.place = place;
    this.goOn = goOn;
    this.templates = new Map(
      Array.from(place.querySelectorAll("template"), (template) => [template.dataset.state, template]),
    );
    this.out = place.querySelector("output");
    this.out.addEventListener("submit", this);
  }

  show(state) {
    clearTimeout(this.timer);
    const wasSlow = "slow" in this.place.dataset;
    this.place.dataset.state = state.name;
    if (state.name === "saved") this.last = state;
    delete this.place.dataset.slow;
    // The words change at once; that it takes long is shown when it does.
    if (state.name === "saving" && wasSlow && this.shown === "saving") this.place.dataset.slow = "";
    else if (state.name === "saving") this.timer = setTimeout(() => { this.place.dataset.slow = ""; }, SLOW);
    if (state.name !== "idle") this.draw(state);
    else if (this.last) this.draw(this.last);
    else this.out.replaceChildren();
  }

  draw(state) {
    const template = this.templates.get(state.name);
    // A field in it may be being filled in: only the words change.
    if (this.shown !== state.name) this.out.replaceChildren(template.content.cloneNode(true));
    this.shown = state.name;
    const fill = {
      time: () => state.at.toLocaleTimeString("en-GB"),
      count: () => String(state.count),
      why: () => state.why ?? "",
      memos: () => (state.inPage ? `, ${state.inPage} of them in this open page only` : ""),
    };
    for (const hole of this.out.querySelectorAll("[data-fill]")) hole.textContent = fill[hole.dataset.fill]();
  }

  async handleEvent(event) {
    event.preventDefault();
    const said = await signIn(event.target);
    const place = this.out.querySelector("[data-said]");
    if (place) place.textContent = said;
    if (!said) this.goOn();
  }
}
