// What a page gains where scripts run: everything is there without them.

import { keepFresh } from "./fresh.js";
import { narrow } from "./filters.js";
import { suggest } from "./suggest.js";

keepFresh(document);
for (const form of document.querySelectorAll("[data-filters]")) narrow(form);
for (const form of document.querySelectorAll("[data-suggest]")) suggest(form);
