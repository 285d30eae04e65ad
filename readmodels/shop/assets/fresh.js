// An open page asks the API every ten seconds whether what it shows has changed, and rests while nobody looks.

import { fetched, takeOver, tell } from "./page.js";

const EVERY = 10_000;
const AT_MOST = 300_000;

export function keepFresh(page) {
  let wait = EVERY;
  let timer = 0;

  const later = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(look, wait);
  };
  const look = async () => {
    try {
      const polled = [...page.querySelectorAll("[data-poll]")];
      const changed = await Promise.all(polled.map(hasChanged));
      if (changed.some(Boolean)) await renew("no-cache");
      wait = EVERY;
    } catch {
      wait = Math.min(wait * 2, AT_MOST);
    }
    later();
  };

  page.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  page.addEventListener("click", (event) => {
    if (!event.target.closest("[data-refresh]") || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    renew("reload").then((news) => news || tell("Nothing has changed"), () => tell("The shop cannot be reached"));
  });
  later();
}

// Whether the API answers otherwise than when it was last asked, or when the page was made.
async function hasChanged(part) {
  const answer = await fetch(part.dataset.poll, { headers: { "If-None-Match": part.dataset.known || '""' } });
  if (answer.status !== 304 && !answer.ok) throw new Error(`${answer.status}`);
  part.dataset.known = answer.headers.get("ETag");
  return answer.status === 200;
}

async function renew(cache) {
  const newer = await fetched(location.href, cache);
  const news = takeOver(newer);
  for (const [at, old] of document.querySelectorAll("[data-fresh]").entries()) {
    const now = newer.querySelectorAll("[data-fresh]")[at];
    if (now) old.replaceChildren(...now.childNodes);
  }
  if (news) tell(news);
  return news;
}
