"use strict";
// What unfold lets be pressed by a mouse alone can be pressed by keys, and the names of icons are not read out.
document.addEventListener("DOMContentLoaded", () => {
  const words = { dock_to_right: "Menu", close: "Close the menu", search: "Search" };
  const pressed = "button, a[href], summary, [role='button']";

  for (const one of document.querySelectorAll("[x-on\\:click]:not(button, a[href], input, #changelist-filter-close)")) {
    one.tabIndex = 0;
    one.setAttribute("role", "button");
    one.addEventListener("keydown", (event) => {
      if (event.target !== one || !["Enter", " "].includes(event.key)) return;
      event.preventDefault();
      one.click();
    });
  }

  for (const icon of document.querySelectorAll(".material-symbols-outlined")) {
    const name = icon.textContent.trim();
    const whole = icon.closest(pressed);
    if (whole && whole.textContent.trim() === name && !whole.title) whole.setAttribute("aria-label", words[name] ?? name);
    if (whole !== icon) icon.setAttribute("aria-hidden", "true");
  }
});
