// The saved state in the top bar: “saved” only after the server has said so.

const SLOW = 400;

function words(count, what) {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}

/** Shows one of the prepared states; each is in the page as a template, so that its words stand in one place. */
export class SavedState {
  constructor(place) {
    this.place = place;
    this.templates = new Map(
      Array.from(place.querySelectorAll("template"), (template) => [template.dataset.state, template]),
    );
    this.out = place.querySelector("output");
  }

  show(state) {
    clearTimeout(this.timer);
    // A save that is quick changes no words; what is true at this moment stands here all the same.
    this.place.dataset.state = state.name;
    if (state.name === "saving" && this.shown !== "unsent") this.timer = setTimeout(() => this.draw(state), SLOW);
    else if (state.name !== "idle") this.draw(state);
  }

  draw(state) {
    this.shown = state.name;
    const part = this.templates.get(state.name).content.cloneNode(true);
    const fill = {
      time: () => state.at.toLocaleTimeString("en-GB"),
      count: () => words(state.count, "act"),
      why: () => state.why ?? "",
    };
    for (const hole of part.querySelectorAll("[data-fill]")) hole.textContent = fill[hole.dataset.fill]();
    this.out.replaceChildren(part);
  }
}
