"use strict";
// The tree of categories: branches are fetched when they are opened, and what is dragged is put there by one form.
(() => {
  const tree = document.querySelector("[data-tree]");
  const form = document.querySelector("[data-move]");
  if (!tree || !form) return;
  const places = ["above", "inside", "below"];
  let dragged = null;

  const here = () => location.pathname + location.search;
  const nodeAt = (event) => event.target.closest?.(".efi-node");
  const clear = () => tree.querySelectorAll(".above, .inside, .below").forEach((one) => one.classList.remove(...places));

  function remember(category, isOpen) {
    const address = new URL(location.href);
    const others = address.searchParams.getAll("open").filter((one) => one !== category);
    address.searchParams.delete("open");
    [...others, ...(isOpen ? [category] : [])].forEach((one) => address.searchParams.append("open", one));
    history.replaceState(null, "", address);
  }

  async function turn(opener) {
    const item = opener.closest("[data-category]");
    const opens = opener.getAttribute("aria-expanded") !== "true";
    let below = item.querySelector(":scope > ul");
    if (!below) {
      const answer = await fetch(`?below=${item.dataset.category}`);
      if (!answer.ok || answer.redirected) return location.assign(opener.href);
      below = document.createElement("ul");
      below.innerHTML = await answer.text();
      item.append(below);
    }
    below.hidden = !opens;
    opener.setAttribute("aria-expanded", String(opens));
    remember(item.dataset.category, opens);
  }

  function placeIn(node, event) {
    const box = node.getBoundingClientRect();
    const at = (event.clientY - box.top) / box.height;
    if (node.parentElement.dataset.arrange === undefined) return "inside";
    return at < 0.25 ? "above" : at > 0.75 ? "below" : "inside";
  }

  function drop(item, target, where) {
    if (where === "inside") remember(target.dataset.category, true);
    const values = { category: item.dataset.category, beside: target.dataset.category, where };
    for (const [name, value] of Object.entries({ ...values, idempotency_key: crypto.randomUUID(), then: here() })) {
      form.elements[name].value = value;
    }
    form.submit();
  }

  tree.addEventListener("click", (event) => {
    const opener = event.target.closest(".efi-open");
    const verb = event.target.closest(".efi-do");
    if (opener) {
      event.preventDefault();
      turn(opener);
    } else if (verb) {
      const address = new URL(verb.href);
      address.searchParams.set("then", here());
      verb.href = address;
    }
  });
  tree.addEventListener("submit", (event) => {
    event.target.elements.then.value = here();
  });
  tree.addEventListener("dragstart", (event) => {
    dragged = nodeAt(event);
    event.dataTransfer.effectAllowed = "move";
  });
  tree.addEventListener("dragover", (event) => {
    const node = nodeAt(event);
    if (!node || !dragged || dragged.parentElement.contains(node)) return;
    event.preventDefault();
    clear();
    node.classList.add(placeIn(node, event));
  });
  tree.addEventListener("dragend", clear);
  tree.addEventListener("drop", (event) => {
    const node = nodeAt(event);
    if (!node || !dragged) return;
    event.preventDefault();
    const place = placeIn(node, event);
    clear();
    drop(dragged.parentElement, node.parentElement, place);
  });
})();
