// Lists that answer without a reload. htmx asks for the list and puts it in place; this keeps what the reader had
// in hand: the focus, the open parts of the form, and the words for those who listen.
import { showTips } from "./tips.js";

let open = new Set();
let focused = "";
let height = 0;

const focusable = (id) => id && (document.getElementById(id) || document.getElementById(`box-${id}`));

document.addEventListener("htmx:beforeSwap", () => {
  open = new Set([...document.querySelectorAll("details[id][open]")].map((part) => part.id));
  focused = document.activeElement?.id || "";
  height = document.activeElement?.getBoundingClientRect().top || 0;
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) {
    const part = document.getElementById(id);
    if (part) part.open = true;
  }
  showTips(document.getElementById("main"));
});

document.addEventListener("htmx:afterSettle", () => {
  const heading = document.getElementById("results-heading");
  if (heading) document.getElementById("announce").textContent = heading.textContent;
  // What was used may be gone now (a tag, a link to what is chosen): the box beside it, else the results.
  let used = focusable(focused);
  if (used && used.tabIndex < 0) used = document.getElementById(`box-${focused}`);
  (used || document.getElementById("results"))?.focus({ preventScroll: true });
  // What is used stays under the finger, whatever came or went above it.
  if (used) scrollBy(0, used.getBoundingClientRect().top - height);
});

// The server could not be reached, or failed: ask for the page as a page, so that the browser says what is wrong.
for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => {
    const { requestConfig, pathInfo } = event.detail;
    if (requestConfig?.verb === "get") location.assign(pathInfo.finalRequestPath || pathInfo.requestPath);
  });
}

// On a narrow screen "Show 37 vehicles" closes the drawer it stands in.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".show-results");
  if (!link) return;
  const panel = link.closest("details");
  panel.open = false;
  const results = document.getElementById("results");
  event.preventDefault();
  results.scrollIntoView();
  results.focus({ preventScroll: true });
});
