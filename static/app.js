// Every page works without this file. It only makes a few things nicer.

// After a form comes back with problems, or with a question, start a screen reader or keyboard there.
document.querySelector(".govuk-error-summary, .scp-ask")?.focus();

// What is scrolled by itself can be scrolled by the keyboard, and says what it is.
for (const one of document.querySelectorAll(".scp-scroll")) {
  if (one.scrollWidth > one.clientWidth) {
    one.tabIndex = 0;
    one.setAttribute("role", "region");
    one.setAttribute("aria-label", one.querySelector("caption").textContent);
  }
}

// A second press of a button within a second is a slip, not a second wish.
const SLIP = 1000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  const last = Number(form.dataset.sentAt ?? 0);
  if (event.timeStamp - last < SLIP && last > 0) event.preventDefault();
  else form.dataset.sentAt = String(event.timeStamp);
});
