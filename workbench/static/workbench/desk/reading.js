// How one reads: size of the type, room between lines, nothing but text and lane, and whether single keys act. The choice
// is kept in a cookie of this browser, so that the server writes it into the next page and nothing jumps.

const KEEP_SECONDS = 60 * 60 * 24 * 365;

/** Works on the choices that the server wrote beside the text. */
export class Reading {
  constructor(desk, box) {
    this.desk = desk;
    this.form = box.querySelector("form");
    this.form.addEventListener("change", this);
  }

  get keysAreOff() { return "keysOff" in this.desk.dataset; }

  handleEvent(event) {
    event.stopPropagation();
    this.apply();
  }

  toggleQuiet() {
    const { quiet } = this.form.elements;
    quiet.checked = !quiet.checked;
    this.apply();
    return quiet.checked;
  }

  apply() {
    const { size, spacing, quiet, keys } = this.form.elements;
    const { dataset } = this.desk;
    dataset.size = size.value;
    dataset.spacing = spacing.value;
    this.desk.toggleAttribute("data-quiet", quiet.checked);
    this.desk.toggleAttribute("data-keys-off", !keys.checked);
    const kept = [size.value, spacing.value, Number(quiet.checked), Number(keys.checked)].join("-");
    document.cookie = `desk=${kept}; path=/; max-age=${KEEP_SECONDS}; samesite=lax`;
    this.desk.turn?.item.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
}
