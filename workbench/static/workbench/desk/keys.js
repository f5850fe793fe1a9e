// From a key to what it means on the desk.

const NAMED = {
  ArrowDown: ["move", 1],
  ArrowUp: ["move", -1],
  Enter: ["finish"],
  Escape: ["leave"],
  0: ["none"],
  "-": ["uncodable"],
  ",": ["more"],
  ";": ["nextAnswer"],
  ".": ["flag"],
  "/": ["find"],
  ":": ["goTo"],
  "?": ["help"],
  ">": ["link"],
};
const LETTERS = {
  J: ["move", 1],
  K: ["move", -1],
  M: ["memo"],
  Z: ["undo"],
};
const SHIFTED = { M: ["codingMemo"], N: ["note"], Q: ["quiet"], Z: ["redo"] };
const MAY_REPEAT = new Set(["move", "undo", "redo", "words"]);

/** Say what a key press asks for, as a name with arguments, or null when it is not ours. */
export function command(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const { shiftKey: extend, altKey: exact } = event;
  if (step && !event.ctrlKey && !event.metaKey && (extend || !exact)) return ["words", step, { extend, exact }];
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return null;
  const found = named(event);
  return found && event.repeat && !MAY_REPEAT.has(found[0]) ? ["nothing"] : found;
}

function named(event) {
  if (Object.hasOwn(NAMED, event.key)) return NAMED[event.key];
  if (/^[1-9]$/.test(event.key)) return ["rate", Number(event.key)];
  const letter = letterOf(event);
  if (!letter) return null;
  return (event.shiftKey && SHIFTED[letter]) || LETTERS[letter] || ["code", letter];
}

/** Give the letter of a key; on a keyboard without Latin letters, the one in its place. */
function letterOf({ key, code }) {
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  return key.length === 1 && /\p{L}/u.test(key) && code.startsWith("Key") ? code.slice(3) : "";
}

/** Say whether a press is of a single character key, which people who speak or dictate can switch off (WCAG 2.1.4). */
export function isSingle({ key }) {
  return key.length === 1 && key !== " ";
}
