// Words beside the mark, bar or column that is pointed at or focused. The words are those of its <title>, which
// browsers show late and never to the keyboard; a tip can be put away with Escape (WCAG 1.4.13).
const tip = document.createElement("div");
tip.className = "tip";
tip.hidden = true;
tip.setAttribute("aria-hidden", "true");

function place(thing) {
  const box = thing.getBoundingClientRect();
  tip.hidden = false;
  const width = tip.offsetWidth;
  const middle = box.left + box.width / 2 - width / 2;
  const left = Math.max(8, Math.min(middle, document.documentElement.clientWidth - width - 8));
  const above = box.top - tip.offsetHeight - 8;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above > 0 ? above : box.bottom + 8) + scrollY}px`;
}

function show(event) {
  const thing = event.target.closest("[data-tip]");
  if (!thing) return;
  tip.textContent = thing.dataset.tip;
  place(thing);
}

const hide = () => { tip.hidden = true; };

export function showTips(root) {
  if (!tip.isConnected) document.body.append(tip);
  for (const drawing of root.querySelectorAll("[data-tips]")) {
    for (const title of drawing.querySelectorAll("title")) {
      const thing = title.parentElement;
      thing.dataset.tip = title.textContent;
      if (thing.localName === "a") thing.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    for (const lane of drawing.querySelectorAll(".lane[title]")) {
      lane.dataset.tip = lane.title;
      lane.removeAttribute("title");
    }
    drawing.addEventListener("pointerover", show);
    drawing.addEventListener("pointerout", hide);
    drawing.addEventListener("focusin", show);
    drawing.addEventListener("focusout", hide);
  }
}

document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
addEventListener("scroll", hide, { passive: true });
