// How many characters are left in a field whose length is limited, told when it gets short.

const NEAR = 0.8;

function left(field, texts, count) {
  const most = Number(field.dataset.most);
  const rest = most - field.value.length;
  count.hidden = field.value.length < most * NEAR;
  count.toggleAttribute("data-over", rest < 0);
  count.textContent = (rest < 0 ? texts.over : texts.left).replace("%(n)s", Math.abs(rest));
}

export function countCharacters(form, texts) {
  for (const field of form.querySelectorAll("input[type=text][maxlength], textarea[maxlength]")) {
    if (field.maxLength < 40 || field.closest(".empty-form")) continue;
    // The server says what is too long; a browser that cuts off what is pasted says nothing.
    field.dataset.most = field.maxLength;
    field.removeAttribute("maxlength");
    const count = document.createElement("span");
    count.className = "desk-count";
    count.id = `${field.id}-count`;
    count.hidden = true;
    field.after(count);
    const described = [field.getAttribute("aria-describedby"), count.id].filter(Boolean).join(" ");
    field.setAttribute("aria-describedby", described);
    field.addEventListener("input", () => left(field, texts, count));
  }
}
