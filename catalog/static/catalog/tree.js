"use strict";
// Dragging in the tree of categories: what is dropped becomes the same form that the buttons lead to.
(() => {
  const tree = document.querySelector("[data-tree]");
  const form = document.querySelector("[data-move]");
  if (!tree || !form) return;
  const places = ["above", "inside", "below"];
  let dragged = null;

  const nodeAt = (event) => event.target.closest?.(".efi-node");
  const clear = () => tree.querySelectorAll(".above, .inside, .below").forEach((one) => one.classList.remove(...places));
  const siblings = (list) => [...list.children].filter((one) => one.dataset.category);
  const parentOf = (item) => item.parentElement.closest("[data-category]")?.dataset.category ?? "";

  function placeIn(node, event) {
    const box = node.getBoundingClientRect();
    const at = (event.clientY - box.top) / box.height;
    if (!node.parentElement.dataset.arrange) return "inside";
    return at < 0.25 ? "above" : at > 0.75 ? "below" : "inside";
  }

  function fill(target, values) {
    for (const [name, value] of Object.entries(values)) {
      target.querySelector(`[name="${name}"]`).value = value;
    }
  }

  const fresh = () => ({ idempotency_key: crypto.randomUUID(), drawn: crypto.randomUUID() });

  async function drop(item, target, place) {
    const parent = place === "inside" ? target.dataset.category : parentOf(target);
    const moves = parent !== parentOf(item);
    fill(form, { ...fresh(), parent_id: parent });
    form.action = item.firstElementChild.dataset.moveTo;
    if (place === "inside") return form.submit();
    if (moves) {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (!answer.redirected) return form.submit(); // refused: the form's own page says why
    }
    arrange(item, target, place);
  }

  function arrange(item, target, place) {
    const order = siblings(target.parentElement).filter((one) => one !== item);
    order.splice(order.indexOf(target) + (place === "below" ? 1 : 0), 0, item);
    form.action = target.dataset.arrange;
    fill(form, fresh());
    order.forEach((one, at) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: `category_ids__${one.dataset.category}`, value: at + 1 });
      form.append(field);
    });
    form.submit();
  }

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
