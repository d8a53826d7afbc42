// The page on a participant's phone: asks for the room's code if the URL has none, then joins the room.

import { createElement } from "../shared/dom.js";
import { Participant } from "./participant.js";
import { codeFromInput, codeFromUrl, pageLanguage } from "./room_code.js";

/** @import { Texts } from "../shared/types.d.ts" */

const language = pageLanguage(window.location.search, navigator.language);
/** @type {Texts} */
const texts = JSON.parse(document.querySelector("#texts")?.textContent ?? "{}")[language];
const root = /** @type {HTMLElement} */ (document.querySelector("main"));
document.documentElement.lang = language;

/** @param {string} code */
function join(code) {
  new Participant(root, texts, code, (suggestion) => askForCode(suggestion));
}

/** @param {string} suggestion */
function askForCode(suggestion) {
  root.dataset.stage = "ask";
  const input = createElement("input");
  Object.assign(input, {
    id: "code",
    value: suggestion,
    maxLength: 9,
    autocapitalize: "characters",
    autocomplete: "off",
    spellcheck: false,
  });
  const label = createElement("label", "", texts.code);
  label.htmlFor = "code";
  const form = createElement("form", "", label, input, createElement("button", "button", texts.enter));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const code = codeFromInput(input.value);
    if (!code) return;
    const url = new URL(window.location.href);
    url.searchParams.set("room", code); // so that a reload returns to the room
    history.replaceState(null, "", url);
    join(code);
  });
  root.replaceChildren(createElement("h1", "", "Inkling"), form);
  input.focus();
}

const code = codeFromUrl(window.location.search);
if (code) join(code);
else askForCode("");
