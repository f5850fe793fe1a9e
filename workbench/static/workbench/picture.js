// A picture as PNG: the file that the server draws, painted onto a canvas here and saved. Nothing leaves the machine.

const SCALE = 3;

class Picture extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.hidden = false;
    this.button.addEventListener("click", this);
  }

  disconnectedCallback() {
    this.button.removeEventListener("click", this);
  }

  async handleEvent() {
    this.button.disabled = true;
    try {
      await this.save();
      this.button.textContent = "PNG";
    } catch {
      this.button.textContent = "PNG could not be made; take the SVG";
    }
    this.button.disabled = false;
  }

  async save() {
    const answer = await fetch(this.dataset.svg);
    if (!answer.ok) throw new Error("no picture");
    const image = new Image();
    // The security rules of the page allow pictures from here and from data addresses only.
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await answer.text())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (!blob) throw new Error("too large");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.dataset.name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

customElements.define("wb-picture", Picture);
