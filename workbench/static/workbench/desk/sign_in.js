// Signing in again without leaving the page: the person whose page it is, and nobody else.

function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

/** Send the password of a form; gives what stands in the way, nothing once one is signed in. */
export async function signIn(form) {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "X-CSRFToken": csrfToken(), "X-Requested-With": "XMLHttpRequest", Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
      credentials: "same-origin",
    });
    const said = await answer.json().catch(() => ({}));
    form.reset();
    if (answer.ok && said.location?.includes("/2fa/")) return "This account asks for a second step: use the sign-in page.";
    if (answer.ok) return "";
    return answer.status === 400 ? "That is not the password." : "Too many tries: wait a little.";
  } catch {
    return "The line is down.";
  }
}
