// An act drawn before its answer is there, the way the server will draw it. The answer then replaces the drawing.

import { element, icon, mark } from "./elements.js";

const UNFINISHES = new Set(["unfinish", "clear"]);

/** Draw an act on its turn; `snapshots` keeps how the turn was, for an undo that is drawn before its answer too. */
export function predict(turn, act, snapshots) {
  snapshots.set(act.id, turn.snapshot());
  if (act.kind === "undo") {
    const before = snapshots.get(act.act);
    if (before) turn.show(before.parts.map((part) => part.cloneNode(true)), before.state);
    return;
  }
  turn.needLane();
  DRAW[act.kind]?.(turn, act);
  const whole = !turn.isEmpty && !turn.owing;
  const finished = whole && (act.kind === "finish" || (turn.finished && !UNFINISHES.has(act.kind)));
  turn.settle(finished ? (turn.flagged ? "flagged" : "judged") : "open");
}

const DRAW = {
  give(turn, act) {
    const code = turn.book.byKey.get(act.code);
    if (!code) return;
    outcome(turn, "");
    for (const chip of turn.chips) {
      const other = turn.book.byKey.get(chip.dataset.code);
      if (code.exclusive && other !== code && other.family === code.family) remove(turn, other.key);
    }
    if (!turn.chip(code.key)) add(turn, code);
    if (act.rating) rate(turn, code, act.rating);
    if (act.spans) spans(turn, code.key, act.spans);
  },
  take: (turn, act) => remove(turn, act.code),
  rate: (turn, act) => rate(turn, turn.book.byKey.get(act.code), act.rating),
  outcome: (turn, act) => outcome(turn, act.outcome, act.reason),
  clear: (turn) => outcome(turn, ""),
  flag: (turn, act) => line(turn, "flag", "i-flag", act.flag ? "Flagged for the meeting" : ""),
  memo: (turn, act) => line(turn, "memo", "i-memo", act.memo),
  coding_memo: (turn, act) => codingMemo(turn, act.code, act.memo),
  evidence: (turn, act) => spans(turn, act.code, act.spans),
  attribute: (turn, act) => attribute(turn, act),
  link: (turn, act) => link(turn, act),
  unlink: (turn, act) => unlink(turn, act),
};

function add(turn, code) {
  let list = turn.lane.querySelector(".lane-codes");
  if (!list) {
    list = element("ul", { className: "lane-codes", role: "list" });
    turn.lane.prepend(list);
  }
  const chip = element("li", { className: "chip" }, mark(code.slot), element("span", { className: "chip-name" }, code.name));
  chip.dataset.slot = code.slot;
  chip.dataset.code = code.key;
  const defaults = code.attributes.filter((one) => one.default).map((one) => [one.key, one.default]);
  if (defaults.length) chip.dataset.attributes = JSON.stringify(Object.fromEntries(defaults));
  const order = (one) => turn.book.codes.indexOf(turn.book.byKey.get(one));
  const after = turn.chips.find((one) => order(one.dataset.code) > order(code.key));
  list.insertBefore(chip, after ?? null);
  rate(turn, code, null);
}

function remove(turn, key) {
  turn.chip(key)?.remove();
  if (!turn.chips.length) turn.lane.querySelector(".lane-codes")?.remove();
}

function rate(turn, code, rating) {
  const { book } = turn;
  const chip = turn.chip(code.key);
  chip?.querySelector("[data-rate], .owed")?.remove();
  if (!chip || (rating === null && !book.owesRating(code))) return;
  const bars = book.highest <= 3;
  const sign = element("span", { role: "img" });
  if (rating === null) {
    sign.className = "owed";
    sign.ariaLabel = "rating owed";
    sign.textContent = bars ? book.numbers.join(" ") : `${book.lowest}–${book.highest}`;
  } else {
    sign.className = bars ? "rate" : "rate-number";
    sign.ariaLabel = `rated ${rating} of ${book.highest}`;
    sign.dataset.rate = rating;
    sign.textContent = bars ? "" : rating;
  }
  chip.querySelector(".chip-name").after(sign);
}

function outcome(turn, said, reason) {
  turn.lane.querySelector("[data-outcome]")?.remove();
  if (!said) return;
  const words = element("span", {}, said === "none" ? "none applies" : "uncodable");
  if (reason) words.append(": ", element("q", {}, reason));
  const made = element("p", { className: "chip-none" }, mark("stone"), words);
  made.dataset.outcome = said;
  turn.lane.prepend(made);
}

function line(turn, name, iconId, words) {
  turn.lane.querySelector(`[data-${name}]`)?.remove();
  if (!words) return;
  const made = element("p", { className: "memo" }, icon(iconId), element("span", { dir: "auto" }, words));
  made.dataset[name] = "";
  turn.lane.insertBefore(made, turn.lane.querySelector(".lane-form, .lane-said"));
}

function codingMemo(turn, key, memo) {
  const chip = turn.chip(key);
  chip?.querySelector(".chip-memo")?.remove();
  if (chip && memo) chip.append(element("span", { className: "chip-memo", dir: "auto" }, memo));
}

function spans(turn, key, said) {
  const chip = turn.chip(key);
  if (!chip) return;
  chip.querySelector(".chip-quote")?.remove();
  if (said.length) chip.dataset.spans = said.map((span) => span.join("-")).join(",");
  else delete chip.dataset.spans;
}

function unlink(turn, { code, to_position, to_code, link: kind = "" }) {
  const links = turn.chip(code)?.querySelectorAll("[data-to]") ?? [];
  for (const one of links) if (one.dataset.to === `${to_position}:${to_code}` && one.dataset.kind === kind) one.remove();
}

function link(turn, act) {
  const target = turn.book.byKey.get(act.to_code);
  const chip = turn.chip(act.code);
  if (!chip || !target) return;
  unlink(turn, act);
  const kind = turn.book.linkRules.find((rule) => rule.key === act.link)?.name;
  const words = `to turn ${act.to_position}: ${target.name}`;
  const made = element("a", { className: "chip-link", href: `#turn-${act.to_position}` }, kind ? `${kind} ${words}` : words);
  Object.assign(made.dataset, { to: `${act.to_position}:${act.to_code}`, kind: act.link ?? "" });
  chip.append(made);
}

function attribute(turn, { code: key, attribute: name, value }) {
  const chip = turn.chip(key);
  if (!chip) return;
  const code = turn.book.byKey.get(key);
  const said = { ...JSON.parse(chip.dataset.attributes ?? "{}"), [name]: value };
  if (!value) delete said[name];
  chip.dataset.attributes = JSON.stringify(said);
  const words = code.attributes
    .filter((one) => said[one.key] && said[one.key] !== one.default)
    .map((one) => `${one.label}: ${one.values[said[one.key]] ?? said[one.key]}`);
  chip.querySelector(".chip-said")?.remove();
  if (words.length) chip.querySelector(".chip-name").after(element("span", { className: "chip-said" }, words.join(" · ")));
}
