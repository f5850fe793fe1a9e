// Words that show a move. The server counts code points; JavaScript counts UTF-16 units: everything is turned here.

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

/** Give the words selected inside this text as a span of code points, or null. */
export function selectedSpan(textElement) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0).cloneRange();
  if (!textElement.contains(range.startContainer) || !textElement.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(textElement);
  before.setEnd(range.startContainer, range.startOffset);
  const text = textElement.textContent;
  const from = before.toString().length;
  const [start, end] = wholeWords(text, from, from + range.toString().length);
  return start < end ? [toPoints(text, start), toPoints(text, end)] : null;
}

export function readSpans(chip) {
  const spans = chip.dataset.spans?.split(",") ?? [];
  return spans.map((span) => span.split("-").map(Number));
}

function markOf(chip) {
  const mark = document.createElement("mark");
  mark.className = "evidence";
  mark.dataset.slot = chip.dataset.slot;
  return mark;
}

/** Underline the evidence of a turn's codes in its text; where several overlap, one line lies below the other. */
export function drawEvidence(turn) {
  const element = turn.querySelector(".turn-text");
  const chips = [...turn.querySelectorAll(".chip[data-spans]")];
  if (!chips.length && !element.querySelector("mark")) return;
  const text = element.textContent;
  const pieces = chips.flatMap((chip) =>
    readSpans(chip).map(([start, end]) => ({ chip, start: toUnits(text, start), end: toUnits(text, end) })),
  );
  const cuts = [...new Set([0, text.length, ...pieces.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const nodes = cuts.slice(1).map((end, index) => {
    const start = cuts[index];
    const over = pieces.filter((piece) => piece.start <= start && piece.end >= end);
    return over.reduce((inner, { chip }) => {
      const mark = markOf(chip);
      mark.append(inner);
      return mark;
    }, document.createTextNode(text.slice(start, end)));
  });
  element.replaceChildren(...nodes);
  for (const chip of chips) quote(chip, text);
}

function quote(chip, text) {
  chip.querySelector(".chip-quote")?.remove();
  const element = document.createElement("q");
  element.className = "chip-quote";
  element.dir = "auto";
  const words = readSpans(chip).map(([start, end]) => text.slice(toUnits(text, start), toUnits(text, end)));
  element.textContent = words.join(" … ");
  chip.append(element);
}
