// Suggestions while typing: a combobox after the ARIA Authoring Practices (list autocomplete, manual selection).
// Without it the field is a plain search field, and Enter searches for what was typed.
const WAIT = 120;

class Suggestions {
  constructor(input) {
    this.input = input;
    this.list = document.createElement("ul");
    this.list.id = `${input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels[0]?.textContent || "");
    this.list.hidden = true;
    input.form.append(this.list);
    input.form.classList.add("has-suggestions");
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
      ["aria-controls", this.list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);
    input.addEventListener("input", () => this.later());
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    const text = this.input.value.trim();
    this.asking?.abort();
    if (text.length < 2) return this.close();
    this.asking = new AbortController();
    try {
      const address = `${this.input.dataset.suggest}?q=${encodeURIComponent(text)}`;
      const answer = await fetch(address, { signal: this.asking.signal });
      if (!answer.ok) return this.close();
      const [, names, kinds, links] = await answer.json();
      this.show(names.map((name, at) => ({ name, kind: kinds[at], link: new URL(links[at]).pathname })));
    } catch { this.close(); }
  }

  show(found) {
    this.list.replaceChildren(...found.map(({ name, kind, link }, at) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.link = link;
      const [title, label] = [document.createElement("span"), document.createElement("span")];
      title.textContent = name;
      label.textContent = kind;
      label.className = "meta";
      item.append(title, " ", label);
      item.addEventListener("click", () => location.assign(link));
      return item;
    }));
    this.choose(-1);
    const open = found.length > 0 && document.activeElement === this.input;
    this.list.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
  }

  choose(at) {
    this.at = at;
    [...this.list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    const chosen = this.list.children[at];
    if (chosen) { this.input.setAttribute("aria-activedescendant", chosen.id); chosen.scrollIntoView({ block: "nearest" }); }
    else this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.asking?.abort();
    this.show([]);
  }

  key(event) {
    const last = this.list.children.length - 1;
    if (event.isComposing || this.list.hidden) return;
    if (event.key === "ArrowDown") this.choose(this.at < last ? this.at + 1 : -1);
    else if (event.key === "ArrowUp") this.choose(this.at < 0 ? last : this.at - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) location.assign(this.list.children[this.at].dataset.link);
    else return;
    event.preventDefault();
  }
}

export const suggestFor = (input) => new Suggestions(input);
