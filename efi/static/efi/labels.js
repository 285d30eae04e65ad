"use strict";
// The box in which one types to find something has no name of its own: it is called as its field is.
new MutationObserver(() => {
  for (const box of document.querySelectorAll(".select2-search__field:not([aria-label])")) {
    const label = box.closest(".efi-field")?.querySelector("label");
    box.setAttribute("aria-label", label?.textContent.trim() || "Search");
  }
}).observe(document.documentElement, { childList: true, subtree: true });
