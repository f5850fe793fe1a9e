// The theme switch. The choice is kept in a cookie, so that the server writes it into the next page and nothing flashes.

const KEEP_SECONDS = 60 * 60 * 24 * 365;
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/** Change between light and dark; going back to what the system shows follows the system again. */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", this);
    systemIsDark.addEventListener("change", this);
    this.name();
  }

  disconnectedCallback() {
    systemIsDark.removeEventListener("change", this);
  }

  get isDark() {
    const { theme } = document.documentElement.dataset;
    return theme === "dark" || (theme !== "light" && systemIsDark.matches);
  }

  handleEvent(event) {
    if (event.type === "click") this.turn();
    this.name();
  }

  turn() {
    const dark = !this.isDark;
    const theme = dark === systemIsDark.matches ? "auto" : dark ? "dark" : "light";
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${KEEP_SECONDS}; samesite=lax`;
  }

  name() {
    this.button.setAttribute("aria-label", this.isDark ? "Change to the light theme" : "Change to the dark theme");
  }
}

customElements.define("wb-theme", ThemeSwitch);
