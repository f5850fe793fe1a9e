// Words chosen by the keyboard: one on, one back, more or fewer; with Alt sign by sign. They become a code's evidence.

const by = (granularity) => (globalThis.Intl?.Segmenter ? new Intl.Segmenter(undefined, { granularity }) : null);
const words = by("word");
const signs = by("grapheme");

/** Give the stretches of the words of a text, in UTF-16 units. */
function wordsOf(text) {
  if (!words) return Array.from(text.matchAll(/\S+/g), (found) => [found.index, found.index + found[0].length]);
  return Array.from(words.segment(text))
    .filter((one) => one.isWordLike)
    .map((one) => [one.index, one.index + one.segment.length]);
}

function offsetIn(element, node, offset) {
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(node, offset);
  return before.toString().length;
}

/** Redraw a text without losing what is chosen in it. */
export function keepChosen(element, redraw) {
  const chosen = selectedIn(element);
  redraw();
  if (chosen) select(element, ...chosen);
}

/** Give where the selection begins and ends in a text, as one made it, or null. */
function selectedIn(element) {
  const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = getSelection();
  if (isCollapsed || !element.contains(anchorNode) || !element.contains(focusNode)) return null;
  return [offsetIn(element, anchorNode, anchorOffset), offsetIn(element, focusNode, focusOffset)];
}

function place(element, offset) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let left = offset;
  while (walker.nextNode()) {
    if (left <= walker.currentNode.length) return [walker.currentNode, left];
    left -= walker.currentNode.length;
  }
  return [element, element.childNodes.length];
}

function select(element, from, to) {
  getSelection().setBaseAndExtent(...place(element, from), ...place(element, to));
  return element.textContent.slice(Math.min(from, to), Math.max(from, to));
}

/**
 * Choose the next word of a text, or with `extend` one word more or fewer; `exact` goes by signs instead.
 *
 * Gives the chosen words. In a text that runs from the right, the keys follow the eye.
 */
export function chooseWords(element, step, { extend, exact }) {
  const text = element.textContent;
  const forward = getComputedStyle(element).direction === "rtl" ? -step : step;
  const found = wordsOf(text);
  if (!found.length) return "";
  const chosen = selectedIn(element);
  if (!chosen) return select(element, ...found.at(forward > 0 ? 0 : -1));
  const [anchor, focus] = chosen;
  if (exact) return select(element, anchor, bySign(text, focus, forward));
  const holding = (unit) => Math.max(0, found.findLastIndex(([start]) => start <= unit));
  const back = focus < anchor;
  const last = Math.min(found.length - 1, Math.max(0, holding(back ? focus : focus - 1) + forward));
  const first = extend ? holding(back ? anchor - 1 : anchor) : last;
  return last < first ? select(element, found[first][1], found[last][0]) : select(element, found[first][0], found[last][1]);
}

function bySign(text, unit, forward) {
  const ends = signs ? Array.from(signs.segment(text), (one) => one.index) : Array.from(text, (_, index) => index);
  ends.push(text.length);
  return (forward > 0 ? ends.find((end) => end > unit) : ends.findLast((end) => end < unit)) ?? unit;
}
