// A second click on a button whose form is on its way does nothing. The server is sure of that by itself; this keeps
// the answer to the first click, such as a link that is shown only once.

const ON_ITS_WAY = 5_000;

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, ON_ITS_WAY);
});

// A page that comes back from the browser's memory starts afresh.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
