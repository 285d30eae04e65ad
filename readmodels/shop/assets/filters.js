// A filter acts as soon as it is chosen: results are changed in place, and the focus stays where it was.

import { fetched, tell } from "./page.js";

export function narrow(form) {
  form.addEventListener("change", () => form.requestSubmit());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(`${form.action}?${asked(form)}`);
  });
}

// The way back leads to what was shown there; a fragment alone leads nowhere else.
let shown = location.pathname + location.search;
addEventListener("popstate", () => {
  if (location.pathname + location.search !== shown) location.reload();
});

// What is left empty is not asked.
function asked(form) {
  return new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
}

async function show(address) {
  const results = document.querySelector("[data-swap=results]");
  results.setAttribute("aria-busy", "true");
  try {
    const newer = await fetched(address, "default");
    history.pushState(null, "", address);
    shown = location.pathname + location.search;
    swap(newer);
    tell(document.querySelector("[data-found]").textContent);
  } catch {
    location.assign(address);
  }
}

function swap(newer) {
  const held = document.activeElement?.id;
  for (const old of document.querySelectorAll("[data-swap]")) {
    const now = newer.querySelector(`[data-swap=${old.dataset.swap}]`);
    if (now) old.replaceWith(document.adoptNode(now));
  }
  if (held) document.getElementById(held)?.focus();
}
