// Words that show a move. The server counts code points; JavaScript counts UTF-16 units: everything is turned here.

import { keepChosen } from "./words.js";

/** What is underlined in each text already: a text is written anew only when that changes. */
const drawn = new WeakMap();

const segmenter = globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;

/** Turn an offset in UTF-16 units into code points. */
export function toPoints(text, units) {
  let points = 0;
  for (let at = 0; at < units; at += text.codePointAt(at) > 0xffff ? 2 : 1) points += 1;
  return points;
}

/** Turn an offset in code points into UTF-16 units. */
export function toUnits(text, points) {
  let units = 0;
  for (let left = points; left > 0 && units < text.length; left -= 1) units += text.codePointAt(units) > 0xffff ? 2 : 1;
  return units;
}

/** Widen a stretch of text to whole words, and leave out the blanks at its ends. */
export function wholeWords(text, start, end) {
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  if (!segmenter || start === end) return [start, end];
  const words = segmenter.segment(text);
  const first = words.containing(start);
  const last = words.containing(end - 1);
  return [first.index, last.index + last.segment.length];
}

/** Give the words selected inside this text as a span of code points, or null; `exact` keeps it to the sign. */
export function selectedSpan(textElement, { exact = false } = {}) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!textElement.contains(range.startContainer) || !textElement.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(textElement);
  before.setEnd(range.startContainer, range.startOffset);
  const text = textElement.textContent;
  const from = before.toString().length;
  const to = from + range.toString().length;
  const [start, end] = exact ? [from, to] : wholeWords(text, from, to);
  return start < end ? [toPoints(text, start), toPoints(text, end)] : null;
}

export function readSpans(chip) {
  const spans = chip.dataset.spans?.split(",") ?? [];
  return spans.map((span) => span.split("-").map(Number));
}

/** Add a span to those of a coding: it takes the place of those it overlaps; said again, it goes. */
export function withSpan(spans, [start, end]) {
  if (spans.some(([from, to]) => from === start && to === end)) return spans.filter(([from, to]) => from !== start || to !== end);
  return [...spans.filter(([from, to]) => to <= start || from >= end), [start, end]].sort((a, b) => a[0] - b[0]);
}

function markOf({ chip, level }) {
  const mark = document.createElement("mark");
  mark.className = "evidence";
  mark.dataset.slot = chip.dataset.slot;
  if (level) mark.dataset.level = level;
  return mark;
}

/** Give each code its own height below the text, as far as its words overlap with those of codes before it. */
function levels(pieces) {
  const found = new Map();
  for (const { chip } of pieces) {
    if (found.has(chip)) continue;
    const own = pieces.filter((piece) => piece.chip === chip);
    const meets = (piece) => own.some(({ start, end }) => piece.start < end && piece.end > start);
    const taken = new Set(pieces.filter((piece) => found.has(piece.chip) && meets(piece)).map((piece) => found.get(piece.chip)));
    let level = 0;
    while (taken.has(level)) level += 1;
    found.set(chip, level);
  }
  return found;
}

/** Underline the evidence of a turn's codes in its text; where several overlap, one line lies below the other. */
export function drawEvidence(turn) {
  const element = turn.querySelector(".turn-text");
  const chips = [...turn.querySelectorAll(".chip[data-spans]")];
  const shown = chips.map((chip) => `${chip.dataset.slot} ${chip.dataset.spans}`).join("; ");
  if ((drawn.get(element) ?? "") === shown) {
    for (const chip of chips) quote(chip, element.textContent);
    return;
  }
  drawn.set(element, shown);
  const text = element.textContent;
  const pieces = chips.flatMap((chip) =>
    readSpans(chip).map(([start, end]) => ({ chip, start: toUnits(text, start), end: toUnits(text, end) })),
  );
  const heights = levels(pieces);
  for (const piece of pieces) piece.level = Math.min(heights.get(piece.chip), 3);
  const cuts = [...new Set([0, text.length, ...pieces.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const nodes = cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const over = pieces.filter((piece) => piece.start <= start && piece.end >= end);
    return over.reduce((inner, piece) => {
      const mark = markOf(piece);
      mark.append(inner);
      return mark;
    }, document.createTextNode(text.slice(start, end)));
  });
  keepChosen(element, () => element.replaceChildren(...nodes));
  for (const chip of chips) quote(chip, text);
}

function quote(chip, text) {
  chip.querySelector(".chip-quote")?.remove();
  const element = document.createElement("q");
  element.className = "chip-quote";
  element.dir = "auto";
  const words = readSpans(chip).map(([start, end]) => text.slice(toUnits(text, start), toUnits(text, end)));
  element.textContent = words.join(" … ");
  chip.insertBefore(element, chip.querySelector(".chip-link"));
}
