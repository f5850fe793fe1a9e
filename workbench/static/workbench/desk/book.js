// The codebook as the page shows it: each code is its button in the palette, which holds what the rules need.

/** One code, read from its button. */
class Code {
  constructor(button) {
    const { code, slot, family, exclusive, rated, roles, letter, attributes } = button.dataset;
    Object.assign(this, { button, key: code, slot, family, letter });
    this.name = button.querySelector(".code-name").textContent;
    this.exclusive = exclusive === "true";
    this.rated = rated === "true";
    this.roles = JSON.parse(roles);
    this.attributes = JSON.parse(attributes);
  }

  appliesTo(role) {
    return !this.roles.length || this.roles.includes(role);
  }
}

/** The codes by key and by letter, the limit and the scale of this version. */
export class Book {
  constructor(palette) {
    const { limit, lowest, highest, ratingRequired } = palette.dataset;
    this.limit = limit ? Number(limit) : Infinity;
    this.lowest = Number(lowest);
    this.highest = Number(highest);
    this.ratingRequired = ratingRequired === "true";
    this.linkRules = JSON.parse(palette.dataset.links);
    this.codes = Array.from(palette.querySelectorAll(".code-key"), (button) => new Code(button));
    this.byKey = new Map(this.codes.map((code) => [code.key, code]));
    this.byLetter = new Map(this.codes.filter((code) => code.letter).map((code) => [code.letter, code]));
    /** Letters that wait for a second one, in codebooks with more codes than letters. */
    this.beginnings = new Set([...this.byLetter.keys()].filter((key) => key.length > 1).map((key) => key[0]));
  }

  owesRating(code) {
    return this.ratingRequired && code.rated;
  }

  /** The kinds of link that the codebook lets lead from one code to another; it may leave them free. */
  linkKinds(origin, target) {
    if (!this.linkRules.length) return [{ key: "", name: "" }];
    const among = (allowed, code) => !allowed.length || allowed.includes(code.key) || allowed.includes(code.family);
    return this.linkRules.filter((rule) => among(rule.from, origin) && among(rule.to, target));
  }

  get numbers() {
    return Array.from({ length: this.highest - this.lowest + 1 }, (_, index) => this.lowest + index);
  }
}
