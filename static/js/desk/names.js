// Names for the parts of Django's autocompletes: the library gives them none but what is chosen, so that an empty one
// is read out as nothing at all.

function nameOf(select) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (!label) return select;
  label.id ||= `${select.id}-label`;
  return label;
}

function nameSelection(box) {
  const select = box.previousElementSibling;
  if (!select?.id) return;
  const name = nameOf(select);
  const selection = box.querySelector(".select2-selection");
  const chosen = selection.querySelector(".select2-selection__rendered");
  // It is the text of the combobox, no field of its own.
  for (const attribute of ["role", "aria-readonly"]) chosen.removeAttribute(attribute);
  selection.setAttribute("aria-labelledby", chosen.id ? `${name.id} ${chosen.id}` : name.id);
  box.querySelector(".select2-search__field")?.setAttribute("aria-labelledby", name.id);
}

function nameAll(part) {
  for (const box of part.querySelectorAll(".select2-container")) nameSelection(box);
}

export function nameAutocompletes(form) {
  nameAll(form);
  // Django's own listener, which turns the fields of a new row into autocompletes, runs first.
  document.addEventListener("formset:added", (event) => setTimeout(() => nameAll(event.target)));
  window.django?.jQuery(form).on("select2:open", (event) => {
    const field = document.querySelector(".select2-container--open .select2-search__field");
    field?.setAttribute("aria-labelledby", nameOf(event.target).id);
  });
}
