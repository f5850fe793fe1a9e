// Acts and answers: each act is drawn at once and sent at once; what the server answers is what stands.

import { predict } from "./drawing.js";

/** Keeps the turns, the strip and the counts in step with what was done and what the server said. */
export class Record {
  constructor(desk, { total, judged }) {
    this.desk = desk;
    this.total = Number(total);
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

  changing(turn, change) {
    const before = turn.finished;
    change();
    const step = turn.finished - before;
    this.judged += step;
    this.desk.strip.update(turn, step, this.judged, this.total);
    if (this.submitLink) this.countDown(this.total - this.judged);
    if (turn.position === this.desk.cursor.turn?.position) this.desk.cursor.refresh();
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
      if (!turn || answer.lane === undefined) continue;
      this.changing(turn, () => {
        turn.showMarkup(answer.lane, answer.state);
        for (const act of this.desk.queue.waitingFor(position)) predict(turn, act, this.snapshots);
      });
    }
    for (const [act, answer] of pairs) {
      if (answer.refused && act) this.desk.visit.forget(act.id);
      if (answer.said) this.desk.say(answer.said, answer.position);
    }
  }
}
