const CUT = ".truncate, [class*=line-clamp-]";
const OURS = "cutTitle";

/** What is cut with an ellipsis has the whole text as its title, while the pointer is on it: every place that cuts, without asking each. */
export function showCutTexts(root: Document): void {
  root.addEventListener("pointerover", ({ target }) => {
    const cut = target instanceof Element ? target.closest<HTMLElement>(CUT) : null;
    if (!cut || (cut.title !== "" && !(OURS in cut.dataset))) return;
    const isCut = cut.scrollWidth > cut.clientWidth || cut.scrollHeight > cut.clientHeight;
    if (isCut) {
      cut.title = cut.textContent ?? "";
      cut.dataset[OURS] = "";
    } else if (OURS in cut.dataset) {
      cut.removeAttribute("title");
      delete cut.dataset[OURS];
    }
  });
}
