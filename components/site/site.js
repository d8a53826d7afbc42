// What every page has: the keyboard shortcuts as a dialog, and the language of the document.

import { createElement, isTyping } from "../shared/dom.js";
import { HelpDialog } from "../shared/help_dialog.js";
import { isModalOpen } from "../shared/modal.js";

const HELP_URL = new URL("../../../help", import.meta.url); // this module is at assets/{version}/site/site.js
const QUESTION_MARKS = ["?", "？"]; // the second one with a Chinese input method

const dialog = new HelpDialog();
const host = document.createElement("div"); // keeps the dialog's style apart from the page's
let shownLanguage = "";

/**
 * Show or hide the keyboard shortcuts, those of the current page first. They are those of the page /help.
 * @returns {Promise<void>} rejected if the server does not answer
 */
async function toggleHelp() {
  const { lang } = document.documentElement;
  if (!dialog.open && lang !== shownLanguage) {
    const response = await fetch(`${HELP_URL}?lang=${encodeURIComponent(lang)}`);
    if (!response.ok) throw new Error(`no help: ${response.status}`);
    showHelp(new DOMParser().parseFromString(await response.text(), "text/html"));
    shownLanguage = lang;
  }
  dialog.toggle();
}

/** @param {Document} page the page /help */
function showHelp(page) {
  const [title, ...content] = page.querySelector("main")?.children ?? [];
  const closeText = title instanceof HTMLElement ? title.dataset.close : "";
  const name = window.location.pathname.split("/").pop() || "draw";
  content.sort((a, b) => Number(isOf(b, name)) - Number(isOf(a, name)));
  const style = document.createElement("style");
  style.textContent = (page.querySelector("style")?.textContent ?? "").replaceAll(":root", ":host");
  const scroller = createElement("div", "scroller", createElement("div", "sections", ...content));
  scroller.tabIndex = 0; // so that keys scroll it
  dialog.setContent(title.textContent ?? "", closeText ?? "", scroller);
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  root.replaceChildren(style, dialog.node);
  document.body.append(host);
}

/**
 * Return whether a section is about a page.
 * @param {Element} section
 * @param {string} name
 */
const isOf = (section, name) => section instanceof HTMLElement && section.dataset.page === name;

/** Streamlit changes the language in the URL and its texts, but not the attribute that screen readers go by. */
function followLanguage() {
  const chosen = new URLSearchParams(window.location.search).get("lang");
  if (chosen) document.documentElement.lang = chosen.startsWith("zh") ? "zh" : "en";
}

// Before the page's own keys: while the dialog is open they must not change what is behind it.
window.addEventListener("keydown", (event) => dialog.open && event.stopImmediatePropagation(), { capture: true });

// Registered after the page's own keys, because the big screen shows its own dialog on "?".
window.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event) || isModalOpen()) return;
  if (QUESTION_MARKS.includes(event.key)) toggleHelp().catch(() => {}); // the page itself shows that the link is down
});

window.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a.help-link") : null;
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  toggleHelp().catch(() => window.location.assign(link.href));
});

/** @type {{ navigation?: EventTarget }} */ (window).navigation?.addEventListener("currententrychange", followLanguage);
