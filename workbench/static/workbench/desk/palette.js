// The palette: which codes the current turn has and may have, what the last or hovered one means, and the finder.

/** Works on the ledger of codes that the server wrote; every code keeps its place. */
export class Palette {
  constructor(root, book) {
    this.root = root;
    this.book = book;
    this.heading = root.querySelector("h2");
    this.gate = root.querySelector(".palette-gate");
    this.define = root.querySelector(".define");
    this.input = root.querySelector("input[type=search]");
  }

  /** Show what stands on this turn and what its speaker's role allows. */
  show(turn) {
    this.heading.textContent = `Codes for turn ${turn.position}`;
    let gated = new Set();
    for (const code of this.book.codes) {
      const { button } = code;
      const given = turn.chip(code.key);
      button.ariaPressed = String(Boolean(given));
      const allowed = code.appliesTo(turn.role);
      if (!allowed) gated = new Set([...gated, ...code.roles]);
      button.ariaDisabled = allowed ? null : "true";
      button.querySelector(".sr").textContent = allowed ? "" : `, for ${code.roles.join(" and ")} turns only`;
      this.rate(button, given);
    }
    this.gate.textContent = gated.size ? `Dashed keys: ${[...gated].join(" and ")} turns only` : "";
  }

  rate(button, chip) {
    button.querySelector("[data-rate], .owed")?.remove();
    const sign = chip?.querySelector("[data-rate], .owed");
    if (sign) button.append(sign.cloneNode(true));
  }

  /** Show what a code, or another thing with a prepared text, means. */
  explain(name) {
    const prepared = document.getElementById(`define-${name}`);
    if (!prepared || this.explained === name || this.held) return;
    this.explained = name;
    this.define.replaceChildren(prepared.content.cloneNode(true));
    this.define.dataset.slot = prepared.dataset.slot ?? "stone";
    this.define.scrollTop = 0;
    for (const code of this.book.codes) code.button.classList.toggle("is-read", code.key === name);
  }

  /** Dim the codes whose key does not begin with a letter that was pressed. */
  begin(letter) {
    for (const { button, letter: key } of this.book.codes) button.classList.toggle("is-out", Boolean(letter) && !key.startsWith(letter));
  }

  // The finder -----------------------------------------------------------------------------------------------------

  matches(wanted) {
    return wanted ? this.book.codes.filter((code) => `${code.name} ${code.key}`.toLowerCase().includes(wanted)) : [];
  }

  /** Dim the codes that do not match; give the first that does. */
  find(words) {
    const wanted = words.trim().toLowerCase();
    const found = this.matches(wanted);
    for (const code of this.book.codes) code.button.classList.toggle("is-out", Boolean(wanted) && !found.includes(code));
    if (found.length) this.explain(found[0].key);
    return found[0] ?? null;
  }
}
