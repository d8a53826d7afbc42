// How to join the room: QR code, address and code, large in the scene "join" and small in a corner.

import { createElement, fillIn, setText } from "../shared/dom.js";

/** @import { Texts } from "../shared/types.d.ts" */

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Return the URL of a QR code, which a room's server draws.
 * @param {string} code the room's
 * @param {string} address content of the QR code
 */
export const qrSource = (code, address) => `api/rooms/${code}/qr.svg?address=${encodeURIComponent(address)}`;

export class Invitation {
  constructor() {
    this.qr = createElement("img", "qr");
    this.code = createElement("b", "code");
    this.where = createElement("p", "where");
    this.count = createElement("p", "count");
    this.names = createElement("ul", "names");
    this.warning = createElement("p", "warning");
    const text = createElement("div", "", this.where, this.code, this.count, this.names, this.warning);
    this.node = createElement("section", "invitation", this.qr, text);
    this.smallQr = createElement("img", "qr");
    this.smallQr.alt = "";
    this.smallCode = createElement("b");
    this.smallCount = createElement("span");
    this.corner = createElement("aside", "corner");
  }

  /**
   * @param {string} code the room's
   * @param {Texts} texts
   * @param {string} publicUrl where phones reach this server if they cannot by this page's own address
   */
  show(code, texts, publicUrl) {
    const isLocal = LOCAL_HOSTS.includes(window.location.hostname);
    const page = new URL("join", window.location.href); // below the base path that this page has
    if (isLocal && publicUrl) {
      const { protocol, host } = new URL(publicUrl);
      Object.assign(page, { protocol, host });
    }
    const address = `${page.href}?room=${code}`;
    this.qr.src = this.smallQr.src = qrSource(code, address);
    this.qr.alt = fillIn(texts.qr, { address });
    setText(this.code, code);
    setText(this.smallCode, code);
    setText(this.where, fillIn(texts.where, { address: `${page.host}${page.pathname}` }));
    setText(this.warning, isLocal && !publicUrl ? texts.local : "");
    this.corner.replaceChildren(this.smallQr, this.smallCode, this.smallCount);
  }

  /**
   * @param {string[]} names of the connected participants, "" for those who gave none
   * @param {Texts} texts
   */
  showParticipants(names, texts) {
    setText(this.count, describeCount(names.length, texts));
    setText(this.smallCount, names.length ? String(names.length) : "");
    const items = names.filter(Boolean).map((name) => createElement("li", "", name));
    this.names.replaceChildren(...items);
  }
}

/**
 * @param {number} count
 * @param {Texts} texts
 */
export function describeCount(count, texts) {
  if (count === 0) return texts.no_participants;
  return count === 1 ? texts.one : fillIn(texts.people, { count });
}
