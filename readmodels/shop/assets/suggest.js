// Suggestions under the search field, as one types: a combobox as ARIA describes it.

const PAUSE = 120;
const ADDRESS = "/api/v1/search/suggest";

export function suggest(form) {
  const field = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" }))
    field.setAttribute(name, value);

  let timer = 0;
  let asked = new AbortController();
  let chosen = -1;

  const choose = (at) => {
    chosen = at;
    [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[at].id);
  };
  const show = (found) => {
    const kept = list.children[chosen]?.dataset.address;
    list.replaceChildren(...found.map(option));
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    // What is late must not take away what has been chosen meanwhile.
    choose(found.findIndex(({ address }) => address === kept));
  };
  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const q = field.value.trim();
    if (!q) return show([]);
    try {
      const answer = await fetch(`${ADDRESS}?${new URLSearchParams({ q })}`, { signal: asked.signal });
      if (answer.ok) show(offers((await answer.json()).data));
    } catch {
      // Without suggestions the form searches all the same.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    const many = list.hidden ? 0 : list.children.length;
    if (event.key === "ArrowDown" && many) choose((chosen + 1) % many);
    else if (event.key === "ArrowUp" && many) choose((chosen + many) % (many + 1) - (chosen === 0 ? many + 1 : 0));
    else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.address);
    else if (event.key === "Escape" && many) show([]);
    else return;
    event.preventDefault();
  });
  field.addEventListener("blur", () => show([]));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.address);
  });
}

// Categories first: they lead to more.
function offers({ categories, products }) {
  const shelves = categories.map(({ slug, name }) => ({ name, beside: "Department", address: `/categories/${slug}` }));
  const goods = products.map(({ slug, name, price }) => ({ name, beside: `${price.currency} ${price.amount}`, address: `/products/${slug}` }));
  return [...shelves, ...goods];
}

function option({ name, beside, address }, at) {
  const item = Object.assign(document.createElement("li"), { id: `suggestion-${at}` });
  const small = document.createElement("small");
  small.textContent = beside;
  item.setAttribute("role", "option");
  item.dataset.address = address;
  item.append(name, small);
  return item;
}
