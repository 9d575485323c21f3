// Whether a form has been changed since it was shown, and a question before it is left with changes.

// Django's autocompletes tell of a change by jQuery's events, which addEventListener does not hear.
const heard = (form, does) => {
  form.addEventListener("input", does);
  form.addEventListener("change", does);
  window.django?.jQuery(form).on("change", "select", does);
  document.addEventListener("formset:added", does);
  document.addEventListener("formset:removed", does);
};

export function watchChanges(form, contents) {
  const refused = Boolean(form.querySelector("[data-unsaved], .errorlist"));
  let sent = false;
  const listeners = [];
  // Scripts fill in what a form begins with, and say that it changed; only what differs from that was typed.
  let atFirst = null;
  const changed = () => refused || (atFirst !== null && contents(form) !== atFirst);
  const begin = () => { atFirst = contents(form); };
  if (document.readyState === "complete") begin(); else addEventListener("load", () => setTimeout(begin));

  heard(form, () => { if (changed()) for (const tell of listeners) tell(); });
  form.addEventListener("submit", () => { sent = true; });
  // Back in a page the browser had put aside: it is a form to be sent again.
  addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
  addEventListener("beforeunload", (event) => { if (changed() && !sent) event.preventDefault(); });
  return { onChange: (tell) => listeners.push(tell), isSent: () => sent };
}
