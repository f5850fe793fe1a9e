// What can be undone and done again: the acts of this visit, in order.

/** Two stacks of acts. Undoing is an act of its own that names the act it sets back; doing again undoes the undoing. */
export class Visit {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  did(act) {
    this.done.push(act);
    this.undone = [];
  }

  undo(send) {
    const act = this.done.pop();
    if (act) this.undone.push(send(act));
    return act;
  }

  redo(send) {
    const act = this.undone.pop();
    if (act) this.done.push(send(act));
    return act;
  }

  /** Forget an act that the server refused: it changed nothing. */
  forget(id) {
    this.done = this.done.filter((act) => act.id !== id);
    this.undone = this.undone.filter((act) => act.id !== id);
  }
}
