// The page, fetched again as the server renders it: prices and words are made in one place alone.

const MOST_NEWS = 3;

export async function fetched(address, cache = "no-cache") {
  const answer = await fetch(address, { cache, headers: { Accept: "text/html" } });
  if (!answer.ok) throw new Error(`${answer.status} at ${address}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Prices and stock that differ are changed where they stand; returns what is to be said of them.
export function takeOver(newer) {
  const news = [];
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = newer.getElementById(old.id);
    if (!now || now.dataset.says === old.dataset.says) continue;
    for (const name of ["price", "stock", "until"]) replace(old, now, `.${name}`);
    old.className = now.className;
    old.dataset.says = now.dataset.says;
    news.push(now.dataset.says);
  }
  return news.length > MOST_NEWS ? `${news.length} prices or stocks have changed` : news.join(". ");
}

export function tell(text) {
  document.getElementById("news").textContent = text;
}

function replace(old, now, selector) {
  const [before, after] = [old.querySelector(selector), now.querySelector(selector)];
  if (!before || !after || before.outerHTML === after.outerHTML) return;
  after.classList.add("changed");
  before.replaceWith(document.adoptNode(after));
}
