// Buttons that copy what stands in the element they name. Nothing to see where there is no clipboard.
export function offerCopying(announcer) {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      const label = button.textContent;
      button.textContent = button.dataset.done;
      announcer.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
}
