// Acts and answers: each act is drawn at once and sent at once; what the server answers is what stands.

import { predict } from "./drawing.js";

/** Keeps the turns, the strip and the counts in step with what was done and what the server said. */
export class Record {
  constructor(desk, { total, asked, judged }) {
    this.desk = desk;
    this.total = Number(asked ?? total);
    this.judged = Number(judged);
    this.snapshots = new Map();
    this.submitLink = document.querySelector("[data-submit]");
  }

  /** Do an act on the current turn; it can be undone. */
  act(said, options) {
    const { turn } = this.desk.cursor;
    const act = this.desk.queue.push({ position: turn.position, ...said }, options);
    this.desk.visit.did(act);
    turn.say("");
    this.draw(act);
    return act;
  }

  /** Send an act that is an undoing itself. */
  send(said) {
    const act = this.desk.queue.push(said);
    this.draw(act);
    return act;
  }

  draw(act) {
    const turn = this.desk.cursor.turnAt(act.position);
    if (turn) this.changing(turn, () => predict(turn, act, this.snapshots));
  }

  /** Bring a turn that came onto the page up to date: with what was answered on its way, and what still waits. */
  redraw(position, late) {
    const turn = this.desk.cursor.turnAt(position);
    const waiting = this.desk.queue.waitingFor(position);
    if (!late && !waiting.length && this.desk.hour.agrees(position, turn.item.dataset.state)) return;
    this.changing(turn, () => {
      if (late) turn.showMarkup(late.lane, late.state);
      for (const act of waiting) predict(turn, act, this.snapshots);
    });
  }

  changing(turn, change) {
    change();
    this.count(turn.position, turn.item.dataset.state, turn);
    if (turn.position === this.desk.cursor.turn?.position) this.desk.cursor.refresh();
  }

  count(position, state, turn = null) {
    const step = this.desk.hour.note(position, state);
    this.judged += step;
    this.desk.strip.update(position, turn, step, this.judged, this.total);
    if (this.submitLink) this.countDown(this.total - this.judged);
  }

  /** Say what another tab did to this turn meanwhile; an undo is drawn from memory, and settles nothing. */
  tellOfOthers(position, before, after, pairs) {
    const own = pairs.filter(([, answer]) => answer.position === position);
    if (!own.length || own.some(([act]) => !act || act.kind === "undo")) return;
    const come = after.filter((one) => !before.includes(one));
    const gone = before.filter((one) => !after.includes(one));
    const words = [...come.map((one) => `${one} stands now`), ...gone.map((one) => `${one} is gone`)];
    if (words.length) this.desk.say(`Changed in another window meanwhile: ${words.join(", ")}.`, position);
  }

  countDown(left) {
    const words = `Submit: ${left.toLocaleString("en-GB")} turn${left === 1 ? "" : "s"} left`;
    this.submitLink.textContent = left ? words : "Submit";
    this.submitLink.classList.toggle("button-main", !left);
  }

  /** List the codings of earlier turns: those on the page as they are drawn, the others as the server has them. */
  async earlier(position) {
    const here = new Map();
    for (const item of document.querySelectorAll(".turn")) {
      const at = Number(item.id.slice(5));
      if (at >= position) break;
      here.set(at, this.desk.cursor.turnAt(at));
    }
    const drawn = [...here].flatMap(([at, turn]) =>
      turn.chips.map((chip) => ({ position: at, code: chip.dataset.code, words: turn.text.textContent.slice(0, 90) })),
    );
    if (here.size >= position - 1) return drawn;
    try {
      const answer = await fetch(`codings/?before=${position}`, { headers: { Accept: "application/json" } });
      const { codings } = await answer.json();
      return [...codings.filter((one) => !here.has(one.position)), ...drawn];
    } catch {
      return drawn;
    }
  }

  /** Show the turns as the server has them, with the acts that still wait drawn on top. */
  answered(pairs) {
    const answers = pairs.flatMap(([, answer]) => [...(answer.others ?? []), answer]);
    const turns = new Map(answers.map((answer) => [answer.position, answer]));
    for (const [position, answer] of turns) {
      const turn = this.desk.cursor.turnAt(position);
      if (answer.lane === undefined) continue;
      if (!turn) {
        this.desk.hour.late?.set(position, answer);
        this.count(position, answer.state);
        continue;
      }
      const before = turn.said();
      const waiting = this.desk.queue.waitingFor(position);
      this.changing(turn, () => {
        turn.showMarkup(answer.lane, answer.state);
        for (const act of waiting) predict(turn, act, this.snapshots);
      });
      if (!waiting.length && !answer.said) this.tellOfOthers(position, before, turn.said(), pairs);
    }
    for (const [act, answer] of pairs) {
      if (answer.refused && act) this.desk.visit.forget(act.id);
      if (answer.said) this.desk.say(answer.said, answer.position, act?.seq);
    }
  }
}
