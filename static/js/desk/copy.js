// A copy in this browser of what is being typed, for when the browser or the machine breaks down. It belongs to the user,
// the form and the version it was begun from; it goes when the site says that the form is saved, or after a week.

import { restore } from "./restoring.js";

const BEGINNING = "transplants.desk.";
const SENT = `${BEGINNING}sent`;
const OLDEST = 7 * 24 * 3600 * 1000;
const NOT_KEPT = new Set(["csrfmiddlewaretoken", "_form_of", "_base"]);

function stored(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function store(key, value) {
  try { value ? localStorage.setItem(key, JSON.stringify(value)) : localStorage.removeItem(key); } catch { /* no room: then without */ }
}

// A form was sent from this window: where this page says that it was taken, the copy has served.
export function dropSavedCopy() {
  try {
    const key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
    if (key && !document.querySelector(".errornote, [data-unsaved]") && document.querySelector(".messagelist li:not(.error)")) store(key, null);
  } catch { /* storage is turned off: there is no copy */ }
}

// What was typed elsewhere and never saved does not stay in the browser for good.
function clearOld() {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(BEGINNING) && !(stored(key)?.at > Date.now() - OLDEST)) store(key, null);
    }
  } catch { /* storage is turned off */ }
}

export function typed(form) {
  const fields = {};
  for (const one of form.elements) {
    if (!one.name || NOT_KEPT.has(one.name) || ["password", "file", "submit", "button"].includes(one.type)) continue;
    if (one.type === "checkbox" || one.type === "radio") (fields[one.name] ||= []).push(one.checked);
    else if (one.multiple || one.classList.contains("admin-autocomplete")) fields[one.name] = [...one.selectedOptions].map((o) => [o.value, o.text]);
    else fields[one.name] = one.value;
  }
  return fields;
}

function offer(form, copy, texts, key) {
  const line = document.createElement("div");
  line.className = "desk-waiting";
  line.setAttribute("role", "status");
  const words = document.createElement("span");
  const time = new Date(copy.at).toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  words.textContent = texts.kept.replace("%(time)s", time);
  line.append(words);
  const add = (label, style, does) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: style, textContent: label });
    button.addEventListener("click", does);
    line.append(button);
    return button;
  };
  const done = () => { for (const button of line.querySelectorAll("button")) button.remove(); };
  add(texts.restore, "default", () => { restore(form, copy.fields); done(); words.textContent = texts.restored; });
  add(texts.discard, "quiet", () => { store(key, null); line.remove(); });
  form.before(line);
}

export function keepCopy(form, texts, changes) {
  clearOld();
  const base = form.elements._base?.value ?? "";
  // The form of a proposed change stands at the same address as the entry's own.
  const proposal = form.elements._proposal?.value ?? "";
  const key = `${BEGINNING}${texts.user}:${location.pathname}:${base}:${proposal}`;
  const refused = document.querySelector(".errornote") || form.querySelector("[data-unsaved]");
  const copy = stored(key);
  // A form that came back has what was typed.
  if (copy && !refused && JSON.stringify(copy.fields) !== JSON.stringify(typed(form))) offer(form, copy, texts, key);
  let waiting = 0;
  const write = () => store(key, { at: Date.now(), fields: typed(form) });
  changes.onChange(() => { clearTimeout(waiting); waiting = setTimeout(write, 700); });
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    write();
    try { sessionStorage.setItem(SENT, key); } catch { /* storage is turned off */ }
  });
}
