// Small pieces of the page that are made in the browser.

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function mark(slot) {
  const made = element("i", { className: "mark" });
  made.dataset.slot = slot;
  made.ariaHidden = "true";
  return made;
}

export function icon(id) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg class="icon" aria-hidden="true"><use href="#${id}"/></svg>`;
  return holder.content;
}
