// What can be asked of the desk, by key or by click. Acts say set or unset; which of the two, the page shows.

import { readSpans, selectedSpan, withSpan } from "./evidence.js";
import { choices } from "./links.js";
import { chooseWords } from "./words.js";

/** Do nothing: a key that is held down. */
export function nothing() {}

export function move(desk, step) {
  desk.cursor.go(desk.hour.beside(desk.turn.position, step));
}

export function leave(desk) {
  getSelection().removeAllRanges();
  desk.turn.say("");
  desk.cursor.focus();
}

/** Find a code by its name, or words anywhere in the hour. */
export function find(desk) {
  desk.finder.open();
}

/** Go to a turn by its number. */
export function goTo(desk) {
  desk.finder.open({ said: ":" });
}

export function help(desk) {
  desk.palette.explain("keys");
  desk.tell("All keys are listed below the codes.");
}

/** Give the code of a letter; in large codebooks the first of two letters waits for the second. */
export function code(desk, letter) {
  const keys = desk.begun + letter;
  if (!desk.begun && desk.book.beginnings.has(letter)) {
    desk.begin(letter);
    return;
  }
  desk.begin("");
  const found = desk.book.byLetter.get(keys);
  if (found) give(desk, found);
  else desk.say(`No code has the key ${keys}.`);
}

/** Choose words of the turn: they are the evidence of the code that is given next. */
export function words(desk, step, how) {
  desk.exact = how.exact || (how.extend && desk.exact);
  const chosen = chooseWords(desk.turn.text, step, how);
  desk.tell(chosen ? `Chosen: ${chosen}` : "This turn has no words.");
}

/** Show nothing but text and lane, or everything again. */
export function quiet(desk) {
  desk.tell(desk.reading.toggleQuiet() ? "Quiet: text and codes alone. Shift and Q show everything again." : "Everything is shown.");
}

/** Change the answer to the first question about the last code: here, then there, and round again. */
export function nextAnswer(desk) {
  const code = desk.cursor.last;
  const question = code?.attributes.find((one) => Object.keys(one.values).length);
  if (!question) {
    desk.say("The codebook asks nothing with given answers about this turn's last code.");
    return;
  }
  const values = Object.keys(question.values);
  const value = values[(values.indexOf(desk.turn.answer(code.key, question.key)) + 1) % values.length];
  desk.record.act({ kind: "attribute", code: code.key, attribute: question.key, value });
  desk.tell(`${code.name}, ${question.label}: ${question.values[value]}`);
}

/** Give a code or take it; with words selected, give it with these words as its evidence. */
export function give(desk, code) {
  const { turn } = desk;
  desk.palette.explain(code.key);
  if (!code.appliesTo(turn.role)) {
    desk.say(`“${code.name}” is for ${code.roles.join(" and ")} turns; this is a ${turn.role} turn.`);
    return;
  }
  const span = selectedSpan(turn.text, desk);
  desk.exact = false;
  if (span) getSelection().removeAllRanges();
  const given = Boolean(turn.chip(code.key));
  if (given && span) desk.record.act({ kind: "evidence", code: code.key, spans: withSpan(readSpans(turn.chip(code.key)), span) });
  else if (given) desk.record.act({ kind: "take", code: code.key });
  else if (turn.chips.length >= desk.book.limit && !replaces(turn, code)) {
    desk.say(`At most ${desk.book.limit} codes a turn: take one away first.`);
    return;
  } else desk.record.act({ kind: "give", code: code.key, ...(span && { spans: [span] }) });
  if (!given || span) desk.cursor.last = code;
  desk.cursor.refresh();
  desk.tell(given && !span ? `${code.name} taken` : `${code.name} given`);
}

function replaces(turn, code) {
  const families = turn.chips.map((chip) => turn.book.byKey.get(chip.dataset.code).family);
  return code.exclusive && families.includes(code.family);
}

export function rate(desk, rating) {
  const { turn, book } = desk;
  const rated = turn.chips.map((chip) => book.byKey.get(chip.dataset.code)).filter((code) => code.rated);
  const code = desk.cursor.last?.rated ? desk.cursor.last : (turn.owing ?? rated.at(-1));
  if (!code || !turn.chip(code.key)) desk.say("Give a code first: a rating belongs to the last code given.");
  else if (!book.numbers.includes(rating)) desk.say(`Ratings go from ${book.lowest} to ${book.highest}.`);
  else {
    desk.record.act({ kind: "rate", code: code.key, rating });
    desk.tell(`${code.name} rated ${rating}`);
  }
}

export function none(desk) {
  const { turn } = desk;
  if (turn.chips.length) desk.say("Take the codes away first: a turn has codes, or it is “none applies”.");
  else if (turn.outcome === "none") desk.record.act({ kind: "clear" });
  else desk.record.act({ kind: "outcome", outcome: "none" });
  if (!turn.chips.length) desk.tell(turn.outcome ? "None applies" : "None applies taken away");
}

export function uncodable(desk) {
  const { turn } = desk;
  if (turn.chips.length) {
    desk.say("Take the codes away first: a turn has codes, or it is “uncodable”.");
    return;
  }
  desk.form.open(turn, {
    label: "Uncodable, because (may stay empty)",
    text: turn.reason,
    longest: 500,
    lines: 2,
    keep: (reason) => desk.record.act({ kind: "outcome", outcome: "uncodable", reason }),
  });
}

export function memo(desk) {
  desk.form.open(desk.turn, {
    label: `Memo on turn ${desk.turn.position}`,
    text: desk.turn.memo,
    longest: 20_000,
    lines: 4,
    keep: (text) => desk.record.act({ kind: "memo", memo: text }),
  });
}

export function codingMemo(desk) {
  const code = desk.cursor.last;
  if (!code) {
    desk.say("Give a code first: this memo belongs to the last code given.");
    return;
  }
  desk.form.open(desk.turn, {
    label: `Memo on “${code.name}”`,
    text: desk.turn.chip(code.key)?.querySelector(".chip-memo")?.textContent ?? "",
    longest: 20_000,
    lines: 3,
    keep: (text) => desk.record.act({ kind: "coding_memo", code: code.key, memo: text }),
  });
}

/** Say more about the last code: where it was lived, towards whom. */
export function more(desk) {
  if (!desk.tools.goAsk()) desk.say("The codebook asks nothing more about this turn's last code.");
}

/** Link the last code given to an earlier coding, such as this naming to that pull; a link that stands is taken away. */
export async function link(desk) {
  const { turn } = desk;
  const code = desk.cursor.last;
  if (!code) {
    desk.say("Give a code first: a link leads from the last code given to an earlier one.");
    return;
  }
  const earlier = await desk.record.earlier(turn.position);
  if (desk.turn.position !== turn.position) return;
  const isOn = (one) => turn.hasLink(code.key, one);
  const list = choices(desk, code, earlier).map((one) => ({ ...one, isOn: isOn(one) }));
  if (!list.length) {
    desk.say(`No code of an earlier turn can be linked to “${code.name}” yet.`);
    return;
  }
  desk.linkForm.openList(turn, {
    label: `“${code.name}” leads back to`,
    list,
    keep: (one) => {
      const ends = { code: code.key, to_position: one.position, to_code: one.code, link: one.kind.key };
      desk.record.act({ kind: one.isOn ? "unlink" : "link", ...ends });
      desk.tell(`${code.name} ${one.isOn ? "no longer linked" : "linked"} to turn ${one.position}, ${one.target.name}`);
    },
  });
}

/** Open the rater's own note on the hour. */
export function note(desk) {
  desk.note.open();
}

export function flag(desk) {
  desk.record.act({ kind: "flag", flag: !desk.turn.flagged });
  desk.tell(desk.turn.flagged ? "Flagged" : "Flag taken down");
}

/** Finish the turn and go to the next open one; what is missing is said beside the turn. */
export function finish(desk) {
  const { turn, book } = desk;
  desk.form.commit();
  if (desk.hour.isAside(turn.position)) nextOpen(desk, turn);
  else if (turn.isEmpty) desk.say("Give a code, press 0 if none applies, or - if the turn cannot be coded.");
  else if (turn.owing) {
    desk.cursor.last = turn.owing;
    desk.cursor.refresh();
    desk.palette.explain(turn.owing.key);
    desk.say(`Rate “${turn.owing.name}” first: press one of ${book.numbers.join(", ")}.`);
  } else if (turn.unanswered) {
    const [code, question] = turn.unanswered;
    desk.cursor.last = code;
    desk.cursor.refresh();
    desk.say(`Say the ${question.label} of “${code.name}” first: press the comma.`);
  } else {
    if (!turn.finished) desk.record.act({ kind: "finish" });
    nextOpen(desk, turn);
  }
}

function nextOpen(desk, turn) {
  const position = desk.hour.nextOpen(turn.position);
  if (position) desk.cursor.go(position);
  else desk.say("Every turn is judged. Submit when you are ready.");
}

export function undo(desk) {
  back(desk, desk.visit.undo((act) => step(desk, act)), "Undone", "There is nothing to undo in this visit.");
}

export function redo(desk) {
  back(desk, desk.visit.redo((act) => step(desk, act)), "Done again", "There is nothing to do again.");
}

function step(desk, act) {
  return desk.record.send({ kind: "undo", position: act.position, act: act.id });
}

function back(desk, act, word, nothingLeft) {
  if (!act) {
    desk.say(nothingLeft);
    return;
  }
  desk.form.close();
  desk.cursor.go(act.position);
  if (desk.turn.position === act.position) {
    desk.cursor.last = desk.cursor.lastOf(desk.turn);
    desk.cursor.refresh();
  }
  desk.tell(`${word}: turn ${act.position}`);
}
