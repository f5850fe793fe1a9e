// Sends the chosen files one after the other, so that each gets its answer beside its name. Without this module the
// form sends them all at once and the preview says the same.

class Upload extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.sending = this.querySelector(".sending");
    this.list = this.sending.querySelector("ul");
    this.querySelector("[data-drop]").hidden = false;
    for (const kind of ["submit", "dragover", "dragleave", "drop"]) this.addEventListener(kind, this);
  }

  handleEvent(event) {
    if (event.type === "dragleave") delete this.dataset.over;
    else if (event.type === "submit") {
      event.preventDefault();
      this.send([...this.form.elements.files.files]);
    } else if (event.dataTransfer?.types.includes("Files")) {
      event.preventDefault();
      if (event.type === "dragover") this.dataset.over = "";
      else {
        delete this.dataset.over;
        this.send([...event.dataTransfer.files]);
      }
    }
  }

  async send(files) {
    if (this.busy || !files.length) return;
    this.busy = true;
    this.list.replaceChildren();
    this.sending.hidden = false;
    const results = [];
    for (const [index, file] of files.entries()) {
      this.count(index, files.length, file.name);
      results.push(await this.sendOne(file));
      if (results.at(-1).problem) this.complain(file.name, results.at(-1).problem);
    }
    this.count(files.length, files.length);
    this.busy = false;
    const preview = results.find((result) => result.preview)?.preview;
    if (!preview) return;
    if (results.every((result) => result.preview)) location.assign(preview);
    else {
      const after = this.sending.querySelector("[data-after]");
      after.querySelector("[data-preview]").href = preview;
      after.hidden = false;
    }
  }

  async sendOne(file) {
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "batch"]) body.append(name, this.form.elements[name].value);
    body.append("files", file);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { "X-Workbench-Upload": "1" } });
      if (answer.headers.get("Content-Type")?.startsWith("application/json")) return await answer.json();
      return { problem: answer.redirected ? "You are signed out: sign in, then choose the file again." : `Not taken (${answer.status}).` };
    } catch {
      return { problem: "Not sent: the server does not answer. Choose the file again." };
    }
  }

  count(done, all, name = "") {
    const bar = this.sending.querySelector("progress");
    [bar.max, bar.value] = [all, done];
    this.sending.querySelector("[data-count]").textContent = name ? `Reading ${done + 1} of ${all}: ${name}` : `${all} of ${all} read`;
  }

  complain(name, problem) {
    const [item, file, words] = ["li", "b", "p"].map((tag) => document.createElement(tag));
    [file.textContent, words.textContent] = [name, problem];
    item.append(file, words);
    this.list.append(item);
  }
}

customElements.define("wb-upload", Upload);
