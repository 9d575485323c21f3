// What makes editing easier where scripts run: keys that save, a warning before what was typed is lost, a copy of it
// for when the browser breaks down, the first mistake in focus, how many characters are left. Nothing here is needed.
// All words come from #desk-texts (templates/admin/base_site.html).
import { offerCopying } from "./copying.js";
import { countCharacters } from "./desk/counting.js";
import { dropSavedCopy, keepCopy, typed } from "./desk/copy.js";
import { watchChanges } from "./desk/changes.js";
import { nameAutocompletes } from "./desk/names.js";
import { tellLocalTimes } from "./desk/times.js";

const texts = document.getElementById("desk-texts");
const form = document.querySelector(".change-form #content-main form[id$=_form]");

// Ctrl+S (or Cmd+S) saves, Ctrl+Enter saves and goes on editing.
function saveByKeys() {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const name = { s: "_save", Enter: "_continue" }[event.key];
    const button = name && (form.querySelector(`[name=${name}]`) || form.querySelector("[type=submit].default"));
    if (!button) return;
    event.preventDefault();
    // What is being typed in counts as changed only when it is left.
    document.activeElement?.blur();
    button.click();
  });
}

// A link from a fact on the site leads to its field, whatever fold it is in.
function showAskedField() {
  const field = location.hash.startsWith("#id_") && document.getElementById(location.hash.slice(1));
  if (!field) return;
  for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  const seen = field.classList.contains("select2-hidden-accessible") ? field.nextElementSibling : field;
  seen.scrollIntoView({ block: "center" });
  (seen.querySelector?.(".select2-selection") ?? seen).focus();
}

function showFirstMistake() {
  const list = document.querySelector("#content .errorlist:not(.nonfield)");
  if (!list) return;
  const fields = "input:not([type=hidden]), select:not(.select2-hidden-accessible), textarea, .select2-selection";
  let place = list.parentElement;
  while (place.id !== "content" && !place.querySelector(fields)) place = place.parentElement;
  for (let fold = list.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  place.querySelector(fields)?.focus();
}

// What stands above a form is read out: a page that has loaded says nothing by itself.
function announceNotes() {
  const notes = document.querySelectorAll(".messagelist li, .errornote, .desk-notes li, p.desk-notes");
  const words = [...notes].map((note) => note.textContent.trim()).join(" ");
  if (words) setTimeout(() => { document.getElementById("desk-announce").textContent = words; }, 500);
}

announceNotes();
tellLocalTimes();
offerCopying(document.getElementById("desk-announce"));
dropSavedCopy();
if (form && texts) {
  countCharacters(form, texts.dataset);
  const changes = watchChanges(form, () => JSON.stringify(typed(form)));
  keepCopy(form, texts.dataset, changes);
  saveByKeys();
  // After Django's own scripts, which put its autocompletes in place and focus the first field.
  addEventListener("load", () => setTimeout(() => { nameAutocompletes(form); showAskedField(); showFirstMistake(); }));
}
