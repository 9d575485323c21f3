// Putting a copy of what was typed back into its form: rows, boxes, choices and texts.

// The rows that had been added by hand are added again by the links that add them.
function addRows(form, fields) {
  for (const total of form.querySelectorAll("[name$=-TOTAL_FORMS]")) {
    const link = total.closest(".inline-group")?.querySelector(".add-row a");
    for (let n = Number(total.value); link && n < Math.min(Number(fields[total.name]) || 0, 200); n++) link.click();
  }
}

function fill(one, value, nth) {
  if (one.type === "checkbox" || one.type === "radio") one.checked = Boolean(value[nth]);
  else if (Array.isArray(value)) {
    for (const [id, label] of value) if (![...one.options].some((o) => o.value === id)) one.add(new Option(label, id));
    for (const option of one.options) option.selected = value.some(([id]) => id === option.value);
  } else one.value = value;
  one.dispatchEvent(new Event("change", { bubbles: true }));
}

export function restore(form, fields) {
  addRows(form, fields);
  const seen = {};
  for (const one of [...form.elements]) {
    if (!(one.name in fields) || one.name.endsWith("_FORMS") || one.type === "file") continue;
    fill(one, fields[one.name], seen[one.name] = (seen[one.name] ?? -1) + 1);
  }
}
