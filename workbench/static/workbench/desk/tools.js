// What can be done with the current turn, written out in it: ratings and attributes of the last code, memo, flag, finish.

import { element } from "./elements.js";

/** One row of tools that goes with the cursor. */
export class Tools {
  constructor(row) {
    this.row = row;
    this.rate = row.querySelector(".rate-tool");
    this.asked = row.querySelector(".asked");
  }

  /** Put the row into the turn and let it speak about the last code given. */
  show(turn, code) {
    this.row.hidden = false;
    if (this.row.parentElement !== turn.item) turn.item.append(this.row);
    const given = code && turn.chip(code.key);
    this.rate.hidden = !given || !code.rated;
    if (!this.rate.hidden) {
      this.rate.querySelector(".rate-name").textContent = `rate “${code.name}”`;
      const rating = turn.rating(code.key);
      for (const button of this.rate.querySelectorAll("button")) {
        button.ariaPressed = String(Number(button.dataset.rate) === rating);
      }
    }
    this.press("flag", turn.flagged);
    for (const outcome of ["none", "uncodable"]) {
      this.press(outcome, turn.outcome === outcome);
      this.tool(outcome).hidden = turn.chips.length > 0;
    }
    this.ask(given ? code : null, given);
    this.tool("finish").firstElementChild.textContent = turn.finished ? "Go on" : "Finish turn";
  }

  tool(name) {
    return this.row.querySelector(`[data-tool=${name}]`);
  }

  press(name, on) {
    this.tool(name).ariaPressed = String(on);
  }

  /** Write the questions asked about a code; while one of them is being answered they stay as they are. */
  ask(code, chip) {
    const said = JSON.parse(chip?.dataset.attributes ?? "{}");
    const key = code ? `${code.key}${JSON.stringify(said)}` : "";
    if (this.askedKey === key) return;
    this.askedKey = key;
    const questions = code?.attributes ?? [];
    this.asked.hidden = !questions.length;
    const words = Object.entries(said).map(([name, value]) => `${name}: ${value}`);
    this.asked.querySelector(".asked-sum").textContent = words.join(" · ") || "say more";
    if (this.asked.contains(document.activeElement) && code?.key === this.askedCode) return;
    this.askedCode = code?.key;
    this.asked.querySelector(".asked-fields").replaceChildren(...questions.map((one) => this.question(one, said)));
    if (questions.some((one) => one.required && !said[one.key])) this.asked.open = true;
  }

  /** Open the questions and go to the first. */
  goAsk() {
    if (this.asked.hidden) return false;
    this.asked.open = true;
    this.asked.querySelector("select, input").focus();
    return true;
  }

  question({ key, label, values }, said) {
    const names = Object.entries(values);
    const field = names.length ? element("select") : element("input", { type: "text", maxLength: 200, autocomplete: "off" });
    if (names.length) {
      field.append(element("option", { value: "" }, "not said"));
      for (const [value, name] of names) field.append(element("option", { value }, name === value ? name : `${value}: ${name}`));
    }
    field.value = said[key] ?? "";
    field.dataset.attribute = key;
    return element("label", { className: "asked-field" }, element("span", {}, label), field);
  }
}
