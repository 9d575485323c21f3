// What HTML alone can't do on every page: copy buttons, keyboard shortcuts, and words beside what one points at.
// Nothing here is needed to read or to filter.
import { offerCopying } from "./copying.js";
import { showTips } from "./tips.js";

const STORED = "transplants.shortcuts";
const TOLD = "transplants.language";

function remembered() {
  try { return localStorage.getItem(STORED) !== "off"; } catch { return true; }
}

function offerShortcuts() {
  const bar = document.getElementById("shortcuts");
  const [words, button] = [bar.querySelector("span"), bar.querySelector("button")];
  let on = remembered();
  const show = () => {
    words.textContent = on ? bar.dataset.on : bar.dataset.off;
    button.textContent = on ? button.dataset.turnOff : button.dataset.turnOn;
    bar.hidden = false;
  };
  button.addEventListener("click", () => {
    on = !on;
    try { localStorage.setItem(STORED, on ? "on" : "off"); } catch { /* then for this page only */ }
    show();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") {
      event.preventDefault();
      const search = document.querySelector('[data-shortcut="/"]');
      search.focus();
      search.select();
    }
  });
  show();
}

// Who comes to the front page for the first time, with a browser in the other language, is told of that edition once.
function offerLanguage() {
  const line = document.querySelector(".in-your-language");
  if (!line || navigator.language?.slice(0, 2) !== line.dataset.for) return;
  try {
    if (localStorage.getItem(TOLD)) return;
    localStorage.setItem(TOLD, "yes");
  } catch { return; /* it would be said each time */ }
  line.hidden = false;
}

// What suggests while one types is fetched by those who are about to.
function offerSuggestions() {
  for (const input of document.querySelectorAll("[data-suggest]")) {
    const begin = async () => (await import("./suggest.js")).suggestFor(input);
    if (document.activeElement === input) begin();
    else input.addEventListener("focus", begin, { once: true });
  }
}

offerCopying(document.getElementById("announce"));
offerLanguage();
offerSuggestions();
offerShortcuts();
showTips(document);
